import { basename, extname } from 'node:path';
import type { Clock } from '#core/clock.ts';
import type { SourcePace } from './contract.ts';
import type { FetcherInit } from './fetch/asking.ts';
import { decodeIcyText, IcySplitter } from './fetch/icy.ts';
import { fileCeiling, radioCeiling, underRateCeiling } from './fetch/rate-ceiling.ts';
import { unpacked } from './fetch/unpack.ts';
import { openLibraryFile, resolveLibraryFile, sampleName, sampleTitle } from './library.ts';

export interface ByteSource {
  bytes: AsyncIterable<Uint8Array>;
  pace: SourcePace;
  /** What the source calls itself. */
  title: string;
  contentType: string;
  /** Where the bytes come from, where redirects ended; absent for a file. */
  url?: URL;
  /** Idempotent. */
  close(): void;
}

const icyIntervalBytesMax = 1_048_576;

export async function openFile(folders: readonly string[], name: string): Promise<ByteSource> {
  const path = await resolveLibraryFile(folders, name);
  const stream = (await openLibraryFile(path, name)).createReadStream();
  // In the letters of the disk, which a Mac takes apart, a name may look odd elsewhere.
  const title = name === sampleName ? sampleTitle : basename(path, extname(path)).normalize('NFC');
  return { bytes: stream, pace: 'file', title, contentType: '', close: () => void stream.destroy() };
}

/** `onTitle`: what plays now, as a station says it between the bytes of its audio. */
export async function openAddress(
  clock: Clock,
  init: FetcherInit,
  source: string,
  onTitle: (title: string) => void,
  signal: AbortSignal,
): Promise<ByteSource> {
  // Its HTTP library is 150 files: a hub that plays no address need not hold them.
  const { fetchSource } = await import('./fetch/fetcher.ts');
  const { url, headers, bytes, close } = await fetchSource(init, source, signal);
  const pace = paceOf(headers);
  const plain = unpacked(bytes, headers.get('content-encoding') ?? '');
  const paced = underRateCeiling(clock, plain, signal, pace === 'radio' ? radioCeiling : fileCeiling);
  const intervalBytes = Number(headers.get('icy-metaint'));
  const hasMetadata =
    Number.isInteger(intervalBytes) && intervalBytes > 0 && intervalBytes <= icyIntervalBytesMax;
  return {
    bytes: hasMetadata ? withoutMetadata(paced, new IcySplitter(intervalBytes, onTitle)) : paced,
    pace,
    title:
      decodeIcyText(Buffer.from(headers.get('icy-name') ?? '', 'latin1')) || `${url.host}${url.pathname}`,
    contentType: headers.get('content-type')?.toLowerCase() ?? '',
    url,
    close,
  };
}

function paceOf(headers: ReadonlyMap<string, string>): SourcePace {
  const isRadio =
    [...headers.keys()].some((name) => name.startsWith('icy-')) ||
    /icecast/i.test(headers.get('server') ?? '');
  if (isRadio) return 'radio';
  return headers.has('content-length') ? 'file' : 'stream';
}

async function* withoutMetadata(bytes: AsyncIterable<Uint8Array>, splitter: IcySplitter) {
  for await (const chunk of bytes) yield* splitter.split(chunk);
}
