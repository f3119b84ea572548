import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { isGuildmeshError } from '#core/errors.ts';
import { audioErrors } from '../../errors.ts';
import { checkedConnector } from './checked-connector.ts';
import { parseSourceUrl } from './source-url.ts';

const redirectsMax = 5;
const headerBytesMax = 16_384;

export interface FetcherInit {
  allowedPrivateHosts: readonly string[];
  /** For connecting and for the head of each answer. */
  openTimeoutMs: number;
  lookup?: LookupFunction;
}

export interface FetchedBody {
  url: URL;
  headers: ReadonlyMap<string, string>;
  bytes: AsyncIterable<Uint8Array>;
  /** Frees the connection; idempotent. */
  close(): void;
}

/**
 * The one way to bytes that people name by address. Proxies of the environment are not used: they would connect
 * on our behalf without the address check. Any port may be named, for web radios use many; what protects inner
 * services is the address. Silence after the head is the caller's to bound, by the signal.
 * Throws AUDIO_URL_INVALID, _SCHEME_REFUSED, _ADDRESS_REFUSED, _REDIRECT_REFUSED, _HTTP_STATUS, _UNREACHABLE.
 */
export async function fetchSource(
  init: FetcherInit,
  source: string,
  signal: AbortSignal,
): Promise<FetchedBody> {
  const agent = new Agent({
    connect: checkedConnector({ ...init, timeoutMs: init.openTimeoutMs }),
    maxHeaderSize: headerBytesMax,
    headersTimeout: init.openTimeoutMs,
    bodyTimeout: 0,
    pipelining: 0,
  });
  const close = () => void agent.destroy().catch(() => {});
  try {
    const { url, answer } = await followRedirects(agent, parseSourceUrl(source), signal);
    answer.body.on('error', () => {});
    return { url, headers: headerMap(answer.headers), bytes: answer.body, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function followRedirects(agent: Agent, start: URL, signal: AbortSignal) {
  let url = start;
  for (let hop = 0; ; hop++) {
    const answer = await ask(agent, url, signal);
    if (answer.statusCode === 200) return { url, answer };
    answer.body.on('error', () => {}).destroy();
    const location = singleHeader(answer.headers.location);
    if (answer.statusCode < 300 || answer.statusCode > 399 || !location)
      throw audioErrors.AUDIO_HTTP_STATUS({ host: url.host, status: answer.statusCode });
    if (hop === redirectsMax) throw redirectRefused(url, `more than ${redirectsMax} times`);
    const next = parseSourceUrl(location, url);
    if (url.protocol === 'https:' && next.protocol === 'http:')
      throw redirectRefused(url, 'from https to http');
    url = next;
  }
}

async function ask(agent: Agent, url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  try {
    return await request(url, {
      dispatcher: agent,
      signal,
      headers: {
        'user-agent': 'guildmesh (audio source)',
        accept: 'audio/*, application/ogg, */*;q=0.5',
        'accept-encoding': 'identity',
        'icy-metadata': '1',
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    if (isGuildmeshError(error)) throw error;
    throw audioErrors.AUDIO_UNREACHABLE({ host: url.host, reason: reasonOf(error) }, { cause: error });
  }
}

/** A few words for people; the cause keeps the rest for the log. */
function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name doesn’t resolve';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'it didn’t answer in time';
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return 'it accepted the connection but didn’t answer in time';
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'the head of its answer is too long';
  if (typeof code === 'string' && code.startsWith('HPE_'))
    return 'it doesn’t speak HTTP (an old SHOUTcast server, perhaps)';
  if (typeof code === 'string' && /CERT|SSL|TLS|SELF_SIGNED/.test(code))
    return 'its certificate is not accepted';
  return 'the connection failed';
}

function redirectRefused(url: URL, reason: string) {
  return audioErrors.AUDIO_REDIRECT_REFUSED({ host: url.host, reason });
}

function headerMap(headers: Dispatcher.ResponseData['headers']): Map<string, string> {
  return new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), singleHeader(value) ?? '']),
  );
}

function singleHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
