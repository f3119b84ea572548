import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Chance, Clock } from '#core/clock.ts';
import { audioErrors, shown } from '../errors.ts';
import type { FileIdentity } from './cache/entry.ts';
import type { SourcePace } from './contract.ts';
import type { FetcherInit } from './fetch/asking.ts';
import { ContinuedFile } from './fetch/continued-file.ts';
import { decodeIcyText, IcySplitter } from './fetch/icy.ts';
import { fileCeiling, radioCeiling, underRateCeiling } from './fetch/rate-ceiling.ts';
import { parseSourceUrl } from './fetch/source-url.ts';
import { unpacked } from './fetch/unpack.ts';
import { openLibraryFile, resolveLibraryFile, sampleName, sampleTitle } from './library.ts';
import { LocalFile } from './order/any-place.ts';
import { withoutLargeTag } from './order/large-tag.ts';
import { beginAt } from './seek/begun-at.ts';

export interface ByteSource {
  bytes: AsyncIterable<Uint8Array>;
  pace: SourcePace;
  /** The source's own name. */
  title: string;
  contentType: string;
  /** Time of its first sound; by default 0, also where another was wanted. */
  startedAtMs?: number;
  /** The address of the bytes after redirects; absent for a file. */
  url?: URL;
  /** Idempotent. */
  close(): void;
}

const icyIntervalBytesMax = 1_048_576;

export async function openFile(folders: readonly string[], name: string, startAtMs = 0): Promise<ByteSource> {
  const path = await resolveLibraryFile(folders, name);
  const handle = await openLibraryFile(path, name);
  const file = new LocalFile(handle, (await handle.stat()).size);
  const close = () => file.close();
  const title = titleOf(path, name);
  const begun = await beginAt(file, name, startAtMs);
  return { ...begun, pace: 'file', title, contentType: '', close };
}

/** What a library file is, before it is opened. Throws as `openFile` does. */
export async function identifyFile(
  folders: readonly string[],
  name: string,
): Promise<{ identity: FileIdentity; title: string }> {
  const path = await resolveLibraryFile(folders, name);
  const { mtimeNs, size } = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw audioErrors.AUDIO_SOURCE_UNREADABLE({ source: shown(name) }, { cause: error });
  });
  const identity = { path, sizeBytes: Number(size), modifiedNs: mtimeNs };
  return { identity, title: titleOf(path, name) };
}

/** A name in the letters of the disk, which a Mac takes apart, may look odd elsewhere. */
function titleOf(path: string, name: string): string {
  return name === sampleName ? sampleTitle : basename(path, extname(path)).normalize('NFC');
}

/** `onTitle`: what plays now, as a station says between the bytes of its audio. */
export async function openAddress(
  { chance, clock }: { clock: Clock; chance: Chance },
  init: FetcherInit,
  { source, startAtMs = 0 }: { source: string; startAtMs?: number | undefined },
  onTitle: (title: string) => void,
  signal: AbortSignal,
): Promise<ByteSource> {
  // The HTTP library is 150 files: a hub that plays no address need not hold them.
  const { fetchSource } = await import('./fetch/fetcher.ts');
  const first = await fetchSource(init, source, signal);
  const { url, headers, fetcher } = first;
  const pace = paceOf(headers);
  const asked = { source, url: parseSourceUrl(source), first: first.body };
  const file = pace === 'file' ? new ContinuedFile({ chance, clock, fetcher }, asked, signal) : undefined;
  const close = () => {
    file?.close();
    first.close();
  };
  const encoding = headers.get('content-encoding') ?? '';
  const begun = file && (await beginAt(file, source, encoding ? 0 : startAtMs));
  const plain = unpacked(begun?.bytes ?? first.bytes, encoding);
  const paced = underRateCeiling(clock, plain, signal, pace === 'radio' ? radioCeiling : fileCeiling);
  const intervalBytes = Number(headers.get('icy-metaint'));
  const hasMetadata =
    Number.isInteger(intervalBytes) && intervalBytes > 0 && intervalBytes <= icyIntervalBytesMax;
  const sound = hasMetadata ? withoutMetadata(paced, new IcySplitter(intervalBytes, onTitle)) : paced;
  return {
    bytes: pace === 'radio' ? sound : withoutLargeTag(sound),
    pace,
    title:
      decodeIcyText(Buffer.from(headers.get('icy-name') ?? '', 'latin1')) || `${url.host}${url.pathname}`,
    contentType: headers.get('content-type')?.toLowerCase() ?? '',
    ...(begun ? { startedAtMs: begun.startedAtMs } : {}),
    url,
    close,
  };
}

function paceOf(headers: ReadonlyMap<string, string>): SourcePace {
  if ([...headers.keys()].some((name) => name.startsWith('icy-'))) return 'radio';
  const givesParts = /bytes/i.test(headers.get('accept-ranges') ?? '');
  const hasLength = headers.has('content-length');
  // Icecast serves files, too.
  if (/icecast/i.test(headers.get('server') ?? '') && !(givesParts && hasLength)) return 'radio';
  return hasLength || givesParts ? 'file' : 'stream';
}

async function* withoutMetadata(bytes: AsyncIterable<Uint8Array>, splitter: IcySplitter) {
  for await (const chunk of bytes) yield* splitter.split(chunk);
}
