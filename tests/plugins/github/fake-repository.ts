import { createHash } from 'node:crypto';

export interface FakeCommit {
  sha: string;
  tree: string;
  message: string;
  parents: string[];
  date: string;
}
export interface FakeAsset {
  id: number;
  name: string;
  state: 'uploaded' | 'open' | 'starter';
  size: number;
  digest: string | null;
}
export interface FakeRelease {
  id: number;
  tag: string;
  body: string;
  draft: boolean;
  assets: FakeAsset[];
}
export interface FakePull {
  number: number;
  head: string;
  base: string;
  body: string;
}

/** The git of one repository, content-addressed as git's is, and what GitHub keeps beside it. */
export class FakeRepository {
  readonly id: number;
  readonly fullName: string;
  readonly branches = new Map<string, string>();
  readonly commits = new Map<string, FakeCommit>();
  /** Tree → path → blob. */
  readonly trees = new Map<string, Map<string, string>>();
  readonly blobs = new Map<string, Buffer>();
  readonly pulls: FakePull[] = [];
  readonly releases: FakeRelease[] = [];
  readonly protectedBranches = new Set<string>();
  pagesBranch: string | undefined;
  archived = false;

  constructor(id: number, fullName: string, branches: readonly string[] = ['main']) {
    this.id = id;
    this.fullName = fullName;
    for (const branch of branches) {
      const tree = this.tree(undefined, [{ path: 'README.md', content: 'Hello' }]);
      this.branches.set(
        branch,
        this.commit({ message: 'First', tree, parents: [], date: '2026-01-01T00:00:00Z' }),
      );
    }
  }

  blob(bytes: Buffer): string {
    const sha = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    this.blobs.set(sha, bytes);
    return sha;
  }

  tree(
    base: string | undefined,
    entries: readonly { path: string; sha?: string; content?: string }[],
  ): string {
    const files = new Map(base === undefined ? [] : this.trees.get(base));
    for (const { path, sha, content } of entries)
      files.set(path, sha ?? this.blob(Buffer.from(content ?? '')));
    const listing = [...files].sort().map((file) => file.join(' '));
    const sha = createHash('sha1')
      .update(`tree ${listing.join('\n')}`)
      .digest('hex');
    this.trees.set(sha, files);
    return sha;
  }

  commit(commit: Omit<FakeCommit, 'sha'>): string {
    const sha = createHash('sha1').update(JSON.stringify(commit)).digest('hex');
    this.commits.set(sha, { ...commit, sha });
    return sha;
  }

  /** Newest first, along the first parents. */
  history(branch: string): FakeCommit[] {
    const commits: FakeCommit[] = [];
    let at = this.commits.get(this.branches.get(branch) ?? '');
    while (at) {
      commits.push(at);
      at = this.commits.get(at.parents[0] ?? '');
    }
    return commits;
  }

  isAncestor(ancestor: string, sha: string): boolean {
    const commit = this.commits.get(sha);
    return sha === ancestor || (commit?.parents.some((parent) => this.isAncestor(ancestor, parent)) ?? false);
  }

  /** What somebody else does meanwhile. */
  pushBySomebody(branch: string): void {
    const head = this.branches.get(branch);
    const tree = this.tree(this.commits.get(head ?? '')?.tree, [
      { path: `other-${this.commits.size}`, content: 'x' },
    ]);
    const commit = { message: 'Other', tree, parents: head ? [head] : [], date: new Date().toISOString() };
    this.branches.set(branch, this.commit(commit));
  }

  file(branch: string, path: string): string | undefined {
    const tree = this.commits.get(this.branches.get(branch) ?? '')?.tree;
    const blob = this.trees.get(tree ?? '')?.get(path);
    return blob === undefined ? undefined : this.blobs.get(blob)?.toString();
  }
}
