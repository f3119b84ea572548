/** What is at an address that somebody pasted, before it is queued: sound, a station, a list; or why none of these. */
import { basename } from 'node:path';
import type { Chance, Clock } from '#core/clock.ts';
import { withDeadline } from '#core/deadline.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import { audioErrors, shown } from '../errors.ts';
import type { CollectionItem, ItemFacts, LeftOut } from '../source/contract.ts';
import type { FetcherInit } from '../source/fetch/asking.ts';
import { ContinuedFile } from '../source/fetch/continued-file.ts';
import { parseSourceUrl } from '../source/fetch/source-url.ts';
import { isAudioName, withoutExtension } from '../source/library-names.ts';
import { parseList } from '../source/lists/list.ts';
import { isProgramme, readListText, resolveRemoteList } from '../source/lists/remote-list.ts';
import { type ByteSource, openAddress } from '../source/open-bytes.ts';
import { probe } from '../source/probe.ts';
import { mediaErrors } from './errors.ts';
import type { FactsReader } from './facts-reader.ts';
import { namedFacts, tagLine } from './tag-line.ts';

/** For all that is read of a link; a slower one is queued by its name. */
const factsMsMax = 6_000;

export interface LinksComponents {
  facts: Pick<FactsReader, 'read'>;
  clock: Clock;
  chance: Chance;
}

export type Linked =
  | { kind: 'one'; facts: ItemFacts }
  | { kind: 'several'; title: string; items: readonly CollectionItem[]; leftOut: LeftOut | undefined };

/** Names of sites whose pages show sound to a player of their own; a file of theirs is played all the same. */
const pageHosts =
  /(?:^|\.)(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com|dailymotion\.com|twitch\.tv|tiktok\.com|bilibili\.com|spotify\.com|soundcloud\.com|deezer\.com|tidal\.com|music\.apple\.com|music\.amazon\.[a-z.]+|bandcamp\.com|mixcloud\.com|instagram\.com|facebook\.com|x\.com|twitter\.com)$/i;
const loginPath = /\/(?:log-?in|sign-?in|auth(?:orize|enticate)?|sso|accounts?|session)(?:[/?.]|$)/i;

/** Throws PLAYER_PAGE_NOT_SOUND, PLAYER_LOGIN_WALL, AUDIO_* of addresses and lists, and the signal's reason. */
export async function readLink(
  components: LinksComponents,
  init: FetcherInit,
  source: string,
  signal: AbortSignal,
): Promise<Linked> {
  const url = parseSourceUrl(source);
  if (pageHosts.test(url.hostname) && !isAudioName(url.pathname))
    throw mediaErrors.PLAYER_PAGE_NOT_SOUND({ host: url.hostname.replace(/^www\./, '') });
  let opened: ByteSource | undefined;
  try {
    opened = await openAddress(components, init, { source: url.href }, () => {}, signal);
    const found = await probe(url.href, opened);
    if (found.way === 'playlist') return await readList(source, opened, found.bytes);
    const isFile = opened.pace === 'file';
    const name = isFile ? nameOf(opened.url ?? url) : opened.title;
    opened.close();
    return {
      kind: 'one',
      facts: isFile ? await factsOf(components, init, url, name, signal) : namedFacts(name),
    };
  } catch (error) {
    signal.throwIfAborted();
    throw clearer(error, opened?.url ?? url);
  } finally {
    opened?.close();
  }
}

/** A list of one station's places, and HLS, play as one. */
async function readList(
  source: string,
  { title, url }: ByteSource,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Linked> {
  const refused = (reason: string) => audioErrors.AUDIO_PLAYLIST_REFUSED({ source: shown(source), reason });
  const text = await readListText(bytes, refused);
  const one = { kind: 'one', facts: namedFacts(title) } as const;
  if (!url || /^#EXT-X-/m.test(text)) return one;
  const list = parseList(text);
  const { items, leftOut } = resolveRemoteList(list, url);
  if (items.length === 0) throw refused(leftOut.firstReason ?? 'it names no address');
  if (!isProgramme(list.kind, list.entries)) {
    const [only] = items;
    return only?.title ? { kind: 'one', facts: namedFacts(only.title) } : one;
  }
  return { kind: 'several', title, items, leftOut: leftOut.view };
}

/** What can't be read in time is left out. Throws the signal's reason. */
async function factsOf(
  components: LinksComponents,
  init: FetcherInit,
  url: URL,
  name: string,
  signal: AbortSignal,
): Promise<ItemFacts> {
  const { clock, facts } = components;
  const { fetchSource } = await import('../source/fetch/fetcher.ts');
  try {
    return await withDeadline(clock, factsMsMax, signal, async (inTime) => {
      const first = await fetchSource(init, url.href, inTime);
      const asked = { source: url.href, url, first: first.body };
      const file = new ContinuedFile({ ...components, fetcher: first.fetcher }, asked, inTime);
      try {
        return await facts.read(file, name, inTime);
      } finally {
        file.close();
        first.close();
      }
    });
  } catch {
    signal.throwIfAborted();
    return namedFacts(name);
  }
}

/** The last part of its path, as people read it; else its host. */
export function nameOf(url: URL): string {
  const last = basename(url.pathname);
  const readable = (() => {
    try {
      return decodeURIComponent(last);
    } catch {
      return last;
    }
  })();
  return tagLine(withoutExtension(readable)) || url.host;
}

/** A page that asks for a password, and an answer that does, are the same to people. */
function clearer(error: unknown, url: URL): unknown {
  if (!isGuildmeshError(error)) return error;
  const isWall = isRefusal(error) || (error.code === 'AUDIO_NOT_AUDIO' && leadsToLogin(error, url));
  return isWall ? mediaErrors.PLAYER_LOGIN_WALL({ host: url.host }, { cause: error }) : error;
}

function isRefusal({ code, details }: GuildmeshError): boolean {
  return code === 'AUDIO_HTTP_STATUS' && [401, 402, 407].includes(Number(details.status));
}

function leadsToLogin({ details }: GuildmeshError, { pathname }: URL): boolean {
  const found = String(details.found);
  return (
    /web page/.test(found) && (loginPath.test(pathname) || /\b(?:log ?in|sign ?in|anmelden)\b/i.test(found))
  );
}
