import type { Asset, Commit, Person, Pull, Release, Repository } from './repository.ts';
import { isoSeconds } from './repository.ts';

/** The account that every token belongs to. */
export const account = 'you';
export const accountId = 5_000;

export interface Addresses {
  /** Where the API, uploads and the pages are; without a slash at the end. */
  api: string;
  uploads: string;
  web: string;
}

/** GitHub's answers, with every field that its description demands. */
export class Views {
  readonly at: Addresses;

  constructor(at: Addresses) {
    this.at = at;
  }

  user(login = account, id = accountId) {
    const url = `${this.at.api}/users/${login}`;
    return {
      login,
      id,
      node_id: nodeId('User', id),
      avatar_url: `${this.at.web}/${login}.png`,
      gravatar_id: '',
      url,
      html_url: `${this.at.web}/${login}`,
      followers_url: `${url}/followers`,
      following_url: `${url}/following{/other_user}`,
      gists_url: `${url}/gists{/gist_id}`,
      starred_url: `${url}/starred{/owner}{/repo}`,
      subscriptions_url: `${url}/subscriptions`,
      organizations_url: `${url}/orgs`,
      repos_url: `${url}/repos`,
      events_url: `${url}/events{/privacy}`,
      received_events_url: `${url}/received_events`,
      type: login === account ? 'User' : 'Organization',
      site_admin: false,
    };
  }

  /** With what only the account's owner sees. */
  ownUser(reposCount: number, gistsCount: number) {
    return {
      ...this.user(),
      ...{ name: 'You', company: null, blog: '', location: null, email: null, hireable: null, bio: null },
      ...{ public_repos: reposCount, public_gists: gistsCount, followers: 0, following: 0 },
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
      ...{ private_gists: 0, total_private_repos: 0, owned_private_repos: 0, disk_usage: 0 },
      ...{ collaborators: 0, two_factor_authentication: true },
    };
  }

  repository(repository: Repository) {
    const { id, owner, name, fullName, defaultBranch, createdAtMs } = repository;
    const url = `${this.at.api}/repos/${fullName}`;
    const web = `${this.at.web}/${fullName}`;
    const urls = Object.fromEntries(
      Object.entries(repositoryUrls).map(([field, path]) => [`${field}_url`, `${url}/${path}`]),
    );
    const pushedAt = repository.history(defaultBranch)[0]?.committer.date ?? isoSeconds(createdAtMs);
    return {
      id,
      node_id: nodeId('Repository', id),
      name,
      full_name: fullName,
      owner: this.user(owner, owner === account ? accountId : accountId + 1),
      private: false,
      html_url: web,
      description: null,
      fork: false,
      url,
      ...urls,
      ...{ clone_url: `${web}.git`, git_url: `${web}.git`, ssh_url: `${web}.git`, svn_url: web },
      ...{ mirror_url: null, homepage: null, language: null, license: null },
      ...{ forks: 0, forks_count: 0, stargazers_count: 0, watchers: 0, watchers_count: 0, size: 1 },
      ...{ network_count: 0, subscribers_count: 0, open_issues: 0, open_issues_count: 0 },
      ...{
        has_issues: true,
        has_projects: false,
        has_wiki: false,
        has_downloads: true,
        has_discussions: false,
      },
      has_pages: repository.pages !== undefined,
      ...{ archived: false, disabled: false, visibility: 'public' },
      default_branch: defaultBranch,
      created_at: isoSeconds(createdAtMs),
      pushed_at: pushedAt,
      updated_at: pushedAt,
      permissions: { admin: true, maintain: true, push: true, triage: true, pull: true },
    };
  }

  ref({ fullName }: Repository, ref: string, sha: string) {
    return {
      ref: `refs/${ref}`,
      node_id: nodeId('Ref', ref),
      url: `${this.at.api}/repos/${fullName}/git/refs/${ref}`,
      object: { type: 'commit', sha, url: `${this.at.api}/repos/${fullName}/git/commits/${sha}` },
    };
  }

