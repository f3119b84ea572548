import { createHash } from 'node:crypto';
import type { StoredFile } from '../core/depot.ts';

/** Each repository keeps this many; then it is full, as nothing of git may leave. */
export const commitsMax = 2_000;
export const blobsMax = 10_000;
export const treeFilesMax = 5_000;
/** For what is in git; files of releases lie elsewhere. */
export const blobBytesMax = 24 * 1024 * 1024;

export interface Person {
  name: string;
  email: string;
  date: string;
}

export interface Commit {
  sha: string;
  message: string;
  tree: string;
  parents: readonly string[];
  author: Person;
  committer: Person;
}

export interface TreeEntry {
  path: string;
  mode: string;
  /** Null: it is taken out. */
  sha: string | null;
}

export interface Pull {
  number: number;
  head: string;
  base: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  createdAtMs: number;
}

export interface Asset {
  id: number;
  name: string;
  label: string;
  mediaType: string;
  file: StoredFile;
  createdAtMs: number;
}

export interface Release {
  id: number;
  tag: string;
  target: string;
  name: string;
  body: string;
  draft: boolean;
  prerelease: boolean;
  createdAtMs: number;
  publishedAtMs: number | undefined;
  assets: Asset[];
}

/** The repository takes no more of something. */
export class RepositoryFull extends Error {
  override readonly name = 'RepositoryFull';
}

/** Git and what stands around it, as far as an API shows it. */
export class Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch = 'main';
  readonly createdAtMs = Date.now();
  /** Sha → bytes. */
  readonly blobs = new Map<string, Buffer>();
  /** Sha → path → file. Trees are kept flat. */
  readonly trees = new Map<string, ReadonlyMap<string, { mode: string; sha: string }>>();
  readonly commits = new Map<string, Commit>();
  readonly branches = new Map<string, string>();
  readonly tags = new Map<string, string>();
  readonly pulls: Pull[] = [];
  /** Newest first. */
  releases: Release[] = [];
  pages: { branch: string; path: string } | undefined;
  #blobBytes = 0;

  constructor(id: number, owner: string, name: string) {
    this.id = id;
    this.owner = owner;
    this.name = name;
    const tree = this.addTree(undefined, [
      { path: 'README.md', mode: '100644', sha: this.addBlob(Buffer.from(firstReadme(name))) },
    ]);
    const somebody = {
      name: owner,
      email: `${owner}@users.noreply.example`,
      date: isoSeconds(this.createdAtMs),
    };
    const first = this.addCommit({
      message: 'First commit',
      tree,
      parents: [],
      author: somebody,
      committer: somebody,
    });
    this.branches.set(this.defaultBranch, first.sha);
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  addBlob(bytes: Buffer): string {
    const sha = objectSha('blob', bytes);
    if (this.blobs.has(sha)) return sha;
    if (this.blobs.size >= blobsMax || this.#blobBytes + bytes.byteLength > blobBytesMax)
      throw new RepositoryFull(`The stand-in keeps ${blobBytesMax} bytes of files in a repository.`);
    this.blobs.set(sha, bytes);
    this.#blobBytes += bytes.byteLength;
    return sha;
  }

  addTree(base: string | undefined, entries: readonly TreeEntry[]): string {
    const files = new Map(base === undefined ? [] : this.trees.get(base));
    for (const { path, mode, sha } of entries) {
      if (sha === null) files.delete(path);
      else files.set(path, { mode, sha });
    }
    if (files.size > treeFilesMax)
      throw new RepositoryFull(`The stand-in keeps ${treeFilesMax} files in a repository.`);
    const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
    const listing = sorted.map(([path, { mode, sha }]) => `${mode} ${sha} ${path}`).join('\n');
    const sha = objectSha('tree', Buffer.from(listing));
    this.trees.set(sha, new Map(sorted));
    return sha;
  }

  /** The same content has the same sha, as in git. */
  addCommit(commit: Omit<Commit, 'sha'>): Commit {
    const { tree, parents, author, committer, message } = commit;
    const text = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${author.name} <${author.email}> ${author.date}`,
      `committer ${committer.name} <${committer.email}> ${committer.date}`,
      '',
      message,
    ].join('\n');
    const sha = objectSha('commit', Buffer.from(text));
    if (!this.commits.has(sha) && this.commits.size >= commitsMax)
      throw new RepositoryFull(`The stand-in keeps ${commitsMax} commits in a repository.`);
    const made = { ...commit, sha };
    this.commits.set(sha, made);
    return made;
  }

  /** Newest first, along the first parents. `from`: a branch, a tag or a commit. */
  history(from: string): Commit[] {
    const commits: Commit[] = [];
    let at = this.commitAt(from);
    while (at) {
      commits.push(at);
      at = this.commits.get(at.parents[0] ?? '');
    }
    return commits;
  }

  commitAt(from: string): Commit | undefined {
    return this.commits.get(this.branches.get(from) ?? this.tags.get(from) ?? from);
  }

  filesAt(from: string): ReadonlyMap<string, { mode: string; sha: string }> {
    return this.trees.get(this.commitAt(from)?.tree ?? '') ?? new Map();
  }

  isAncestor(ancestor: string, sha: string): boolean {
    const seen = new Set<string>();
    const open = [sha];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === ancestor) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(this.commits.get(next)?.parents ?? []));
    }
    return false;
  }

  publishedWith(tag: string): Release | undefined {
    return this.releases.find((release) => release.tag === tag && !release.draft);
  }
}

function objectSha(type: string, bytes: Buffer): string {
  return createHash('sha1').update(`${type} ${bytes.byteLength}\0`).update(bytes).digest('hex');
}

/** As GitHub writes times: without milliseconds. */
export function isoSeconds(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

function firstReadme(name: string): string {
  return `# ${name}\n\nA repository of this machine’s own: publish to it, and look here.\n`;
}
