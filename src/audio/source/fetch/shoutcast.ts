/**
 * SHOUTcast v1 answers `ICY 200 OK` where HTTP has its version, and other stations send what every HTTP parser rightly
 * refuses. Such an answer is read here, over a connection of its own made by the same checked connector.
 */
import type { Socket } from 'node:net';
import { systemClock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { audioErrors } from '../../errors.ts';
import { type FetcherInit, reasonOf, sourceRequestHeaders } from './asking.ts';
import { checkedConnector } from './checked-connector.ts';
import { ByteReader, LaxAnswerRefused, readBody, readHead } from './lax-answer.ts';

export interface ShoutcastAnswer {
  status: number;
  phrase: string;
  headers: ReadonlyMap<string, string>;
  /** Throws when it ends before its length. */
  bytes: AsyncIterable<Uint8Array>;
  close(): void;
}

/**
 * Whether an answer that the parser refused may be one that players accept: a first line that isn't HTTP, lines or
 * lengths in obsolete forms, an interim answer.
 */
export function isOtherProtocol(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'HTTPParserError' ||
    error.name === 'ResponseContentLengthMismatchError' ||
    error.message === 'bad response'
  );
}

/** Throws AUDIO_UNREACHABLE when it can't be read like this either, AUDIO_ADDRESS_REFUSED, and the signal's reason. */
export async function askShoutcast(
  init: FetcherInit,
  url: URL,
  signal: AbortSignal,
  more: Readonly<Record<string, string>> = {},
): Promise<ShoutcastAnswer> {
  const socket = await connect(init, url).catch((error: unknown) => {
    signal.throwIfAborted();
    throw isGuildmeshError(error) ? error : unreachable(url, reasonOf(error), error);
  });
  const close = () => void socket.destroy();
  let late = false;
  // The same limits as the HTTP client's, however slowly the bytes come.
  const timer = systemClock().after(init.openTimeoutMs, () => {
    late = true;
    close();
  });
  signal.addEventListener('abort', close, { once: true });
  socket.on('error', () => {}).once('close', () => signal.removeEventListener('abort', close));
  try {
    signal.throwIfAborted();
    socket.write(requestText(url, more));
    const reader = new ByteReader(socket);
    const head = await readHead(reader);
    return { ...head, bytes: readBody(head, reader), close };
  } catch (error) {
    close();
    signal.throwIfAborted();
    if (late) throw unreachable(url, 'it accepted the connection but didn’t answer in time', error);
    throw unreachable(url, error instanceof LaxAnswerRefused ? error.reason : reasonOf(error), error);
  } finally {
    timer.cancel();
  }
}

function connect(init: FetcherInit, url: URL): Promise<Socket> {
  const { hostname, port, protocol } = url;
  const connector = checkedConnector({ ...init, timeoutMs: init.openTimeoutMs });
  return new Promise((resolve, reject) => {
    connector({ hostname, port, protocol, host: url.host }, (error, socket) =>
      socket ? resolve(socket) : reject(error),
    );
  });
}

function requestText(url: URL, more: Readonly<Record<string, string>>): string {
  const headers = Object.entries({ host: url.host, ...sourceRequestHeaders, ...more });
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`GET ${url.pathname}${url.search} HTTP/1.0`, ...lines, 'connection: close', '', ''].join('\r\n');
}

function unreachable(url: URL, reason: string, cause?: unknown) {
  return audioErrors.AUDIO_UNREACHABLE({ host: url.host, reason }, { cause });
}