  gitCommit({ fullName }: Repository, { sha, message, tree, parents, author, committer }: Commit) {
    const git = `${this.at.api}/repos/${fullName}/git`;
    return {
      sha,
      node_id: nodeId('Commit', sha),
      url: `${git}/commits/${sha}`,
      html_url: this.commitUrl(fullName, sha),
      author,
      committer,
      message,
      tree: { sha: tree, url: `${git}/trees/${tree}` },
      parents: parents.map((parent) => ({
        sha: parent,
        url: `${git}/commits/${parent}`,
        html_url: this.commitUrl(fullName, parent),
      })),
      verification: unsigned,
    };
  }

  commit(repository: Repository, commit: Commit) {
    const { fullName } = repository;
    const { sha, message, tree, author, committer, parents } = commit;
    const url = `${this.at.api}/repos/${fullName}/commits/${sha}`;
    const git = `${this.at.api}/repos/${fullName}/git`;
    return {
      url,
      sha,
      node_id: nodeId('Commit', sha),
      html_url: this.commitUrl(fullName, sha),
      comments_url: `${url}/comments`,
      commit: {
        url: `${git}/commits/${sha}`,
        author,
        committer,
        message,
        comment_count: 0,
        tree: { sha: tree, url: `${git}/trees/${tree}` },
        verification: unsigned,
      },
      author: null,
      committer: null,
      parents: parents.map((parent) => ({
        sha: parent,
        url: `${this.at.api}/repos/${fullName}/commits/${parent}`,
        html_url: this.commitUrl(fullName, parent),
      })),
    };
  }

  release(repository: Repository, release: Release) {
    const { fullName } = repository;
    const { id, tag, target, name, body, draft, prerelease, createdAtMs, publishedAtMs, assets } = release;
    const url = `${this.at.api}/repos/${fullName}/releases/${id}`;
    return {
      url,
      html_url: `${this.at.web}${releasePath(repository, release)}`,
      assets_url: `${url}/assets`,
      upload_url: `${this.at.uploads}/repos/${fullName}/releases/${id}/assets{?name,label}`,
      tarball_url: draft ? null : `${this.at.api}/repos/${fullName}/tarball/${tag}`,
      zipball_url: draft ? null : `${this.at.api}/repos/${fullName}/zipball/${tag}`,
      id,
      node_id: nodeId('Release', id),
      tag_name: tag,
      target_commitish: target,
      name,
      body,
      draft,
      prerelease,
      immutable: false,
      created_at: isoSeconds(createdAtMs),
      published_at: publishedAtMs === undefined ? null : isoSeconds(publishedAtMs),
      author: this.user(),
      assets: assets.map((asset) => this.asset(repository, release, asset)),
    };
  }

  asset({ fullName }: Repository, { tag }: Release, asset: Asset) {
    const { id, name, label, mediaType, file, createdAtMs } = asset;
    return {
      url: `${this.at.api}/repos/${fullName}/releases/assets/${id}`,
      browser_download_url: `${this.at.web}/${fullName}/releases/download/${encodeURIComponent(tag)}/${encodeURIComponent(name)}`,
      id,
      node_id: nodeId('Asset', id),
      name,
      label: label || null,
      state: 'uploaded',
      content_type: mediaType,
      size: file.sizeBytes,
      digest: `sha256:${file.sha256}`,
      download_count: 0,
      created_at: isoSeconds(createdAtMs),
      updated_at: isoSeconds(createdAtMs),
      uploader: this.user(),
    };
  }

