import { Agent, type Dispatcher, request } from 'undici';
import { isGuildmeshError } from '#core/errors.ts';
import { audioErrors } from '../../errors.ts';
import { type FetcherInit, headerBytesMax, reasonOf, sourceRequestHeaders } from './asking.ts';
import { checkedConnector } from './checked-connector.ts';
import { askShoutcast, isOtherProtocol } from './shoutcast.ts';
import { parseSourceUrl } from './source-url.ts';

const redirectsMax = 5;

export interface FetchRequest {
  /** First and last byte, both included. */
  range?: readonly [number, number];
}

export interface FetchedBody {
  /** Where the redirects ended. */
  url: URL;
  headers: ReadonlyMap<string, string>;
  bytes: AsyncIterable<Uint8Array>;
  /** Frees the connection; idempotent. */
  close(): void;
}

interface Answer {
  status: number;
  headers: ReadonlyMap<string, string>;
  bytes: AsyncIterable<Uint8Array>;
  close(): void;
}

/**
 * The one way to bytes that people name by address. Proxies of the environment are not used: they would connect
 * on our behalf without the address check. Any port may be named, for web radios use many; what protects inner
 * services is the address. Silence after the head is the caller's to bound, by the signal.
 */
export class SourceFetcher {
  readonly #init: FetcherInit;
  readonly #agent: Agent;

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
    let url = start;
    for (let hop = 0; ; hop++) {
      const { status, headers, bytes, close } = await this.#ask(url, wanted, signal);
      if (status === (wanted.range ? 206 : 200)) return { url, headers, bytes, close };
      close();
      const location = headers.get('location');
      if (status < 300 || status > 399 || !location)
        throw audioErrors.AUDIO_HTTP_STATUS({ host: url.host, status });
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

  async #ask(url: URL, { range }: FetchRequest, signal: AbortSignal): Promise<Answer> {
    try {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: this.#agent,
        signal,
        headers: { ...sourceRequestHeaders, ...(range ? { range: `bytes=${range[0]}-${range[1]}` } : {}) },
      });
      body.on('error', () => {});
      const close = () => void body.destroy();
      return { status: statusCode, headers: headerMap(headers), bytes: body, close };
    } catch (error) {
      signal.throwIfAborted();
      if (isGuildmeshError(error)) throw error;
      if (isOtherProtocol(error)) return { status: 200, ...(await askShoutcast(this.#init, url, signal)) };
      throw audioErrors.AUDIO_UNREACHABLE({ host: url.host, reason: reasonOf(error) }, { cause: error });
    }
  }
}

/** One answer with a connection of its own: for what is one long body. Throws what SourceFetcher throws. */
export async function fetchSource(
  init: FetcherInit,
  source: string,
  signal: AbortSignal,
): Promise<FetchedBody> {
  const url = parseSourceUrl(source);
  const fetcher = new SourceFetcher(init);
  try {
    const body = await fetcher.fetch(url, {}, signal);
    const close = () => {
      body.close();
      fetcher.close();
    };
    return { ...body, close };
  } catch (error) {
    fetcher.close();
    throw error;
  }
}

function redirectRefused(url: URL, reason: string) {
  return audioErrors.AUDIO_REDIRECT_REFUSED({ host: url.host, reason });
}

function headerMap(headers: Dispatcher.ResponseData['headers']): Map<string, string> {
  return new Map(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      (Array.isArray(value) ? value[0] : value) ?? '',
    ]),
  );
}
