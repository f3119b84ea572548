import type { CommunityDirectory } from '#contracts/communities.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Programmes } from '../broadcast/programmes.ts';
import { shown } from '../errors.ts';
import { resolveReference, streamKeyOf } from '../reference.ts';
import { sampleName } from '../source/library.ts';
import { parseSourceName } from '../source/source-name.ts';
import { relayErrors } from './errors.ts';
import { type FindBroadcastComponents, findBroadcast, nameOf } from './find-broadcast.ts';
import { isUnknownBroadcast } from './shared-stream.ts';

/** A broadcast as /broadcast list writes it, without the prefix that a source needs. */
const bareReference = /^[a-z0-9]{1,16}@[^/:]+$/i;

/** The relay's sources in order of preference, without duplicates. */
export function sourcesOf(reference: string, fallbacks: readonly string[]): string[] {
  const named = fallbacks.map((name) => (bareReference.test(name) ? `broadcast:${name}` : name));
  return [...new Set([`broadcast:${reference}`, ...named])];
}

/**
 * Identifies one list, whatever names its communities were called by. A file's name means another file in another
 * guild's library.
 */
export function listKeyOf(
  communities: CommunityDirectory,
  sources: readonly string[],
  library: readonly string[],
): string {
  const named = sources.map((text) => {
    const name = parseSourceName(text);
    if (name.kind !== 'broadcast') return text;
    try {
      return `broadcast:${streamKeyOf(resolveReference(communities, name.reference))}`;
    } catch {
      // Unknown, or not trusted, at the moment: the others of the list play.
      return text;
    }
  });
  return JSON.stringify(sources.some(isOfLibrary) ? [...named, { library }] : named);
}

function isOfLibrary(source: string): boolean {
  return source !== sampleName && ['file', 'folder', 'playlist'].includes(parseSourceName(source).kind);
}

/**
 * The relay's name, once each source is valid and the broadcast isn't known to be missing. An unreachable community
 * doesn't prevent the start; the fallbacks exist for that. Throws AUDIO_* errors, RELAY_FALLBACKS_OWN and
 * RELAY_FALLBACK_LIVE.
 */
export async function examineList(
  components: FindBroadcastComponents & { communities: CommunityDirectory; programmes: Programmes },
  { guildId, reference, sources }: { guildId: string; reference: string; sources: readonly string[] },
  signal: AbortSignal,
): Promise<{ title: string; community: string }> {
  for (const source of sources) judge(components.communities, source);
  await components.programmes.examine(sources, guildId);
  const target = resolveReference(components.communities, reference);
  const info = await findBroadcast(components, guildId, target, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    if (isUnknownBroadcast(error) || !isGuildmeshError(error)) throw error;
    return undefined;
  });
  return { title: info ? nameOf(info) : reference, community: target.community?.name ?? '' };
}

function judge(communities: CommunityDirectory, source: string): void {
  const name = parseSourceName(source);
  if (name.kind === 'channel') throw relayErrors.RELAY_FALLBACK_LIVE({ source: shown(source) });
  if (name.kind !== 'broadcast') return;
  if (!resolveReference(communities, name.reference).community)
    throw relayErrors.RELAY_FALLBACKS_OWN({ source: shown(name.reference) });
}
