import { createDecipheriv } from 'node:crypto';
import type { Clock } from '#core/clock.ts';
import { Latest } from '#core/latest.ts';
import type { FetcherInit } from '../fetch/asking.ts';
import { type FetchedBody, SourceFetcher } from '../fetch/fetcher.ts';
import { unpacked } from '../fetch/unpack.ts';
import { listLimits } from '../lists/limits.ts';
import { type Playlist, PlaylistRefused, parsePlaylist, type Resource, type Segment } from './playlist.ts';
import { RequestBudget } from './request-budget.ts';

/** Ten seconds of film at 25 Mbit/s; sound needs a hundredth. */
const segmentBytesMax = 32 * 1_048_576;
const mapBytesMax = 1_048_576;
const keyBytes = 16;
const keysKeptMax = 8;

/** Fetches playlists, segments and keys, each through the fetcher that checks every address, all within one budget. */
export class HlsFetcher {
  readonly #fetcher: SourceFetcher;
  readonly #budget: RequestBudget;
  readonly #keys = new Latest<string, Uint8Array>({ countMax: keysKeptMax });
  requestCount = 0;

  constructor({ clock }: { clock: Clock }, init: FetcherInit) {
    this.#fetcher = new SourceFetcher(init);
    this.#budget = new RequestBudget(clock);
  }

  async playlist(url: URL, signal: AbortSignal): Promise<Playlist> {
    const body = await this.#ask({ url, range: undefined }, signal);
    const text = (await whole(body, listLimits.bytes)).toString('utf8').replace(/^\ufeff/, '');
    return parsePlaylist(text, body.url);
  }

  /** The initialisation bytes before a part's segments. */
  async map(resource: Resource, signal: AbortSignal): Promise<Uint8Array> {
    return whole(await this.#ask(resource, signal), mapBytesMax);
  }

  /** A segment, decrypted. Refuses one that is a playlist again. */
  async *segment(segment: Segment, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
    const decipher = segment.key && (await this.#decipher(segment, segment.key, signal));
    const body = await this.#ask(segment, signal);
    let length = 0;
    try {
      for await (const chunk of body.bytes) {
        if (length === 0 && Buffer.from(chunk.subarray(0, 7)).toString('latin1') === '#EXTM3U')
          throw new PlaylistRefused('what it names as sound is a playlist again');
        length += chunk.length;
        if (length > segmentBytesMax) throw new PlaylistRefused('its segments are too large');
        yield decipher ? decipher.update(chunk) : chunk;
      }
      if (decipher && length > 0) yield decipher.final();
    } finally {
      body.close();
    }
  }

  close(): void {
    this.#fetcher.close();
  }

  async #ask({ url, range }: Resource, signal: AbortSignal): Promise<FetchedBody> {
    await this.#budget.take(signal);
    this.requestCount++;
    const wanted = range ? { range: [range.offset, range.offset + range.length - 1] as const } : {};
    const body = await this.#fetcher.fetch(url, wanted, signal);
    // A part of a compressed body can't be decompressed alone.
    if (range) return body;
    return { ...body, bytes: unpacked(body.bytes, body.headers.get('content-encoding') ?? '') };
  }

  /** RFC 8216 §5.2: AES-128 in CBC over the whole segment. */
  async #decipher(segment: Segment, key: NonNullable<Segment['key']>, signal: AbortSignal) {
    return createDecipheriv(
      'aes-128-cbc',
      await this.#key(key.url, signal),
      key.iv ?? ivOf(segment.sequence),
    );
  }

  async #key(url: URL, signal: AbortSignal): Promise<Uint8Array> {
    const known = this.#keys.get(url.href);
    if (known) return known;
    const key = await whole(await this.#ask({ url, range: undefined }, signal), keyBytes);
    if (key.length !== keyBytes) throw new PlaylistRefused('its key is no key');
    this.#keys.set(url.href, key);
    return key;
  }
}

async function whole(body: FetchedBody, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body.bytes) {
      length += chunk.length;
      if (length > bytesMax) throw new PlaylistRefused('what it names is too long');
      chunks.push(chunk);
    }
  } finally {
    body.close();
  }
  return Buffer.concat(chunks);
}

function ivOf(sequence: number): Uint8Array {
  const iv = Buffer.alloc(16);
  iv.writeBigUInt64BE(BigInt(sequence), 8);
  return iv;
}