  pull(repository: Repository, pull: Pull) {
    const { number, state, title, body, createdAtMs } = pull;
    const repo = `${this.at.api}/repos/${repository.fullName}`;
    const url = `${repo}/pulls/${number}`;
    const html = `${this.at.web}/${repository.fullName}/pull/${number}`;
    const [head, base] = [this.#side(repository, pull.head), this.#side(repository, pull.base)];
    const issue = `${repo}/issues/${number}`;
    return {
      url,
      id: repository.id * 1_000 + number,
      node_id: nodeId('PullRequest', number),
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      issue_url: issue,
      commits_url: `${url}/commits`,
      review_comments_url: `${url}/comments`,
      review_comment_url: `${repo}/pulls/comments{/number}`,
      comments_url: `${issue}/comments`,
      statuses_url: `${repo}/statuses/${head.sha}`,
      number,
      state,
      locked: false,
      title,
      user: this.user(),
      body,
      labels: [],
      ...{ milestone: null, assignee: null, closed_at: null, merged_at: null, merge_commit_sha: null },
      created_at: isoSeconds(createdAtMs),
      updated_at: isoSeconds(createdAtMs),
      head,
      base,
      _links: Object.fromEntries(pullLinks.map((name) => [name, { href: name === 'html' ? html : url }])),
      author_association: 'OWNER',
      auto_merge: null,
      ...{ merged: false, mergeable: true, mergeable_state: 'clean', merged_by: null },
      ...{ comments: 0, review_comments: 0, maintainer_can_modify: false },
      ...{ commits: 1, additions: 0, deletions: 0, changed_files: 0 },
    };
  }

  #side(repository: Repository, branch: string) {
    const { owner, branches } = repository;
    return {
      label: `${owner}:${branch}`,
      ref: branch,
      sha: branches.get(branch) ?? '',
      user: this.user(owner),
      repo: this.repository(repository),
    };
  }

  commitUrl(fullName: string, sha: string): string {
    return `${this.at.web}/${fullName}/commit/${sha}`;
  }
}

export function releasePath({ fullName }: Repository, { id, tag, draft }: Release): string {
  return draft ? `/${fullName}/releases/draft/${id}` : `/${fullName}/releases/tag/${encodeURIComponent(tag)}`;
}

export function personOf(given: Partial<Person>, nowMs: number): Person {
  const { name = account, email = `${account}@users.noreply.example`, date } = given;
  const atMs = Date.parse(date ?? '');
  return { name, email, date: isoSeconds(Number.isNaN(atMs) ? nowMs : atMs) };
}

const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };
const pullLinks = [
  'self',
  'html',
  'issue',
  'comments',
  'review_comments',
  'review_comment',
  'commits',
  'statuses',
];

/** Field without “_url” → path below the repository. */
const repositoryUrls: Readonly<Record<string, string>> = {
  archive: '{archive_format}{/ref}',
  assignees: 'assignees{/user}',
  blobs: 'git/blobs{/sha}',
  branches: 'branches{/branch}',
  collaborators: 'collaborators{/collaborator}',
  comments: 'comments{/number}',
  commits: 'commits{/sha}',
  compare: 'compare/{base}...{head}',
  contents: 'contents/{+path}',
  contributors: 'contributors',
  deployments: 'deployments',
  downloads: 'downloads',
  events: 'events',
  forks: 'forks',
  git_commits: 'git/commits{/sha}',
  git_refs: 'git/refs{/sha}',
  git_tags: 'git/tags{/sha}',
  hooks: 'hooks',
  issue_comment: 'issues/comments{/number}',
  issue_events: 'issues/events{/number}',
  issues: 'issues{/number}',
  keys: 'keys{/key_id}',
  labels: 'labels{/name}',
  languages: 'languages',
  merges: 'merges',
  milestones: 'milestones{/number}',
  notifications: 'notifications{?since,all,participating}',
  pulls: 'pulls{/number}',
  releases: 'releases{/id}',
  stargazers: 'stargazers',
  statuses: 'statuses/{sha}',
  subscribers: 'subscribers',
  subscription: 'subscription',
  tags: 'tags',
  teams: 'teams',
  trees: 'git/trees{/sha}',
};

export function nodeId(type: string, id: string | number): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}
