import { createHash } from 'node:crypto';
import { BoundedMap } from '../core/bounded-map.ts';
import type { StoredFile } from '../core/depot.ts';
import { type Fields, fieldsOf, listOf, parsedJson, textOf } from '../core/fields.ts';
import type { Answer, ApiCall, Call } from '../core/route.ts';
import { Refusal, type ServiceWorld } from '../core/service.ts';
import { HubRepository, type Kind, kinds, repositoriesMax } from './repositories.ts';

export const base = '/huggingface';
export const uploadsPath = '/huggingface-lfs';
/** Larger ones, and what isn't text, are uploaded apart from the commit. */
const regularBytesMax = 10 * 1024 * 1024;
/** Uploads that were asked for, and files that came by them. */
export const uploadsMax = 500;
const filesAtOnceMax = 100;
const defaultKinds: readonly (readonly [Kind, string])[] = [
  ['models', 'you/voice'],
  ['datasets', 'you/archive'],
  ['datasets', 'acme/news'],
];

/** Repositories of a Hugging Face, by its commits and large files. */
export class Face {
  readonly #world: ServiceWorld;
  readonly #repositories = new BoundedMap<string, HubRepository>(repositoriesMax);
  /** Oid → what came for it; undefined: asked for, and not there yet. */
  readonly #uploads = new BoundedMap<string, StoredFile | undefined>(uploadsMax);

  constructor(world: ServiceWorld) {
    this.#world = world;
    for (const [kind, name] of defaultKinds) this.#add(kind, name);
  }

  repositories(): HubRepository[] {
    return this.#repositories.newest();
  }

  find(kind: string | undefined, owner = '', name = ''): HubRepository | undefined {
    return this.#repositories.get(`${kind}/${owner}/${name}`.toLowerCase());
  }

