import type { PublisherContext, Verification } from '#contracts/publisher.ts';
import { commitOf, missingBranch } from './calls/repository.ts';
import { classify, statusOf } from './classify.ts';
import { connect, connectAsApp, type GithubClient } from './client.ts';
import type { GithubOptions } from './options.ts';
import { groundFor } from './references.ts';
import { dependsOnPublication } from './render/release-tag.ts';

type RepositoryOptions = Exclude<GithubOptions, { kind: 'gist' }>;
type Repository = Awaited<ReturnType<GithubClient['rest']['repos']['get']>>['data'];

/** Read requests only, so it works in a dry run too: names every problem that they show. */
export async function verify(context: PublisherContext, options: GithubOptions): Promise<Verification> {
  try {
    if (options.kind === 'gist') return await verifyGists(context);
    return options.app ? await verifyApp(context, options, options.app) : await verifyToken(context, options);
  } catch (error) {
    return { problems: [`${classify(error).reason}.`] };
  }
}

async function verifyGists(context: PublisherContext): Promise<Verification> {
  const { rest } = await connect(context, {});
  const { data, headers } = await rest.users.getAuthenticated();
  const lacksScope = headers['x-oauth-scopes'] !== undefined && !scopesOf(headers).includes('gist');
  const problems = [
    ...(lacksScope ? ['The token lacks the scope “gist”: make one that has it.'] : []),
    ...quotaProblems(headers),
  ];
  return { account: data.login, problems, ...quotaOf(headers), ...endOf(headers) };
}

async function verifyToken(context: PublisherContext, options: RepositoryOptions): Promise<Verification> {
  const client = await connect(context, {});
  const { data: user } = await client.rest.users.getAuthenticated();
  const { owner, repo } = options;
  const { data, headers } = await client.rest.repos.get({ owner, repo });
  const problems = quotaProblems(headers);
  if (!data.permissions?.push)
    problems.push(
      `${user.login} may not write to ${data.full_name}: give it write access, or use another token.`,
    );
  const scopes = scopesOf(headers);
  if (scopes.length > 0 && !scopes.includes('repo') && !(scopes.includes('public_repo') && !data.private)) {
    problems.push('The token lacks the scope “repo”: make one that has it.');
  }
  problems.push(...(await repositoryProblems(client, options, data)));
  return { account: user.login, problems: [...new Set(problems)], ...quotaOf(headers), ...endOf(headers) };
}

async function verifyApp(
  context: PublisherContext,
  options: RepositoryOptions,
  app: { id: number; installationId: number },
): Promise<Verification> {
  const octokit = await connectAsApp(context, app.id);
  const { data } = await octokit.rest.apps.getInstallation({ installation_id: app.installationId });
  const problems: string[] = [];
  if (data.suspended_at) problems.push('The App’s installation is suspended: unsuspend it on GitHub.');
  for (const [permission, purpose] of neededPermissions(options)) {
    if (data.permissions[permission] !== 'write') {
      problems.push(`The App lacks “${permission}: write” (${purpose}): grant it in the App’s settings.`);
    }
  }
  const account = data.account && 'login' in data.account ? data.account.login : undefined;
  if (account && account.toLowerCase() !== options.owner.toLowerCase()) {
    problems.push(`The installation belongs to ${account}, not to ${options.owner}: correct its number.`);
  }
  if (problems.length === 0) {
    const client = await connect(context, options);
    const { owner, repo } = options;
    problems.push(
      ...(await repositoryProblems(client, options, (await client.rest.repos.get({ owner, repo })).data)),
    );
  }
  return { account: `${data.app_slug}[bot]`, problems };
}

/** What the repository itself would refuse, whatever the account. */
async function repositoryProblems(
  client: GithubClient,
  options: RepositoryOptions,
  repository: Repository,
): Promise<string[]> {
  const { full_name: where, archived, disabled } = repository;
  if (archived) return [`${where} is archived: unarchive it, or change the target.`];
  if (disabled) return [`GitHub has disabled ${where}: ask its owner, or change the target.`];
  switch (options.kind) {
    case 'commit':
      return branchProblems(client, options, repository, { name: options.branch, option: 'branch' });
    case 'pull-request':
      return branchProblems(client, options, repository, { name: options.base, option: 'base' });
    case 'pages':
      return pagesProblems(client, options, repository);
    case 'release':
      return releaseProblems(client, options);
  }
}

