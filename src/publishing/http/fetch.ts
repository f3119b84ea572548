import type { IncomingMessage } from 'node:http';
import {
  type ExchangeComponents,
  type ExchangeInit,
  exchange,
  type Incoming,
  type Outgoing,
} from './exchange.ts';
import { httpUrl } from './routes.ts';

export const redirectsMax = 5;
/** Headers that may be sent to another origin: none that identifies or authenticates. */
const harmlessHeaders = new Set([
  ...['accept', 'accept-encoding', 'accept-language', 'range', 'user-agent'],
  ...['if-none-match', 'if-modified-since'],
]);
const bodiless = new Set([204, 205, 304]);
const movedStatuses = new Set([301, 302, 303, 307, 308]);

/**
 * `fetch` over node:http, so that one guard sees every request and a body of known size is sent with a Content-Length.
 * GET and HEAD follow redirects; any other redirect is an ordinary answer.
 */
export function createFetch(
  components: ExchangeComponents,
  init: ExchangeInit & { signal: AbortSignal },
): typeof globalThis.fetch {
  return async (input, options) => {
    const request = new Request(input, { ...options, ...(options?.body != null && { duplex: 'half' }) });
    const first: Outgoing = {
      url: httpUrl(request.url),
      method: request.method,
      headers: Object.fromEntries(request.headers),
      ...bodyOf(request, options?.body),
      signals: [init.signal, request.signal],
    };
    const follow = request.redirect === 'follow' && (first.method === 'GET' || first.method === 'HEAD');
    let outgoing = first;
    for (let hop = 0; ; hop++) {
      const incoming = await exchange(components, init, outgoing);
      const next = follow && hop < redirectsMax ? redirected(outgoing, incoming.message) : undefined;
      if (!next) return responseOf(incoming, outgoing);
      incoming.message.destroy();
      outgoing = next;
    }
  };
}

export function responseOf(incoming: Incoming, outgoing: Outgoing): Response {
  const { message, chunks } = incoming;
  const status = message.statusCode ?? 0;
  const hasBody = !bodiless.has(status) && outgoing.method !== 'HEAD';
  if (!hasBody) message.resume();
  const headers = new Headers();
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index] ?? '', message.rawHeaders[index + 1] ?? '');
  }
  const response = new Response(hasBody ? ReadableStream.from(chunks) : null, {
    status,
    statusText: message.statusMessage ?? '',
    headers,
  });
  Object.defineProperty(response, 'url', { value: outgoing.url.href });
  return response;
}

function redirected(outgoing: Outgoing, message: IncomingMessage): Outgoing | undefined {
  const location = message.headers.location;
  if (!movedStatuses.has(message.statusCode ?? 0) || location === undefined) return undefined;
  const url = httpUrl(new URL(location, outgoing.url).href);
  const headers =
    url.origin === outgoing.url.origin
      ? outgoing.headers
      : Object.fromEntries(Object.entries(outgoing.headers).filter(([name]) => harmlessHeaders.has(name)));
  return { ...outgoing, url, headers };
}

function bodyOf(request: Request, given: unknown): Pick<Outgoing, 'body'> {
  if (!request.body) return {};
  const lengthBytes = lengthOf(given) ?? statedLength(request.headers);
  const chunks = given instanceof Blob ? given.stream() : request.body;
  return {
    body: {
      chunks,
      ...(lengthBytes !== undefined && { lengthBytes }),
    },
  };
}

/** Absent: only the end of the stream shows it; the body is sent in chunks. */
function lengthOf(body: unknown): number | undefined {
  if (typeof body === 'string') return Buffer.byteLength(body.toWellFormed());
  if (body instanceof Blob) return body.size;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  if (body instanceof URLSearchParams) return Buffer.byteLength(body.toString());
  return undefined;
}

function statedLength(headers: Headers): number | undefined {
  const stated = headers.get('content-length');
  return stated !== null && /^\d+$/.test(stated) ? Number(stated) : undefined;
}
