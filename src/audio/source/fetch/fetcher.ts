import { Agent, type Dispatcher, request } from 'undici';
import { isGuildmeshError } from '#core/errors.ts';
import { audioErrors } from '../../errors.ts';
import { whyNotAnswered } from '../why-silent.ts';
import { type FetcherInit, headerBytesMax, isWhole, reasonOf, sourceRequestHeaders } from './asking.ts';
import { checkedConnector } from './checked-connector.ts';
import { askShoutcast, isOtherProtocol } from './shoutcast.ts';
import { parseSourceUrl } from './source-url.ts';

const redirectsMax = 5;

export interface FetchRequest {
  /** First and last byte, both included; without a last one, to the end. */
  range?: readonly [number, number?];
  /** With a range: the server sends the whole instead if its version is no longer this one (RFC 9110 §13.1.5). */
  ifRange?: string | undefined;
}

export interface FetchedBody {
  /** Address after all redirects. */
  url: URL;
  headers: ReadonlyMap<string, string>;
  /** Throws when it ends before its length. */
  bytes: AsyncIterable<Uint8Array>;
  /** Frees the connection; idempotent. */
  close(): void;
}

interface Answer {
  status: number;
  phrase?: string;
  headers: ReadonlyMap<string, string>;
  bytes: AsyncIterable<Uint8Array>;
  close(): void;
}

/** An answer of any status but a redirect, still packed. */
export interface FetchedAnswer extends FetchedBody {
  status: number;
  /** The phrase after the status, if known. */
  phrase?: string;
}

/**
 * The only way to bytes that people name by address. Proxies of the environment are not used: they would connect on our
 * behalf without the address check. Any port may be named, because web radios use many; the address check protects
 * inner services. The caller bounds silence after the head, by the signal.
 */
export class SourceFetcher {
  readonly #init: FetcherInit;
  readonly #agent: Agent;
  /** Origins whose answers HTTP's parser refused: they are requested the other way immediately. */
  readonly #lax = new Set<string>();

  constructor(init: FetcherInit) {
    this.#init = init;
    this.#agent = new Agent({
      connect: checkedConnector({ ...init, timeoutMs: init.openTimeoutMs }),
      maxHeaderSize: headerBytesMax,
      headersTimeout: init.openTimeoutMs,
      bodyTimeout: 0,
    });
  }

  /** Throws AUDIO_URL_INVALID, _SCHEME_REFUSED, _ADDRESS_REFUSED, _REDIRECT_REFUSED, _HTTP_STATUS, _UNREACHABLE. */
  async fetch(start: URL, wanted: FetchRequest, signal: AbortSignal): Promise<FetchedBody> {
    const { status, ...body } = await this.ask(start, wanted, signal);
    if (wanted.range ? status === 206 : isWhole({ ...body, status })) return body;
    body.close();
    throw whyNotAnswered({ ...body, status }, wanted.range !== undefined);
  }

  /** The answer at the end of all redirects, whatever its status. Throws what `fetch` throws except _HTTP_STATUS. */
  async ask(start: URL, wanted: FetchRequest, signal: AbortSignal): Promise<FetchedAnswer> {
    let url = start;
    for (let hop = 0; ; hop++) {
      const answer = await this.#ask(url, wanted, signal);
      const location = answer.headers.get('location');
      if (answer.status < 300 || answer.status > 399 || !location) return { url, ...answer };
      answer.close();
      if (hop === redirectsMax) throw redirectRefused(url, `more than ${redirectsMax} times`);
      const next = parseSourceUrl(location, url);
      if (url.protocol === 'https:' && next.protocol === 'http:')
        throw redirectRefused(url, 'from https to http');
      url = next;
    }
  }

  /** Cuts every answer that is still open; idempotent. */
  close(): void {
    void this.#agent.destroy().catch(() => {});
  }

  async #ask(url: URL, wanted: FetchRequest, signal: AbortSignal): Promise<Answer> {
    const more = requestHeaders(wanted);
    if (this.#lax.has(url.origin)) return askShoutcast(this.#init, url, signal, more);
    try {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: this.#agent,
        signal,
        headers: { ...sourceRequestHeaders, ...more },
      });
      body.on('error', () => {});
      const close = () => void body.destroy();
      if (hasOddLength(headers)) {
        close();
        return this.#askLaxly(url, more, signal);
      }
      return this.#orLaxly({ status: statusCode, headers: headerMap(headers), bytes: body, close }, () =>
        this.#askLaxly(url, more, signal),
      );
    } catch (error) {
      signal.throwIfAborted();
      if (isGuildmeshError(error)) throw error;
      if (isOtherProtocol(error)) return this.#askLaxly(url, more, signal);
      throw audioErrors.AUDIO_UNREACHABLE({ host: url.host, reason: reasonOf(error) }, { cause: error });
    }
  }

  async #askLaxly(url: URL, more: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    const answer = await askShoutcast(this.#init, url, signal, more);
    this.#lax.add(url.origin);
    return answer;
  }

  /** The parser may refuse an answer after its head, at its first chunk. */
  #orLaxly(answer: Answer, ask: () => Promise<Answer>): Answer {
    let current = answer;
    async function* bytes(): AsyncGenerator<Uint8Array, void, void> {
      let gaveAny = false;
      try {
        for await (const chunk of answer.bytes) {
          gaveAny = true;
          yield chunk;
        }
        return;
      } catch (error) {
        if (gaveAny || !isOtherProtocol(error)) throw error;
      }
      current = await ask();
      yield* current.bytes;
    }
    return { ...answer, bytes: bytes(), close: () => current.close() };
  }
}

export interface FetchedSource extends FetchedBody {
  /** For further answers; closed with this one. */
  fetcher: SourceFetcher;
  /** The same answer, closed separately. */
  body: FetchedBody;
}

/** One answer with a connection of its own: for one long body. Throws what SourceFetcher throws. */
export async function fetchSource(
  init: FetcherInit,
  source: string,
  signal: AbortSignal,
): Promise<FetchedSource> {
  const url = parseSourceUrl(source);
  const fetcher = new SourceFetcher(init);
  try {
    const body = await fetcher.fetch(url, {}, signal);
    const close = () => {
      body.close();
      fetcher.close();
    };
    return { ...body, body, fetcher, close };
  } catch (error) {
    fetcher.close();
    throw error;
  }
}

function requestHeaders({ ifRange, range }: FetchRequest): Record<string, string> {
  if (!range) return {};
  const [first, last = ''] = range;
  return { range: `bytes=${first}-${last}`, ...(ifRange ? { 'if-range': ifRange } : {}) };
}

function redirectRefused(url: URL, reason: string) {
  return audioErrors.AUDIO_REDIRECT_REFUSED({ host: url.host, reason });
}

/** The parser reads a length that is given twice as another number. */
function hasOddLength(headers: Dispatcher.ResponseData['headers']): boolean {
  const length = headers['content-length'];
  return Array.isArray(length) || (length !== undefined && !/^\d+$/.test(length.trim()));
}

function headerMap(headers: Dispatcher.ResponseData['headers']): Map<string, string> {
  return new Map(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      (Array.isArray(value) ? value[0] : value) ?? '',
    ]),
  );
}
