import { createHash } from 'node:crypto';
import { BoundedMap } from '../core/bounded-map.ts';
import type { StoredFile } from '../core/depot.ts';

/** The newest are kept. */
export const repositoriesMax = 40;
/** For each repository. */
export const commitsMax = 500;
export const filesMax = 1_000;

export const kinds = ['models', 'datasets', 'spaces'] as const;
export type Kind = (typeof kinds)[number];

export interface HubCommit {
  id: string;
  title: string;
  description: string;
  atMs: number;
  paths: readonly string[];
}

/** One branch, "main", and what it holds now. */
export class HubRepository {
  readonly kind: Kind;
  /** "acme/news" */
  readonly name: string;
  readonly files = new BoundedMap<string, StoredFile>(filesMax);
  /** Newest first. */
  readonly commits: HubCommit[] = [];

  constructor(kind: Kind, name: string) {
    this.kind = kind;
    this.name = name;
    this.commit({ title: 'initial commit', description: '' }, new Map());
  }

  /** As in addresses: models have no folder. */
  get path(): string {
    return this.kind === 'models' ? this.name : `${this.kind}/${this.name}`;
  }

  get head(): string {
    return this.commits[0]?.id ?? '';
  }

  /** Undefined takes a file out. */
  commit(
    { title, description }: Pick<HubCommit, 'title' | 'description'>,
    changes: ReadonlyMap<string, StoredFile | undefined>,
  ): HubCommit {
    const atMs = Date.now();
    const paths = [...changes.keys()];
    const id = createHash('sha1').update(`${this.head} ${title} ${atMs} ${paths}`).digest('hex');
    for (const [path, file] of changes) {
      this.files.delete(path);
      if (file) this.files.set(path, file);
    }
    const made = { id, title, description, atMs, paths };
    this.commits.unshift(made);
    this.commits.splice(commitsMax);
    return made;
  }
}
