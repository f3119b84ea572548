import { BoundedMap } from '../core/bounded-map.ts';
import type { StoredFile } from '../core/depot.ts';
import { fieldsOf, listOf, parsedJson, textOf } from '../core/fields.ts';
import type { Answer, ApiCall } from '../core/route.ts';
import { Refusal, type ServiceWorld } from '../core/service.ts';
import { addresses } from './paths.ts';

/** The newest are kept. */
export const itemsMax = 100;
/** For each item. */
export const filesMax = 200;

export interface Item {
  identifier: string;
  metadata: Record<string, unknown>;
  files: BoundedMap<string, ItemFile>;
  changedAtMs: number;
}

export interface ItemFile {
  name: string;
  mediaType: string;
  file: StoredFile;
}

/** Items of the Internet Archive, by its S3-like storage and its records. */
export class Items {
  readonly items = new BoundedMap<string, Item>(itemsMax);
  readonly #world: ServiceWorld;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  put({ params, headers, body }: ApiCall): Answer {
    const { identifier = '', name = '' } = params;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{2,99}$/.test(identifier)) throw storage(400, 'InvalidBucketName');
    if (headers['content-md5'] !== undefined && headers['content-md5'] !== body.md5)
      throw storage(400, 'BadDigest');
    const item = this.items.get(identifier) ?? this.#made(identifier, headers);
    const { sizeBytes, sha256, md5 } = body;
    // Only size and hash of more than what is kept.
    const file = body.isWhole ? this.#world.depot.keep(body.bytes) : { id: sha256, sizeBytes, sha256, md5 };
    const mediaType = headers['content-type'] ?? 'application/octet-stream';
    item.files.set(name, { name, mediaType, file });
    item.changedAtMs = Date.now();
    const what = `Item ${titleOf(item)}`;
    this.#world.changes.arrived({
      service: 'archive-org',
      what,
      path: `${addresses.metadata}/details/${identifier}`,
    });
    return { status: 200 };
  }

  record({ params }: ApiCall): Answer {
    const item = this.items.get(params.identifier ?? '');
    if (!item) return { status: 200, json: {} };
    const files = item.files
      .values()
      .map(({ name, file }) => ({ name, md5: file.md5, size: String(file.sizeBytes), source: 'original' }));
    return { status: 200, json: { metadata: item.metadata, files, files_count: files.length } };
  }

  change({ params, body }: ApiCall): Answer {
    const item = this.items.get(params.identifier ?? '');
    if (!item) throw new Refusal(refusal(404, `couldn't locate item ${params.identifier}`));
    const form = new URLSearchParams(body.bytes.toString());
    const changed = { ...item.metadata };
    for (const step of listOf(parsedJson(form.get('-patch') ?? '')).map(fieldsOf)) {
      const name = (textOf(step.path) ?? '').slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
      if (step.op === 'test' && JSON.stringify(changed[name]) !== JSON.stringify(step.value))
        throw new Refusal(refusal(400, 'patch failed: test operation'));
      if (step.op === 'add' || step.op === 'replace') changed[name] = step.value;
    }
    item.metadata = changed;
    item.changedAtMs = Date.now();
    return { status: 200, json: { success: true, task_id: 1 } };
  }

  #made(identifier: string, headers: Readonly<Record<string, string>>): Item {
    if (headers['x-archive-auto-make-bucket'] !== '1') throw storage(404, 'NoSuchBucket');
    const item: Item = {
      identifier,
      metadata: { identifier, uploader: 'you@example.org', ...metadataOf(headers) },
      files: new BoundedMap(filesMax),
      changedAtMs: Date.now(),
    };
    this.items.set(identifier, item);
    return item;
  }
}

export function titleOf({ metadata, identifier }: Item): string {
  return (textOf(metadata.title) ?? identifier).slice(0, 200);
}

/** `x-archive-meta00-title`; see https://archive.org/developers/ias3.html */
function metadataOf(headers: Readonly<Record<string, string>>): Record<string, unknown> {
  const found = new Map<string, string[]>();
  for (const name of Object.keys(headers).sort()) {
    const [, field] = /^x-archive-meta(?:\d\d)?-(.+)$/.exec(name) ?? [];
    if (field === undefined) continue;
    const key = field.replaceAll('--', '_');
    found.set(key, [...(found.get(key) ?? []), decoded(headers[name] ?? '')]);
  }
  return Object.fromEntries(
    [...found].map(([key, values]) => [key, values.length === 1 ? values[0] : values]),
  );
}

function decoded(value: string): string {
  const [, inner] = /^uri\((.*)\)$/.exec(value) ?? [];
  if (inner === undefined) return value;
  try {
    return decodeURIComponent(inner);
  } catch {
    return value;
  }
}

/** As the S3-like storage refuses. */
function storage(status: number, code: string): Refusal {
  const text = `<?xml version='1.0' encoding='UTF-8'?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return new Refusal({ status, text, headers: { 'content-type': 'application/xml' } });
}

export function refusal(status: number, message: string, retryAfterSeconds?: number): Answer {
  return {
    status,
    json: { success: false, error: message, message },
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
  };
}
