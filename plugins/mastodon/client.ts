import { z } from 'zod';
import type { AttemptContext, PublisherContext } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { answerJson, answerText, parsedJson } from '../shared/answer.ts';
import { type Account, account, type Instance, instance, type Status, status } from './answers.ts';
import { refusal } from './classify.ts';
import type { MediaPayload, StatusPayload } from './payload.ts';

const uploaded = z.object({ id: z.string() });

/** The few calls of Mastodon's API that are needed, each throwing `Refused` for anything but success. */
export class Mastodon {
  readonly #context: PublisherContext;
  readonly #instance: string;

  constructor(context: PublisherContext, instance: string) {
    this.#context = context;
    this.#instance = instance;
  }

  async account(): Promise<Account & { headers: Headers }> {
    const response = await this.#get('/api/v1/accounts/verify_credentials');
    const { headers } = response;
    return { ...whole(account, await answerJson(response)), headers };
  }

  /**
   * The scopes of the token's application; undefined where the server doesn't give them. Before Mastodon 4.3 the answer
   * had no scopes and needed `read` itself (https://docs.joinmastodon.org/methods/apps/#verify_credentials).
   */
  async scopes(): Promise<string[] | undefined> {
    try {
      const answer = await answerJson(await this.#get('/api/v1/apps/verify_credentials'));
      const { scopes } = fieldsOf(answer);
      return Array.isArray(scopes) ? scopes.map(String) : undefined;
    } catch (error) {
      // Other software has no such address; and a token that has just given its account is valid.
      if (error instanceof Refused && ['rejected', 'authorisation-lost'].includes(error.fate.state)) return;
      throw error;
    }
  }

  async instance(): Promise<Instance> {
    const answer = await answerJson(await this.#get('/api/v2/instance'));
    return instance.safeParse(answer).data ?? {};
  }

  async statuses(accountId: string, maxId: string | undefined): Promise<Status[]> {
    const query = new URLSearchParams({
      limit: '40',
      exclude_reblogs: 'true',
      ...(maxId && { max_id: maxId }),
    });
    const answer = await answerJson(
      await this.#get(`/api/v1/accounts/${encodeURIComponent(accountId)}/statuses?${query}`),
    );
    return Array.isArray(answer) ? answer.flatMap((each) => status.safeParse(each).data ?? []) : [];
  }

  /** For a key it has seen within the hour, the server returns the earlier status. */
  async post(payload: StatusPayload, mediaIds: readonly string[], key: string): Promise<Status> {
    const { text, visibility, language, sensitive, contentWarning } = payload;
    const body = {
      status: text,
      visibility,
      sensitive,
      ...(mediaIds.length > 0 && { media_ids: mediaIds }),
      ...(language && { language }),
      ...(contentWarning && { spoiler_text: contentWarning }),
    };
    const response = await this.#context.http.fetch(`${this.#instance}/api/v1/statuses`, {
      method: 'POST',
      headers: { ...this.#headers(), 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      redirect: 'manual',
    });
    return answerOf(response, status);
  }

  async upload(context: AttemptContext, media: MediaPayload): Promise<{ id: string }> {
    const { head, tail, type } = multipartAround(media, context.stepKey);
    const response = await context.http.send({
      method: 'POST',
      url: `${this.#instance}/api/v2/media`,
      headers: { ...this.#headers(), 'content-type': type },
      body: around(head, context.artifacts.open(media.cid), tail),
      bodyBytes: head.byteLength + media.sizeBytes + tail.byteLength,
      onProgress: (sentBytes) =>
        context.progress(
          Math.min(media.sizeBytes, Math.max(0, sentBytes - head.byteLength)),
          media.sizeBytes,
        ),
    });
    return answerOf(response, uploaded);
  }

  /** Undefined: it is gone, or this account may not see it. */
  async status(id: string): Promise<Status | undefined> {
    const path = `/api/v1/statuses/${encodeURIComponent(id)}`;
    const response = await this.#context.http.fetch(this.#instance + path, {
      headers: this.#headers(),
      redirect: 'manual',
    });
    if (await isUnknownRecord(response)) return undefined;
    return answerOf(response, status);
  }

  /** False: the account has no such status. */
  async delete(id: string): Promise<boolean> {
    const response = await this.#context.http.fetch(
      `${this.#instance}/api/v1/statuses/${encodeURIComponent(id)}`,
      { method: 'DELETE', headers: this.#headers(), redirect: 'manual' },
    );
    if (await isUnknownRecord(response)) return false;
    await answerOf(response, uploaded);
    return true;
  }

  /** 206 while the server is still processing. */
  async isProcessed(mediaId: string): Promise<boolean> {
    const response = await this.#get(`/api/v1/media/${encodeURIComponent(mediaId)}`);
    await response.body?.cancel();
    return response.status !== 206;
  }

  async #get(path: string): Promise<Response> {
    const response = await this.#context.http.fetch(this.#instance + path, {
      headers: this.#headers(),
      // At another address the token would not be sent, and posts must not be sent there.
      redirect: 'manual',
    });
    if (!response.ok) throw await refusal(response);
    return response;
  }

  #headers(): Record<string, string> {
    const token = this.#context.credential('accessToken');
    if (token) return { authorization: `Bearer ${token}`, accept: 'application/json' };
    throw new Refused({
      state: 'authorisation-lost',
      reason: 'the access token is missing; connect the target',
    });
  }
}

/** Mastodon's own words for a missing record: any server may answer 404. */
async function isUnknownRecord(response: Response): Promise<boolean> {
  if (response.status !== 404) return false;
  const { error } = fieldsOf(parsedJson(await answerText(response.clone(), 64 * 1024)));
  return error === 'Record not found';
}

/** A success without an id isn't one: something is between us and the server. */
async function answerOf<Answer>(response: Response, shape: z.ZodType<Answer>): Promise<Answer> {
  if (!response.ok) throw await refusal(response);
  return whole(shape, await answerJson(response));
}

function whole<Answer>(shape: z.ZodType<Answer>, answer: unknown): Answer {
  const { data } = shape.safeParse(answer);
  if (data !== undefined) return data;
  throw new Refused({ state: 'unknown', reason: 'the server’s answer is not that of Mastodon' });
}

function multipartAround(media: MediaPayload, key: string): { head: Buffer; tail: Buffer; type: string } {
  const boundary = `guildmesh-${key}`;
  const name = media.name.replace(/[^\p{L}\p{N}._-]+/gu, '_');
  const description =
    media.altText === ''
      ? ''
      : `--${boundary}\r\nContent-Disposition: form-data; name="description"\r\n\r\n${media.altText}\r\n`;
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${media.mediaType}\r\n\r\n`;
  return {
    head: Buffer.from(description + file),
    tail: Buffer.from(`\r\n--${boundary}--\r\n`),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

async function* around(
  head: Uint8Array,
  bytes: AsyncIterable<Uint8Array>,
  tail: Uint8Array,
): AsyncGenerator<Uint8Array> {
  yield head;
  yield* bytes;
  yield tail;
}