async function branchProblems(
  client: GithubClient,
  { owner, repo }: RepositoryOptions,
  { default_branch: defaultBranch }: Repository,
  { name, option }: { name: string; option: string },
): Promise<string[]> {
  if ((await commitOf(client, { owner, repo }, `heads/${name}`)) !== undefined) return [];
  return [await missingBranch(client, { owner, repo, defaultBranch }, name, option)];
}

/** The branch is made where there is none. */
async function pagesProblems(
  { rest }: GithubClient,
  { owner, repo, branch }: Extract<RepositoryOptions, { kind: 'pages' }>,
  { full_name: where, permissions }: Repository,
): Promise<string[]> {
  try {
    const served = (await rest.repos.getPages({ owner, repo })).data.source?.branch;
    if (served === undefined || served === branch) return [];
    return [
      `GitHub Pages of ${where} shows the branch ${served}: set the target’s “branch” to that, or change it in the repository’s settings.`,
    ];
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    if (!permissions || permissions.admin || permissions.maintain) return [];
    return [
      `Pages of ${where} are off, and this account may not switch them on: let somebody with the role “maintain” do it, from the branch ${branch}.`,
    ];
  }
}

/** A tag that depends on the publication is checked in its preview. */
async function releaseProblems(
  client: GithubClient,
  options: Extract<RepositoryOptions, { kind: 'release' }>,
): Promise<string[]> {
  const tag = dependsOnPublication(options.tag) ? undefined : options.tag;
  const { problems, ground } = await groundFor(client, options, tag);
  const forbids = options.existing !== 'refuse' && (await forbidsChanges(client, options));
  return [
    ...problems,
    ...ground.notes.filter((note) => note.startsWith('The tag ') || note.includes('the name of a branch')),
    ...(forbids
      ? [
          `${options.owner}/${options.repo} forbids changes of published releases: “existing” can fill drafts there, nothing else.`,
        ]
      : []),
  ];
}

async function forbidsChanges(
  { rest }: GithubClient,
  { owner, repo }: Pick<RepositoryOptions, 'owner' | 'repo'>,
): Promise<boolean> {
  try {
    return (await rest.repos.checkImmutableReleases({ owner, repo })).data.enabled;
  } catch (error) {
    // 404: they are off. 403: this account may not know, and publishing the release will show it.
    if (statusOf(error) === 404 || statusOf(error) === 403) return false;
    throw error;
  }
}

function neededPermissions(options: RepositoryOptions) {
  const needed: ['contents' | 'pull_requests' | 'pages', string][] = [['contents', 'commits and releases']];
  if (options.kind === 'pull-request') needed.push(['pull_requests', 'pull requests']);
  if (options.kind === 'pages') needed.push(['pages', 'switching Pages on']);
  return needed;
}

/** For personal access tokens that expire. */
function endOf(headers: Headers): { endsAtMs?: number } {
  // "2026-12-01 08:00:00 UTC", or with an offset: "2026-12-01 08:00:00 -0700"
  const endsAtMs = Date.parse(String(headers['github-authentication-token-expiration'] ?? ''));
  return Number.isNaN(endsAtMs) ? {} : { endsAtMs };
}

function quotaProblems(headers: Headers): string[] {
  if (String(headers['x-ratelimit-remaining']) !== '0') return [];
  return ['The account’s requests are used up for now: what is published waits until GitHub counts anew.'];
}

type Headers = { [name: string]: string | number | undefined };

function scopesOf(headers: Headers): string[] {
  return String(headers['x-oauth-scopes'] ?? '')
    .split(',')
    .map((scope) => scope.trim())
    .filter(Boolean);
}

function quotaOf(headers: Headers): { quota?: string } {
  const left = headers['x-ratelimit-remaining'];
  const limit = headers['x-ratelimit-limit'];
  const resetMs = Number(headers['x-ratelimit-reset']) * 1000;
  if (left === undefined || limit === undefined || Number.isNaN(resetMs)) return {};
  return {
    quota: `${left} of ${limit} requests left until ${new Date(resetMs).toISOString().slice(11, 16)} UTC`,
  };
}
