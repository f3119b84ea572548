import { createHash } from 'node:crypto';
import {
  type Answer,
  type Asked,
  type Effect,
  type FakePlatform,
  FaultyServer,
} from '../compliance/fake-platform.ts';

interface KeptFile {
  name: string;
  md5: string;
  size: string;
}

interface Item {
  owner: string;
  metadata: Record<string, unknown>;
  files: Map<string, KeptFile>;
  dark: boolean;
}

interface Job {
  url: string;
  status: Record<string, unknown>;
}

const rightsByCollection: Record<string, string[]> = { opensource: ['*'], opensource_audio: ['*'] };

/**
 * archive.org with a memory: storage under /s3, records under /ia, the Wayback Machine under /web. What storage takes
 * shows in the records only after `index` while `lagging`.
 */
export class FakeArchive implements FakePlatform {
  readonly server: FaultyServer;
  lagging = false;
  /** What `check_limit` says; text stands for the page of an overloaded server. */
  limit: object | string = { over_limit: 0, detail: {} };
  /** Answers to the next writes, in place of doing them. */
  readonly refusals: Answer[] = [];
  /** Where the next PUTs are sent to. */
  readonly redirects: string[] = [];
  readonly captures: { timestamp: string; url: string; atMs: number }[] = [];
  readonly jobs = new Map<string, Job>();
  readonly account: string;
  /** Counts of the account, at the Wayback Machine. */
  capturesToday = { daily_captures: 3, daily_captures_limit: 1_000 };
  /** Its uploads look like spam: refused like haste, and for good. */
  isSpam = false;
  /** Storage is short, for everyone. */
  isOverloaded = false;
  /** What the Wayback Machine says of a page in place of capturing it, such as `blocked-url`. */
  captureRefusal: { code: string; message: string } | undefined;
  #items = new Map<string, Item>();
  #records = new Map<string, object>();
  readonly #problems: string[] = [];

  private constructor(account: string) {
    this.account = account;
    for (const name of Object.keys(rightsByCollection))
      this.#records.set(name, { metadata: { identifier: name, mediatype: 'collection' } });
    this.server = new FaultyServer((asked) => this.#answer(asked));
  }

  static async open(account = 'LOW access:secret'): Promise<FakeArchive> {
    const fake = new FakeArchive(account);
    await fake.server.listen();
    return fake;
  }

  get addresses(): Record<string, string> {
    const { url } = this.server;
    return { s3Url: `${url}/s3`, metadataUrl: `${url}/ia`, webUrl: `${url}/web` };
  }

  effects(): Effect[] {
    const files = [...this.#items].flatMap(([id, { files, metadata }]) =>
      [...files.values()].map(({ name }) => ({ id: `${id}/${name}`, text: JSON.stringify(metadata) })),
    );
    return [...files, ...this.captures.map(({ url, timestamp }) => ({ id: timestamp, text: url }))];
  }

  violations(): readonly string[] {
    return this.#problems;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  item(identifier: string): Item | undefined {
    return this.#items.get(identifier);
  }

  seed(identifier: string, owner: string, metadata: Record<string, unknown>): Item {
    const item: Item = { owner, metadata, files: new Map(), dark: false };
    this.#items.set(identifier, item);
    this.#show(identifier);
    return item;
  }

  /** The records catch up. */
  index(): void {
    for (const identifier of this.#items.keys()) this.#show(identifier);
  }

  finish(jobId: string, status: Record<string, unknown>): void {
    const job = this.jobs.get(jobId);
    if (job) job.status = status;
    if (job && status.status === 'success') this.#capture(job.url, String(status.timestamp));
  }

  #capture(url: string, timestamp: string): void {
    if (!this.captures.some((each) => each.timestamp === timestamp)) {
      this.captures.push({ timestamp, url, atMs: Date.now() });
    }
  }

  async #answer(asked: Asked): Promise<Answer> {
    const { method, path } = asked;
    const refusal = method === 'GET' ? undefined : this.refusals.shift();
    if (refusal) return refusal;
    if (path.startsWith('/s3')) return this.#storage(asked);
    if (path.startsWith('/ia/metadata/')) return this.#metadata(asked, path.slice('/ia/metadata/'.length));
    return this.#wayback(asked);
  }

