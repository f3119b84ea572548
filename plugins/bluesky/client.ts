import { z } from 'zod';
import type { AttemptContext, Json, PublisherContext } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { type Fields, fieldsOf } from '#core/fields-of.ts';
import { answerJson } from '../shared/answer.ts';
import { refusal, XrpcRefusal } from './classify.ts';
import { accessToken, didOf } from './session.ts';

export const postCollection = 'app.bsky.feed.post';

/** The reference that com.atproto.repo.uploadBlob returns, to be used in a record. */
export type Blob = { readonly [key: string]: Json };

const blobShape = z.record(z.string(), z.json());

export interface StoredRecord {
  uri: string;
  cid: string;
}

/** The few calls that are needed, each throwing `Refused` for anything but success. */
export class Pds {
  readonly #context: PublisherContext;
  readonly #service: string;

  constructor(context: PublisherContext, service: string) {
    this.#context = context;
    this.#service = service;
  }

  async session(): Promise<{ did: string; handle: string; active: boolean; headers: Headers }> {
    const response = await this.#authorised((token) => this.#get('com.atproto.server.getSession', {}, token));
    const { did = '', handle = '', active = true } = await recordOf(response);
    return { did: String(did), handle: String(handle), active: active !== false, headers: response.headers };
  }

  /** The owner of the repository. */
  async did(): Promise<string> {
    return didOf(await accessToken(this.#context, this.#service)) ?? (await this.session()).did;
  }

  /** Undefined where the server says that it has none. */
  async post(did: string, rkey: string): Promise<StoredRecord | undefined> {
    try {
      const query = { repo: did, collection: postCollection, rkey };
      const response = await this.#authorised((token) =>
        this.#get('com.atproto.repo.getRecord', query, token),
      );
      return storedIn(await recordOf(response));
    } catch (error) {
      if (error instanceof XrpcRefusal && error.errorName === 'RecordNotFound') return undefined;
      throw error;
    }
  }

  /** Only if there is none under this key; the error InvalidSwap says that there is. */
  async putPost(did: string, rkey: string, record: object): Promise<StoredRecord> {
    const body = JSON.stringify({ repo: did, collection: postCollection, rkey, record, swapRecord: null });
    const response = await this.#authorised((token) =>
      this.#context.http.fetch(this.#url('com.atproto.repo.putRecord'), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
        redirect: 'manual',
      }),
    );
    return storedIn(await recordOf(response));
  }

  async upload(
    context: AttemptContext,
    media: { cid: string; mediaType: string; sizeBytes: number },
  ): Promise<Blob> {
    const response = await this.#authorised((token) =>
      context.http.send({
        method: 'POST',
        url: this.#url('com.atproto.repo.uploadBlob'),
        headers: { authorization: `Bearer ${token}`, 'content-type': media.mediaType },
        body: context.artifacts.open(media.cid),
        bodyBytes: media.sizeBytes,
        onProgress: (sentBytes) => context.progress(sentBytes, media.sizeBytes),
      }),
    );
    const { blob } = await recordOf(response);
    const { data } = blobShape.safeParse(blob);
    if (data) return data;
    throw notOfAPds();
  }

  /** Undefined where nobody has that handle. */
  async didOfHandle(handle: string): Promise<string | undefined> {
    const response = await this.#get('com.atproto.identity.resolveHandle', { handle });
    if (response.status === 400 || response.status === 404) return undefined;
    if (!response.ok) throw await refusal(response);
    const { did } = await recordOf(response);
    return typeof did === 'string' ? did : undefined;
  }

  /** Signs in again, once, where the server no longer accepts the token: it did nothing with it. */
  async #authorised(run: (token: string) => Promise<Response>): Promise<Response> {
    const token = await accessToken(this.#context, this.#service);
    try {
      return await succeeded(run(token));
    } catch (error) {
      if (!(error instanceof XrpcRefusal) || !error.isStaleToken) throw error;
      return succeeded(run(await accessToken(this.#context, this.#service, token)));
    }
  }

  #get(method: string, query: Record<string, string>, token?: string): Promise<Response> {
    return this.#context.http.fetch(`${this.#url(method)}?${new URLSearchParams(query)}`, {
      headers: { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    });
  }

  #url(method: string): string {
    return `${this.#service}/xrpc/${method}`;
  }
}

async function succeeded(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (!response.ok) throw await refusal(response);
  return response;
}

async function recordOf(response: Response): Promise<Fields> {
  const answer = await answerJson(response);
  if (typeof answer === 'object' && answer !== null) return fieldsOf(answer);
  throw notOfAPds();
}

/** A success without the address of a record isn't one: something is between us and the server. */
function storedIn({ uri, cid }: Fields): StoredRecord {
  if (typeof uri === 'string' && uri.startsWith('at://') && typeof cid === 'string') return { uri, cid };
  throw notOfAPds();
}

function notOfAPds(): Refused {
  return new Refused({ state: 'unknown', reason: 'the server’s answer is not that of a PDS' });
}
