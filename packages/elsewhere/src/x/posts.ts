import { BoundedMap } from '../core/bounded-map.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../core/fields.ts';
import { partsOf } from '../core/multipart.ts';
import type { Answer, ApiCall } from '../core/route.ts';
import { Refusal, type ServiceWorld } from '../core/service.ts';
import { limits, type Medium, mediumView, type Post, postView, segmentView } from './views.ts';

/** The newest are kept. */
export const postsMax = 200;
export const mediaMax = 100;
/** In one file; X takes no more. */
export const segmentsMax = 1_000;
const fileBytesMax = 64 * 1024 * 1024;
const pageMax = 100;

/** The account's posts and files. */
export class Posts {
  readonly posts = new BoundedMap<string, Post>(postsMax);
  readonly media = new BoundedMap<string, Medium>(mediaMax);
  readonly #world: ServiceWorld;
  #lastId = 1_900_000_000_000_000_000n;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  post({ json }: ApiCall): Answer {
    const text = textOf(json.text) ?? '';
    const ids = listOf(fieldsOf(json.media).media_ids).map(String);
    const media = ids.map((id) => this.#medium(id)).filter(({ file }) => file !== undefined);
    if (media.length < ids.length || media.length > limits.media)
      throw invalid('Your media IDs are invalid.');
    if (text.trim() === '' && media.length === 0) throw invalid('A post needs text or media.');
    if ([...text].length > limits.characters) throw forbidden('Your Tweet text is too long.');
    const isRepeated = this.posts.values().some((post) => post.text === text);
    if (media.length === 0 && isRepeated)
      throw forbidden('You are not allowed to create a Tweet with duplicate content.');
    const post = this.#made(json, { text, media });
    this.posts.set(post.id, post);
    const what = text.split('\n', 1)[0]?.slice(0, 100) || 'A post';
    this.#world.changes.arrived({ service: 'x', what, path: `/x/status/${post.id}` });
    return { status: 201, json: { data: { id: post.id, text } } };
  }

  timeline({ query }: ApiCall): Answer {
    const sinceMs = Date.parse(query.get('start_time') ?? '') || 0;
    const count = Math.min(pageMax, Number(query.get('max_results') ?? 10) || 10);
    const found = this.posts
      .newest()
      .filter(({ createdAtMs }) => createdAtMs >= sinceMs)
      .slice(0, count)
      .map(postView);
    return {
      status: 200,
      json: { ...(found.length > 0 && { data: found }), meta: { result_count: found.length } },
    };
  }

  initialize({ json }: ApiCall): Answer {
    const totalBytes = Number(json.total_bytes);
    const mediaType = textOf(json.media_type) ?? '';
    if (!(totalBytes > 0) || mediaType === '') throw invalid('media_type and total_bytes are needed.');
    if (totalBytes > fileBytesMax) throw invalid('That is more than this stand-in keeps.');
    const medium: Medium = { id: this.#newId(), mediaType, totalBytes, segments: new Map(), altText: '' };
    this.media.set(medium.id, medium);
    return { status: 200, json: { data: mediumView(medium) } };
  }

  append({ params, headers, body }: ApiCall): Answer {
    const medium = this.#medium(params.id ?? '');
    const parts = partsOf(headers['content-type'] ?? '', body.bytes) ?? [];
    const bytes = parts.find(({ name }) => name === 'media')?.bytes;
    const index = Number(parts.find(({ name }) => name === 'segment_index')?.bytes.toString() ?? Number.NaN);
    if (!bytes || !Number.isInteger(index) || index < 0 || index >= segmentsMax)
      throw invalid('media and segment_index are needed.');
    medium.segments.set(index, this.#world.depot.keep(bytes));
    return { status: 200, json: { data: segmentView() } };
  }

  finalize({ params }: ApiCall): Answer {
    const medium = this.#medium(params.id ?? '');
    const { depot } = this.#world;
    const segments = [...medium.segments].sort(([a], [b]) => a - b).map(([, stored]) => depot.read(stored));
    const whole = Buffer.concat(segments.filter((bytes) => bytes !== undefined));
    if (!medium.file && whole.byteLength !== medium.totalBytes)
      throw invalid(`${whole.byteLength} of ${medium.totalBytes} bytes are there.`);
    medium.file ??= depot.keep(whole);
    medium.segments.clear();
    return { status: 200, json: { data: mediumView(medium) } };
  }

  status({ query }: ApiCall): Answer {
    return { status: 200, json: { data: mediumView(this.#medium(query.get('media_id') ?? '')) } };
  }

  describe({ json }: ApiCall): Answer {
    const medium = this.#medium(textOf(json.id) ?? '');
    medium.altText = textOf(fieldsOf(fieldsOf(json.metadata).alt_text).text) ?? '';
    return { status: 200, json: { data: { id: medium.id } } };
  }

  #made(json: Fields, content: Pick<Post, 'text' | 'media'>): Post {
    const id = this.#newId();
    const replyTo = textOf(fieldsOf(json.reply).in_reply_to_tweet_id);
    const head = replyTo === undefined ? undefined : this.posts.get(replyTo);
    if (replyTo !== undefined && !head) throw invalid('The post that this replies to is gone.');
    return { id, ...content, replyTo, conversationId: head?.conversationId ?? id, createdAtMs: Date.now() };
  }

  #medium(id: string): Medium {
    const medium = this.media.get(id);
    if (!medium) throw invalid('Your media IDs are invalid.');
    return medium;
  }

  #newId(): string {
    this.#lastId += 1n;
    return String(this.#lastId);
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Invalid Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
};

/** https://docs.x.com/x-api/fundamentals/response-codes-and-errors */
export function refusal(status: number, detail: string, retryAfterSeconds?: number): Answer {
  const reset = Math.ceil(Date.now() / 1_000) + (retryAfterSeconds ?? 0);
  return {
    status,
    json: { title: titles[status] ?? 'Error', detail, type: 'about:blank', status },
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfterSeconds !== undefined && {
        'x-rate-limit-limit': '100',
        'x-rate-limit-remaining': '0',
        'x-rate-limit-reset': String(reset),
      }),
    },
  };
}

function invalid(detail: string): Refusal {
  return new Refusal(refusal(400, detail));
}

function forbidden(detail: string): Refusal {
  return new Refusal(refusal(403, detail));
}