  create({ json }: ApiCall): Answer {
    const kind = kinds.find((each) => each === `${textOf(json.type) ?? 'model'}s`);
    const name = `${textOf(json.organization) ?? 'you'}/${textOf(json.name) ?? ''}`;
    if (!kind || !/^[\w.-]{1,96}\/[\w.-]{1,96}$/.test(name)) throw refused(400, '', 'Invalid repo name');
    if (this.#repositories.has(`${kind}/${name}`.toLowerCase()))
      throw refused(409, '', `You already created this ${kind.slice(0, -1)} repo`);
    const { path } = this.#add(kind, name);
    return { status: 200, json: { url: `${this.#world.baseUrl()}${base}/${path}`, name, id: path } };
  }

  about(call: ApiCall): Answer {
    const { name, head } = this.#named(call);
    return {
      status: 200,
      json: { id: name, sha: head, private: false, disabled: false },
    };
  }

  references(call: ApiCall): Answer {
    const { head } = this.#named(call);
    const main = { name: 'main', ref: 'refs/heads/main', targetCommit: head };
    return { status: 200, json: { branches: [main], converts: [], tags: [] } };
  }

  commits(call: ApiCall): Answer {
    const { commits } = this.#onMain(call);
    const shown = commits.map(({ id, title, description, atMs }) => ({
      id,
      title,
      message: description,
      authors: [{ user: 'you' }],
      date: new Date(atMs).toISOString(),
    }));
    return { status: 200, json: shown };
  }

  preupload(call: ApiCall): Answer {
    this.#onMain(call);
    const files = listOf(call.json.files).map(fieldsOf);
    if (files.length > filesAtOnceMax) throw refused(400, '', 'Too many files');
    const answers = files.map(({ path, size, sample }) => {
      const isBinary = Buffer.from(textOf(sample) ?? '', 'base64').includes(0);
      const isLarge = isBinary || Number(size) > regularBytesMax;
      return { path, uploadMode: isLarge ? 'lfs' : 'regular', shouldIgnore: false };
    });
    return { status: 200, json: { files: answers } };
  }

  batch({ json }: ApiCall): Answer {
    const objects = listOf(json.objects).map((given) => {
      const { oid: said, size } = fieldsOf(given);
      const oid = textOf(said) ?? '';
      if (this.#uploads.get(oid)) return { oid, size };
      this.#uploads.set(oid, undefined);
      const href = `${this.#world.baseUrl()}${uploadsPath}/${oid}`;
      return { oid, size, authenticated: true, actions: { upload: { href } } };
    });
    return { status: 200, json: { transfer: 'basic', objects } };
  }

  /** At a signed address, which needs no token. */
  upload({ params, body }: ApiCall): Answer {
    const oid = params.oid ?? '';
    if (!this.#uploads.has(oid)) throw refused(403, '', 'Nobody asked for this upload.');
    const { sizeBytes, sha256, md5 } = body;
    if (sha256 !== oid) throw refused(400, '', 'BadDigest');
    // Only size and hash of more than what is kept.
    const whole = body.isWhole ? this.#world.depot.keep(body.bytes) : { id: sha256, sizeBytes, sha256, md5 };
    this.#uploads.set(oid, whole);
    return { status: 200, json: {} };
  }

  commit(call: ApiCall): Answer {
    const repository = this.#onMain(call);
    const lines = call.body.bytes.toString().split('\n').filter(Boolean).map(parsedJson).map(fieldsOf);
    const header = fieldsOf(lines.find(({ key }) => key === 'header')?.value);
    const parent = textOf(header.parentCommit);
    if (parent !== undefined && parent !== repository.head)
      throw refused(412, '', 'A commit has happened since. Please refresh and try again.');
    const changes = new Map(
      lines.filter(({ key }) => key !== 'header').map(({ key, value }) => this.#change(key, fieldsOf(value))),
    );
    const [title, description] = [textOf(header.summary) ?? '', textOf(header.description) ?? ''];
    const { id } = repository.commit({ title, description }, changes);
    const path = `${base}/${repository.path}/commit/${id}`;
    this.#world.changes.arrived({ service: 'huggingface', what: `${title} in ${repository.name}`, path });
    const commitUrl = this.#world.baseUrl() + path;
    return { status: 200, json: { success: true, commitOid: id, commitUrl, hookOutput: '' } };
  }

  #change(key: unknown, value: Fields): [string, StoredFile | undefined] {
    const path = textOf(value.path) ?? '';
    if (key === 'deletedFile') return [path, undefined];
    if (key === 'file') {
      const encoding = value.encoding === 'base64' ? 'base64' : 'utf8';
      return [path, this.#world.depot.keep(Buffer.from(textOf(value.content) ?? '', encoding))];
    }
    const uploaded = this.#uploads.get(textOf(value.oid) ?? '');
    if (!uploaded) throw refused(422, '', 'LFS pointer points to a file that does not exist');
    return [path, uploaded];
  }

  #named({ params }: Call): HubRepository {
    const found = this.find(params.kind ?? 'models', params.owner, params.repo);
    if (!found) throw refused(404, 'RepoNotFound', 'Repository not found');
    return found;
  }

  #onMain(call: Call): HubRepository {
    const repository = this.#named(call);
    const { revision = '' } = call.params;
    if (revision === 'main' || revision === repository.head) return repository;
    throw refused(404, 'RevisionNotFound', `Invalid rev id: ${revision}`);
  }

  #add(kind: Kind, name: string): HubRepository {
    const repository = new HubRepository(kind, name);
    this.#repositories.set(`${kind}/${name}`.toLowerCase(), repository);
    return repository;
  }
}

export function refusal(status: number, error: string, retryAfterSeconds?: number): Answer {
  return answered(status, '', error, retryAfterSeconds);
}

function refused(status: number, code: string, error: string): Refusal {
  return new Refusal(answered(status, code, error));
}

/** Limits count in windows of five minutes. */
function answered(status: number, code: string, error: string, waitSeconds?: number): Answer {
  const headers = {
    ...(code !== '' && { 'x-error-code': code }),
    'x-error-message': error,
    'x-request-id': createHash('sha1').update(`${status} ${error}`).digest('hex').slice(0, 16),
    ...(waitSeconds !== undefined && {
      ratelimit: `"api";r=0;t=${waitSeconds}`,
      'ratelimit-policy': '"fixed window";"api";q=500;w=300',
    }),
  };
  return { status, json: { error }, headers };
}
