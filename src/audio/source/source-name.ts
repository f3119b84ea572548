import { audioErrors, shown } from '../errors.ts';
import { cidIn } from './artifact-source.ts';
import { looksLikeUrl, parseSourceUrl } from './fetch/source-url.ts';
import { isPlaylistName } from './library-names.ts';

/** What a person may mean by the name of a source. */
export type SourceName =
  | { kind: 'file'; name: string }
  | { kind: 'folder'; name: string }
  | { kind: 'playlist'; name: string }
  | { kind: 'address'; url: URL }
  | { kind: 'broadcast'; reference: string }
  | { kind: 'channel'; channelId: string }
  | { kind: 'artifact'; cid: string }
  | { kind: 'tone'; hertz: number }
  | { kind: 'queue' };

export const toneHertzDefault = 440;
const toneHertz = { min: 20, max: 16_000 };

/**
 * Reads `sample`, `evening.mp3`, `shows/` (a folder), `monday.m3u`, `https://…`, `broadcast:id@community`,
 * `channel:123…`, `artifact:<sha-256>`, `tone`, `tone:1000`, `queue:id`. Throws AUDIO_SCHEME_REFUSED,
 * AUDIO_URL_INVALID, AUDIO_SOURCE_UNKNOWN.
 */
export function parseSourceName(text: string): SourceName {
  const [prefix = '', rest = ''] = text.split(/:(.*)/s, 2);
  if (prefix === 'broadcast' && rest) return { kind: 'broadcast', reference: rest.trim() };
  if (prefix === 'channel' && rest) return channel(text);
  if (prefix === 'artifact' && rest) return artifact(text);
  if (prefix === 'queue' && rest) return { kind: 'queue' };
  if (prefix === 'tone') return { kind: 'tone', hertz: hertzOf(text, rest) };
  if (looksLikeUrl(text)) return { kind: 'address', url: parseSourceUrl(text) };
  if (text.endsWith('/')) return { kind: 'folder', name: text };
  if (isPlaylistName(text)) return { kind: 'playlist', name: text };
  return { kind: 'file', name: text };
}

/** The source that a player's queue is; only that player can open it. */
export function queueName(playerId: string): string {
  return `queue:${playerId}`;
}

/** The live channels among sources, by id. */
export function liveChannelsOf(sources: readonly string[]): string[] {
  return sources.flatMap((text) => /^channel:\s*(\d{17,20})\s*$/.exec(text)?.[1] ?? []);
}

function artifact(text: string): SourceName {
  const cid = cidIn(text);
  if (cid === undefined) throw audioErrors.AUDIO_ARTIFACT_GONE();
  return { kind: 'artifact', cid };
}

function channel(text: string): SourceName {
  const [channelId] = liveChannelsOf([text]);
  if (channelId === undefined) throw audioErrors.AUDIO_SOURCE_UNKNOWN({ source: shown(text) });
  return { kind: 'channel', channelId };
}

function hertzOf(text: string, rest: string): number {
  const hertz = rest === '' ? toneHertzDefault : Number(rest);
  if (!(hertz >= toneHertz.min && hertz <= toneHertz.max))
    throw audioErrors.AUDIO_SOURCE_UNKNOWN({ source: shown(text), suggestion: 'tone:440' });
  return hertz;
}
