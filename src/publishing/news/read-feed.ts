import type { NewsAnswer, NewsItem, Validators } from '#contracts/news.ts';
import type { HostHttp } from '#contracts/publisher.ts';
import { askedWait } from '#core/asked-wait.ts';
import { newsErrors } from './errors.ts';
import { FeedReader } from './feed-reader.ts';

/** For the transferred and for the decompressed bytes. */
export const feedBytesMax = 8 * 1024 * 1024;
const hopsMax = 5;
type Decoder = InstanceType<typeof TextDecoder>;
/** An XML declaration is in the first line. */
const headBytes = 256;
const packed = new Set(['gzip', 'x-gzip', 'deflate']);

/**
 * One conditional GET; redirects are followed, and a permanent one is returned. Throws what `newsErrors` lists,
 * HTTP_PRIVATE_ADDRESS, HTTP_NOT_REACHED, HTTP_ANSWER_LOST.
 */
export async function readFeed(
  http: Pick<HostHttp, 'fetch'>,
  address: string,
  validators: Validators,
  nowMs: number,
): Promise<NewsAnswer> {
  const { response, url, movedTo } = await follow(http, address, validators);
  if (response.status === 304) return { state: 'unchanged' };
  const refusal = refused(response, url, nowMs);
  if (refusal) {
    await response.body?.cancel();
    return refusal;
  }
  const etag = response.headers.get('etag');
  const lastModified = response.headers.get('last-modified');
  return {
    state: 'read',
    items: await itemsOf(response, url),
    validators: { ...(etag && { etag }), ...(lastModified && { lastModified }) },
    ...(movedTo !== undefined && { movedTo }),
  };
}

async function follow(
  { fetch }: Pick<HostHttp, 'fetch'>,
  address: string,
  { etag, lastModified }: Validators,
): Promise<{ response: Response; url: string; movedTo?: string }> {
  const headers = {
    accept: 'application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.1',
    'accept-encoding': 'gzip',
    'user-agent': 'guildmesh',
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(lastModified !== undefined && { 'if-modified-since': lastModified }),
  };
  let url = address;
  let isForGood = true;
  for (let hop = 0; ; hop++) {
    const response = await fetch(url, { headers, redirect: 'manual' });
    const location = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null)
      return { response, url, ...(isForGood && hop > 0 && { movedTo: url }) };
    await response.body?.cancel();
    const next = URL.parse(location, url);
    if (!next || !/^https?:$/.test(next.protocol) || hop >= hopsMax)
      throw newsErrors.NEWS_REFUSED({ place: placeOf(address), reason: 'it leads on and on, or nowhere' });
    isForGood &&= response.status === 301 || response.status === 308;
    url = next.href;
  }
}

function refused({ status, headers }: Response, url: string, nowMs: number): NewsAnswer | undefined {
  const place = placeOf(url);
  if (status === 200) return undefined;
  if (status === 410) throw newsErrors.NEWS_GONE({ place });
  if (status === 404) return { state: 'absent' };
  if (status === 401 || status === 403) throw newsErrors.NEWS_PRIVATE({ place });
  const reason = `it answered ${status}`;
  const asked = askedWait({ status, header: (name) => headers.get(name) ?? undefined }, {});
  const atMs = asked.retryAtMs ?? (asked.retryAfterMs === undefined ? undefined : nowMs + asked.retryAfterMs);
  if ((status === 429 || status === 503) && atMs !== undefined) return { state: 'later', reason, atMs };
  throw newsErrors.NEWS_REFUSED({ place, reason });
}

async function itemsOf(response: Response, url: string): Promise<readonly NewsItem[]> {
  const place = placeOf(url);
  const reader = new FeedReader(place, url);
  let decoder: Decoder | undefined;
  let head = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of unpacked(response)) {
    bytes += chunk.byteLength;
    if (bytes > feedBytesMax)
      throw newsErrors.NEWS_TOO_LARGE({ place, what: `more than ${feedBytesMax / 1024 ** 2} MiB` });
    if (decoder) reader.push(decoder.decode(chunk, { stream: true }));
    else head = Buffer.concat([head, chunk]);
    if (!decoder && head.length >= headBytes) {
      decoder = decoderOf(head, response.headers.get('content-type'));
      reader.push(decoder.decode(head, { stream: true }));
    }
  }
  if (!decoder) {
    decoder = decoderOf(head, response.headers.get('content-type'));
    reader.push(decoder.decode(head, { stream: true }));
  }
  reader.push(decoder.decode());
  return reader.end();
}

function unpacked({ body, headers }: Response): AsyncIterable<Uint8Array> {
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  if (!body) return (async function* () {})();
  if (!packed.has(encoding)) return body;
  return body.pipeThrough(new DecompressionStream(encoding === 'deflate' ? 'deflate' : 'gzip') as never);
}

/** The byte order mark, else the document's own declaration, else its label (RFC 7303 §3), else UTF-8. */
function decoderOf(head: Buffer, contentType: string | null): Decoder {
  const [first, second] = head;
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be');
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  const stated = /^[^<]{0,20}<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(
    head.toString('latin1'),
  );
  const label = stated?.[1] ?? /charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    // A document whose declaration can be read byte by byte isn't UTF-16, whatever it says.
    return new TextDecoder(/^utf-?16/i.test(label) ? 'utf-8' : label);
  } catch {
    return new TextDecoder();
  }
}

/** Host and path: a query may hold somebody's key. */
export function placeOf(address: string): string {
  const url = URL.parse(address);
  return url ? `${url.host}${url.pathname === '/' ? '' : url.pathname}`.slice(0, 200) : 'that address';
}
