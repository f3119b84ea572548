/**
 * SHOUTcast v1 answers `ICY 200 OK` where HTTP has its version, which every HTTP parser rightly refuses. Such an
 * answer is read here, over a connection made by the same checked connector.
 */
import type { Socket } from 'node:net';
import { isGuildmeshError } from '#core/errors.ts';
import { audioErrors } from '../../errors.ts';
import { type FetcherInit, headerBytesMax, reasonOf, sourceRequestHeaders } from './asking.ts';
import { checkedConnector } from './checked-connector.ts';

const statusLine = /^ICY 200\b/;
const endOfHead = /\r?\n\r?\n/;

export interface ShoutcastAnswer {
  headers: ReadonlyMap<string, string>;
  bytes: AsyncIterable<Uint8Array>;
  close(): void;
}

/** Whether what answered may be SHOUTcast: undici's parser gives no code for a first line that isn't HTTP. */
export function isOtherProtocol(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'HTTPParserError' &&
    /does not match the HTTP/.test(error.message)
  );
}

/**
 * How long the head of the answer may take is the signal's to say. Throws AUDIO_UNREACHABLE when it isn't SHOUTcast
 * either, AUDIO_ADDRESS_REFUSED, and the signal's reason.
 */
export async function askShoutcast(
  init: FetcherInit,
  url: URL,
  signal: AbortSignal,
): Promise<ShoutcastAnswer> {
  const socket = await connect(init, url).catch((error: unknown) => {
    signal.throwIfAborted();
    throw isGuildmeshError(error) ? error : unreachable(url, reasonOf(error), error);
  });
  const close = () => void socket.destroy();
  signal.addEventListener('abort', close, { once: true });
  socket.on('error', () => {}).once('close', () => signal.removeEventListener('abort', close));
  try {
    signal.throwIfAborted();
    socket.write(requestText(url));
    const iterator = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const { head, rest } = await readHead(url, iterator);
    return { headers: parseHead(url, head), bytes: following(rest, iterator), close };
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw isGuildmeshError(error) ? error : unreachable(url, reasonOf(error), error);
  }
}

function connect(init: FetcherInit, url: URL): Promise<Socket> {
  const { hostname, port, protocol } = url;
  const connector = checkedConnector({ ...init, timeoutMs: init.openTimeoutMs });
  return new Promise((resolve, reject) => {
    connector({ hostname, port, protocol, host: url.host }, (error, socket) =>
      error ? reject(error) : resolve(socket as Socket),
    );
  });
}

function requestText(url: URL): string {
  const headers = Object.entries({ host: url.host, ...sourceRequestHeaders });
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`GET ${url.pathname}${url.search} HTTP/1.0`, ...lines, 'connection: close', '', ''].join('\r\n');
}

async function readHead(url: URL, iterator: AsyncIterator<Buffer>): Promise<{ head: string; rest: Buffer }> {
  let seen: Buffer = Buffer.alloc(0);
  while (seen.length <= headerBytesMax) {
    const next = await iterator.next();
    if (next.done) throw unreachable(url, 'it closed the connection');
    seen = Buffer.concat([seen, next.value]);
    // Latin-1: an index into the text is an index into the bytes.
    const text = seen.toString('latin1');
    const end = endOfHead.exec(text);
    if (end) return { head: text.slice(0, end.index), rest: seen.subarray(end.index + end[0].length) };
  }
  throw unreachable(url, 'the head of its answer is too long');
}

function parseHead(url: URL, head: string): ReadonlyMap<string, string> {
  const [first = '', ...lines] = head.split(/\r?\n/);
  if (!statusLine.test(first)) throw unreachable(url, 'it speaks neither HTTP nor SHOUTcast');
  return new Map(
    lines
      .map((line) => line.split(/:(.*)/s, 2))
      .filter(([name]) => name)
      .map(([name = '', value = '']) => [name.trim().toLowerCase(), value.trim()]),
  );
}

async function* following(rest: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Uint8Array> {
  if (rest.length > 0) yield rest;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
}

function unreachable(url: URL, reason: string, cause?: unknown) {
  return audioErrors.AUDIO_UNREACHABLE({ host: url.host, reason }, { cause });
}