  #storage(asked: Asked): Answer {
    if (asked.query.has('check_limit')) return { status: 200, body: this.limit };
    if (asked.query.has('check_auth')) {
      const authorized = asked.headers.authorization === this.account;
      const person = { username: 'ada@example.org', itemname: '@ada', screenname: 'Ada' };
      return { status: 200, body: authorized ? { authorized, ...person } : { authorized, error: 'unknown' } };
    }
    const redirect = this.redirects.shift();
    if (redirect !== undefined) return { status: 307, headers: { location: redirect } };
    return this.#put(asked);
  }

  #put({ path, headers, body }: Asked): Answer {
    if (headers['transfer-encoding'] !== undefined) this.#problems.push('a body in chunks');
    if (headers['content-length'] === undefined) return s3Error(411, 'MissingContentLength');
    if (headers['content-length'] !== String(body.length)) this.#problems.push('a wrong length');
    if (!headers.authorization?.startsWith('LOW ')) return s3Error(403, 'AccessDenied');
    if (headers.authorization !== this.account) return s3Error(403, 'InvalidAccessKeyId');
    if (this.isOverloaded || this.isSpam) {
      const resource = this.isSpam
        ? 'Your upload of faults from username ada appears to be spam. If you believe this is a mistake, contact info at archive dot org'
        : '';
      return s3Error(503, 'SlowDown', 'Please reduce your request rate.', resource);
    }
    const [, , identifier = '', name = ''] = path.split('/').map(decodeURIComponent);
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{2,99}$/.test(identifier)) return s3Error(400, 'InvalidBucketName');
    const md5 = createHash('md5').update(body).digest('hex');
    if (headers['content-md5'] !== md5) return s3Error(400, 'BadDigest');
    const metadata = metadataOf(headers);
    const collections = [metadata.collection ?? []].flat().map(String);
    if (collections.some((each) => !rightsByCollection[each])) {
      return s3Error(403, 'AccessDenied', 'You lack sufficient privileges to write to those collections');
    }
    let item = this.#items.get(identifier);
    if (item?.dark) return s3Error(403, 'AccessDenied', 'The item is not available');
    if (item && item.owner !== this.account) return s3Error(409, 'BucketAlreadyExists');
    if (!item && headers['x-archive-auto-make-bucket'] !== '1') return s3Error(404, 'NoSuchBucket');
    item ??= {
      owner: this.account,
      metadata: { identifier, uploader: 'ada@example.org', ...metadata },
      files: new Map(),
      dark: false,
    };
    this.#items.set(identifier, item);
    item.files.set(name, { name, md5, size: String(body.length) });
    if (!this.lagging) this.#show(identifier);
    return { status: 200 };
  }

  #show(identifier: string): void {
    const item = this.#items.get(identifier);
    if (!item) return;
    const files = [...item.files.values()];
    this.#records.set(
      identifier,
      // It shows nothing else of an item that was taken down.
      structuredClone(item.dark ? { is_dark: true, files: [] } : { metadata: item.metadata, files }),
    );
  }

  #metadata({ method, body }: Asked, identifier: string): Answer {
    if (method === 'GET') return { status: 200, body: this.#records.get(identifier) ?? {} };
    const form = new URLSearchParams(body.toString());
    const item = this.#items.get(identifier);
    if (`LOW ${form.get('access')}:${form.get('secret')}` !== this.account) return failed(401, 'bad keys');
    if (!item) return failed(404, `couldn't locate item ${identifier}`);
    if (form.get('-target') !== 'metadata') this.#problems.push('a wrong target');
    for (const { op, path, value } of JSON.parse(form.get('-patch') ?? '[]')) {
      const field = path.slice(1);
      const there = item.metadata[field];
      if (op === 'test' && JSON.stringify(there) !== JSON.stringify(value))
        return failed(400, 'test operation failed');
      if (op === 'add' || op === 'replace') item.metadata[field] = value;
    }
    if (!this.lagging) this.#show(identifier);
    return { status: 200, body: { success: true, task_id: 1 } };
  }

  #wayback({ method, path, headers, body, query }: Asked): Answer {
    if (path === '/web/save' && method === 'POST') {
      if (headers.authorization !== this.account)
        return { status: 401, body: { message: 'You need to be logged in' } };
      if (this.capturesToday.daily_captures >= this.capturesToday.daily_captures_limit) {
        // The limit of a page is reported like this; no source shows how the account's is.
        const status_ext = 'error:too-many-daily-captures';
        return { status: 200, body: { status: 'error', status_ext, message: 'Too many today' } };
      }
      const url = new URLSearchParams(body.toString()).get('url') ?? '';
      if (this.captureRefusal) {
        const { code, message } = this.captureRefusal;
        return { status: 200, body: { url, status: 'error', status_ext: `error:${code}`, message } };
      }
      // The same page within the hour: the same job.
      const jobId = `spn2-${createHash('sha1').update(url).digest('hex')}`;
      if (!this.jobs.has(jobId)) {
        this.jobs.set(jobId, { url, status: { status: 'pending', job_id: jobId } });
        this.#capture(url, timestampOf(Date.now()));
      }
      return { status: 200, body: { url, job_id: jobId } };
    }
    if (path === '/web/save/status/user') {
      if (headers.authorization !== this.account) return { status: 401, body: { message: 'Log in' } };
      return { status: 200, body: { processing: 0, available: 3, ...this.capturesToday } };
    }
    const [, jobId = ''] = /^\/web\/save\/status\/(.+)$/.exec(path) ?? [];
    if (jobId !== '') {
      const unknown = { status: 'error', status_ext: 'error:not-found-job', message: 'Job not found' };
      return { status: 200, body: this.jobs.get(jobId)?.status ?? unknown };
    }
    const rows = this.captures
      .filter(({ url, timestamp }) => url === query.get('url') && timestamp >= (query.get('from') ?? ''))
      .map(({ timestamp, url }) => [timestamp, url]);
    return { status: 200, body: rows.length > 0 ? [['timestamp', 'original'], ...rows] : [] };
  }
}

export function s3Error(status: number, code: string, message = code, resource = ''): Answer {
  const xml = `<?xml version='1.0' encoding='UTF-8'?>\n<Error><Code>${code}</Code><Message>${message}</Message><Resource>${resource}</Resource></Error>`;
  return { status, body: xml };
}

export function timestampOf(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\D/g, '').slice(0, 14);
}

function failed(status: number, error: string): Answer {
  return { status, body: { success: false, error } };
}

function metadataOf(headers: Record<string, string>): Record<string, unknown> {
  const metadata: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers).sort(([a], [b]) => a.localeCompare(b))) {
    const [, field] = /^x-archive-meta\d\d-(.+)$/.exec(name) ?? [];
    if (field === undefined) continue;
    const key = field.replaceAll('--', '_');
    const decoded = /^uri\((.*)\)$/.exec(value);
    const plain = decoded ? decodeURIComponent(decoded[1] ?? '') : value;
    metadata[key] = metadata[key] === undefined ? plain : [metadata[key], plain].flat();
  }
  return metadata;
}
