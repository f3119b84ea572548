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
  name?: string;
  publishedAt?: string;
  prerelease?: boolean;
  assets: FakeAsset[];
  /** `target_commitish`: counts only where publishing makes the tag. */
  target?: string;
  /** Published while the repository forbade changes: stays so when the setting goes. */
  immutable?: boolean;
}
/** What `on: release` of a workflow gets, at the moment of publishing. */
export interface FakeReleaseEvent {
  action: 'published';
  tag: string;
  /** The commit of the tag. */
  sha: string;
  files: number;
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
  /** Name → commit. */
  readonly tags = new Map<string, string>();
  readonly annotatedTags = new Set<string>();
  defaultBranch = 'main';
  permissions = { admin: false, maintain: true, push: true, triage: true, pull: true };
  disabled = false;
  /** Answers nothing but 503. */
  offline = false;
  readonly releaseEvents: FakeReleaseEvent[] = [];
  /** Tags of releases that could not be changed: never to be used again, whatever becomes of the release. */
  readonly lockedTags = new Set<string>();
  /** Settings → “Enable release immutability”. */
  immutableReleases = false;
  readonly protectedBranches = new Set<string>();
  pagesBranch: string | undefined;
  archived = false;
  isPrivate = false;

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

  /** Makes the tag where there is none, and tells who listens. Throws what the platform would say. */
  publish(release: FakeRelease): void {
    const branch = release.target ?? this.defaultBranch;
    const sha = this.tags.get(release.tag) ?? this.branches.get(branch) ?? this.commits.get(branch)?.sha;
    if (sha === undefined) throw new Error('Release target_commitish is invalid');
    this.tags.set(release.tag, sha);
    release.draft = false;
    release.publishedAt ??= new Date().toISOString();
    release.immutable = this.immutableReleases;
    if (release.immutable) this.lockedTags.add(release.tag);
    const event = { tag: release.tag, sha, files: release.assets.length } as const;
    this.releaseEvents.push({ action: 'published', ...event });
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
