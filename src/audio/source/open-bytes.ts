import { createReadStream } from 'node:fs';
import { basename, extname } from 'node:path';
import type { Clock } from '#core/clock.ts';
import type { FetcherInit } from './fetch/fetcher.ts';
import { decodeIcyText, IcySplitter } from './fetch/icy.ts';
import { underRateCeiling } from './fetch/rate-ceiling.ts';
import { looksLikeUrl } from './fetch/source-url.ts';
import { resolveLibraryFile, sampleName, sampleTitle } from './library.ts';

export interface ByteSource {
  bytes: AsyncIterable<Uint8Array>;
  /**
   * `file`: as fast as it is read, then it ends. `stream`: as fast as it is read, without a known end.
   * `radio`: its sender sets the pace and will not wait.
   */
  pace: 'file' | 'stream' | 'radio';
  /** What the source calls itself. */
  title: string;
  contentType: string;
  /** Idempotent. */
  close(): void;
}

export interface ByteSourceInit extends FetcherInit {
  libraryDir: string | undefined;
  /** What plays now, as a station says it. */
  onTitle: (title: string) => void;
}

const icyIntervalBytesMax = 1_048_576;

export async function openBytes(
  clock: Clock,
  init: ByteSourceInit,
  source: string,
  signal: AbortSignal,
): Promise<ByteSource> {
  return looksLikeUrl(source) ? openHttp(clock, init, source, signal) : openFile(init, source);
}

async function openFile(init: ByteSourceInit, source: string): Promise<ByteSource> {
  const stream = createReadStream(await resolveLibraryFile(init.libraryDir, source));
  const title = source === sampleName ? sampleTitle : basename(source, extname(source));
  return { bytes: stream, pace: 'file', title, contentType: '', close: () => void stream.destroy() };
}

async function openHttp(
  clock: Clock,
  init: ByteSourceInit,
  source: string,
  signal: AbortSignal,
): Promise<ByteSource> {
  // Its HTTP library is 150 files: a hub that plays no address need not hold them.
  const { fetchSource } = await import('./fetch/fetcher.ts');
  const { url, headers, bytes, close } = await fetchSource(init, source, signal);
  const paced = underRateCeiling(clock, bytes, signal);
  const intervalBytes = Number(headers.get('icy-metaint'));
  const hasMetadata =
    Number.isInteger(intervalBytes) && intervalBytes > 0 && intervalBytes <= icyIntervalBytesMax;
  return {
    bytes: hasMetadata ? withoutMetadata(paced, new IcySplitter(intervalBytes, init.onTitle)) : paced,
    pace: paceOf(headers),
    title:
      decodeIcyText(Buffer.from(headers.get('icy-name') ?? '', 'latin1')) || `${url.host}${url.pathname}`,
    contentType: headers.get('content-type')?.toLowerCase() ?? '',
    close,
  };
}

function paceOf(headers: ReadonlyMap<string, string>): ByteSource['pace'] {
  const isRadio =
    [...headers.keys()].some((name) => name.startsWith('icy-')) ||
    /icecast/i.test(headers.get('server') ?? '');
  if (isRadio) return 'radio';
  return headers.has('content-length') ? 'file' : 'stream';
}

async function* withoutMetadata(bytes: AsyncIterable<Uint8Array>, splitter: IcySplitter) {
  for await (const chunk of bytes) yield* splitter.split(chunk);
}
