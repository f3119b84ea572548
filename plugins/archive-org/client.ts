import type { AttemptContext, PublisherContext, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { answerJson, answerText, parsedJson } from '../shared/answer.ts';
import { beforeEffect } from '../shared/fate.ts';
import { limitRefusal, metadataRefusal, readRefusal, saveRefusal, storageRefusal } from './classify.ts';
import { metadataHeaders } from './metadata-headers.ts';
import { type FilePayload, filePayloadOf, type MetadataPayload, type SavePagePayload } from './payload.ts';
import {
  type Capture,
  type CaptureQuota,
  captureList,
  captureQuota,
  type ItemRecord,
  itemRecord,
  type JobStatus,
  jobStatus,
} from './records.ts';
import { UploadBody } from './upload-body.ts';

const redirectsMax = 5;
/** A record of an item with very many files is larger; then nothing can be read from it. */
const recordBytesMax = 32 * 1024 * 1024;

/**
 * The four APIs of archive.org: storage (S3-like), item records and their changes, the Wayback Machine's Save Page Now
 * 2 and its index. Anything but success throws a Refused; only `send…` methods change something there.
 */
export class ArchiveOrg {
  readonly #context: PublisherContext;

  constructor(context: PublisherContext) {
    this.#context = context;
  }

  detailsUrl(identifier: string): string {
    return `${this.#context.address('metadataUrl')}/details/${identifier}`;
  }

  downloadUrl(identifier: string, name: string): string {
    return `${this.#context.address('metadataUrl')}/download/${identifier}/${encodeURIComponent(name)}`;
  }

  captureUrl({ timestamp, url }: Capture): string {
    return `${this.#context.address('webUrl')}/web/${timestamp}/${url}`;
  }

  /** Undefined: there is no such item, or not yet. */
  async readItem(identifier: string): Promise<ItemRecord | undefined> {
    const response = await this.#read(`${this.#context.address('metadataUrl')}/metadata/${identifier}`);
    const record = itemRecord.safeParse(await answerJson(response, recordBytesMax));
    if (!record.success) throw readRefusal('its record of the item can’t be read');
    return record.data.metadata === undefined && record.data.is_dark === undefined ? undefined : record.data;
  }

  /** Throws while archive.org is overloaded, so that an upload isn't begun only to be refused. */
  async checkLimit(identifier: string): Promise<void> {
    const query = new URLSearchParams({
      check_limit: '1',
      accesskey: this.#keys().accessKey,
      bucket: identifier,
    });
    const refusal = await beforeEffect(async () => {
      const response = await this.#fetch(`${this.#context.address('s3Url')}/?${query}`, {});
      return limitRefusal(await answerText(response));
    });
    if (refusal) throw refusal;
  }

  async sendFile(context: AttemptContext, step: Step, md5: string): Promise<void> {
    const payload = filePayloadOf(step);
    let url = new URL(
      `${context.address('s3Url')}/${payload.identifier}/${encodeURIComponent(payload.name)}`,
    );
    for (let hops = 0; hops <= redirectsMax; hops += 1) {
      const response = await this.#put(url, context, step, md5);
      if (response.ok) {
        await answerText(response);
        return;
      }
      if (response.status !== 307) throw await storageRefusal(response, payload, context.nowMs());
      url = this.#redirectedTo(response, url);
    }
    throw new Refused({ state: 'not-sent', reason: 'it redirects without end' });
  }

  async sendMetadata(payload: MetadataPayload, patch: readonly object[]): Promise<void> {
    const { accessKey, secretKey } = this.#keys();
    const response = await this.#fetch(
      `${this.#context.address('metadataUrl')}/metadata/${payload.identifier}`,
      {
        method: 'POST',
        body: new URLSearchParams({
          '-target': 'metadata',
          '-patch': JSON.stringify(patch),
          access: accessKey,
          secret: secretKey,
          priority: '-5',
        }),
      },
    );
    const refusal = await metadataRefusal(response, this.#context.nowMs());
    if (refusal) throw refusal;
  }

  /** The id of the job, which is the same for the same page within the hour. */
  async sendSavePage({ url, parameters }: SavePagePayload): Promise<string> {
    const response = await this.#fetch(`${this.#context.address('webUrl')}/save`, {
      method: 'POST',
      headers: { accept: 'application/json', authorization: this.#authorization() },
      body: new URLSearchParams({ url, ...parameters }),
    });
    const { data: answer } = jobStatus.safeParse(await answerJson(response));
    if (response.ok && answer?.job_id !== undefined) return answer.job_id;
    throw saveRefusal(response, answer, this.#context.nowMs());
  }

  async readJob(jobId: string): Promise<JobStatus> {
    const response = await this.#read(
      `${this.#context.address('webUrl')}/save/status/${encodeURIComponent(jobId)}`,
      this.#authorization(),
    );
    const status = jobStatus.safeParse(await answerJson(response));
    if (!status.success) throw readRefusal('the state of the capture can’t be read');
    return status.data;
  }

  /** The newest capture of a page made at `sinceMs` or later. */
  async readCapture(url: string, sinceMs: number): Promise<Capture | undefined> {
    const query = new URLSearchParams({
      url,
      from: timestampOf(sinceMs),
      output: 'json',
      fl: 'timestamp,original',
      limit: '-1',
    });
    const response = await this.#read(`${this.#context.address('webUrl')}/cdx/search/cdx?${query}`);
    const rows = captureList.safeParse(parsedJson((await answerText(response)) || '[]'));
    if (!rows.success) throw readRefusal('the list of captures can’t be read');
    // The first row names the columns.
    const newest = rows.data.slice(1).at(-1);
    return newest && { timestamp: newest[0], url: newest[1] };
  }

  /** Undefined where the Wayback Machine doesn't say. */
  async readCaptureQuota(): Promise<CaptureQuota | undefined> {
    const url = `${this.#context.address('webUrl')}/save/status/user?_t=${this.#context.nowMs()}`;
    return captureQuota.safeParse(await answerJson(await this.#read(url, this.#authorization()))).data;
  }

  /** The owner of these keys, as an e-mail address. Unknown keys get 200 too, with `error`. */
  async readAccount(): Promise<string | undefined> {
    const response = await this.#fetch(`${this.#context.address('s3Url')}/?check_auth=1`, {
      headers: { authorization: this.#authorization() },
    });
    const answer = fieldsOf(await answerJson(response));
    if (answer.authorized !== true) {
      throw new Refused({
        state: 'authorisation-lost',
        reason: 'archive.org doesn’t know these keys; make new ones at https://archive.org/account/s3.php',
      });
    }
    return typeof answer.username === 'string' ? answer.username : undefined;
  }

  async #put(url: URL, context: AttemptContext, step: Step, md5: string): Promise<Response> {
    const payload = filePayloadOf(step);
    const body = new UploadBody(context, step, { md5, sizeBytes: payload.sizeBytes });
    try {
      return await context.http.send({
        method: 'PUT',
        url: url.href,
        headers: { ...fileHeaders(payload, md5), authorization: this.#authorization() },
        body: body.chunks(),
        // Known, else the body would be sent in chunks, which archive.org refuses.
        bodyBytes: payload.sizeBytes,
        onProgress: (sentBytes) => context.progress(sentBytes, payload.sizeBytes),
      });
    } catch (error) {
      throw body.failure ?? error;
    }
  }

  /** The keys are sent along, so only to archive.org itself or to the first request's host. */
  #redirectedTo(response: Response, from: URL): URL {
    const to = URL.parse(response.headers.get('location') ?? '', from.href);
    const known = to && (to.hostname === from.hostname || to.hostname.endsWith('.archive.org'));
    if (known && (to.protocol === 'https:' || to.protocol === from.protocol)) return to;
    throw new Refused({ state: 'rejected', reason: 'it redirects to an address that isn’t its own' });
  }

  async #read(url: string, authorization?: string): Promise<Response> {
    return beforeEffect(async () => {
      const response = await this.#fetch(url, {
        headers: { accept: 'application/json', ...(authorization ? { authorization } : {}) },
      });
      if (response.ok) return response;
      await answerText(response);
      throw readRefusal(`it answered ${response.status} to a question`);
    });
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    return this.#context.http.fetch(url, { ...init, signal: this.#context.signal });
  }

  #authorization(): string {
    const { accessKey, secretKey } = this.#keys();
    return `LOW ${accessKey}:${secretKey}`;
  }

  #keys(): { accessKey: string; secretKey: string } {
    const accessKey = this.#context.credential('accessKey');
    const secretKey = this.#context.credential('secretKey');
    if (accessKey && secretKey) return { accessKey, secretKey };
    throw new Refused({
      state: 'authorisation-lost',
      reason: 'the keys of archive.org are missing; make them at https://archive.org/account/s3.php',
    });
  }
}

function fileHeaders(payload: FilePayload, md5: string): Record<string, string> {
  return {
    'content-type': payload.mediaType,
    'content-md5': md5,
    'x-archive-auto-make-bucket': '1',
    'x-archive-queue-derive': payload.derive ? '1' : '0',
    'x-archive-size-hint': String(payload.itemSizeBytes),
    ...(payload.keepOldVersion ? { 'x-archive-keep-old-version': '1' } : {}),
    ...metadataHeaders(payload.metadata),
  };
}

function timestampOf(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\D/g, '').slice(0, 14);
}
