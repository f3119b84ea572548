import { BoundedMap } from '../core/bounded-map.ts';
import { type Fields, listOf, textOf } from '../core/fields.ts';
import { partsOf } from '../core/multipart.ts';
import type { Answer, ApiCall } from '../core/route.ts';
import { Refusal, type ServiceWorld } from '../core/service.ts';
import { account, limits, type Medium, mediumView, type Status, statusView } from './views.ts';

/** The newest are kept. */
export const statusesMax = 200;
export const mediaMax = 200;
/** A server remembers a key for an hour. */
const keyLifeMs = 3_600_000;
const listedMax = 40;
const listedUsually = 20;

/** What stands on the server, and what it does with what comes. */
export class MastodonServer {
  readonly statuses = new BoundedMap<string, Status>(statusesMax);
  readonly media = new BoundedMap<string, Medium>(mediaMax);
  readonly #world: ServiceWorld;
  readonly #byKey = new BoundedMap<string, Status>(statusesMax);
  #lastId = 115_000_000_000_000_000n;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  post({ json, headers }: ApiCall): Answer {
    const key = headers['idempotency-key'];
    const before = key === undefined ? undefined : this.#byKey.get(key);
    if (before && Date.now() - before.createdAtMs < keyLifeMs) return this.#shown(before);
    const status = this.#read(json);
    this.statuses.set(status.id, status);
    if (key !== undefined) this.#byKey.set(key, status);
    const what = status.text.split('\n', 1)[0]?.slice(0, 100) || 'A post';
    this.#world.changes.arrived({ service: 'mastodon', what, path: `/mastodon/@${account}/${status.id}` });
    return this.#shown(status);
  }

  upload({ headers, body }: ApiCall): Answer {
    const parts = partsOf(headers['content-type'] ?? '', body.bytes) ?? [];
    const file = parts.find(({ name }) => name === 'file');
    if (!file) throw unprocessable("Validation failed: File can't be blank");
    if (!/^(?:image|video|audio)\//.test(file.mediaType))
      throw unprocessable('Validation failed: File content type is invalid, File is invalid');
    const medium: Medium = {
      id: this.#newId(),
      name: file.fileName ?? 'file',
      mediaType: file.mediaType,
      description: parts.find(({ name }) => name === 'description')?.bytes.toString() ?? '',
      file: this.#world.depot.keep(file.bytes),
    };
    this.media.set(medium.id, medium);
    return { status: 200, json: mediumView(medium, this.#world.baseUrl()) };
  }

  medium({ params }: ApiCall): Answer {
    const medium = this.media.get(params.id ?? '');
    if (!medium) throw new Refusal(refusal(404, 'Record not found'));
    return { status: 200, json: mediumView(medium, this.#world.baseUrl()) };
  }

  list({ query }: ApiCall): Answer {
    const maxId = query.get('max_id');
    const before = maxId === null ? undefined : BigInt(maxId.replace(/\D/g, ''));
    const older = this.statuses.newest().filter(({ id }) => before === undefined || BigInt(id) < before);
    const count = Math.min(listedMax, Number(query.get('limit') ?? listedUsually) || listedUsually);
    const base = this.#world.baseUrl();
    return { status: 200, json: older.slice(0, count).map((status) => statusView(status, base)) };
  }

  remove({ params }: ApiCall): Answer {
    const status = this.statuses.get(params.id ?? '');
    if (!status) throw new Refusal(refusal(404, 'Record not found'));
    this.statuses.delete(status.id);
    this.#world.changes.changed();
    return this.#shown(status);
  }

  #read(json: Fields): Status {
    const text = textOf(json.status) ?? '';
    const files = listOf(json.media_ids).map((id) => this.media.get(String(id)));
    const media = files.filter((file) => file !== undefined);
    if (media.length < files.length) throw unprocessable('Validation failed: media not found');
    if (media.length > limits.media)
      throw unprocessable(`Validation failed: Cannot attach more than ${limits.media} files`);
    if (text.trim() === '' && files.length === 0)
      throw unprocessable("Validation failed: Text can't be blank");
    if ([...text].length > limits.characters)
      throw unprocessable(`Validation failed: Text character limit of ${limits.characters} exceeded`);
    return {
      id: this.#newId(),
      text,
      visibility: textOf(json.visibility) ?? 'public',
      warning: textOf(json.spoiler_text) ?? '',
      sensitive: json.sensitive === true,
      language: textOf(json.language),
      media,
      createdAtMs: Date.now(),
    };
  }

  #shown(status: Status): Answer {
    return { status: 200, json: statusView(status, this.#world.baseUrl()) };
  }

  #newId(): string {
    this.#lastId += 1n;
    return String(this.#lastId);
  }
}

export function refusal(status: number, error: string, retryAfterSeconds?: number): Answer {
  if (retryAfterSeconds === undefined) return { status, json: { error } };
  const reset = new Date(Date.now() + retryAfterSeconds * 1_000).toISOString();
  const headers = { ...limitHeaders(), 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  return { status, json: { error }, headers };
}

function unprocessable(error: string): Refusal {
  return new Refusal(refusal(422, error));
}

export function limitHeaders(): Record<string, string> {
  const windowMs = 5 * 60_000;
  const reset = new Date((Math.floor(Date.now() / windowMs) + 1) * windowMs).toISOString();
  return { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '299', 'x-ratelimit-reset': reset };
}
