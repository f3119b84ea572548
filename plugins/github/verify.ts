import type { PublisherContext, Verification } from '#contracts/publisher.ts';
import { classify } from './classify.ts';
import { connect, connectAsApp } from './client.ts';
import type { GithubOptions } from './options.ts';

type RepositoryOptions = Exclude<GithubOptions, { kind: 'gist' }>;
const expiryWarningMs = 7 * 86_400_000;

/** Only GETs, so that it works in a dry run too. */
export async function verify(context: PublisherContext, options: GithubOptions): Promise<Verification> {
  try {
    if (options.kind === 'gist') return await verifyGists(context);
    return options.app
      ? await verifyApp(context, options, options.app)
      : await verifyRepository(context, options);
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
    ...expiryProblems(context, headers),
  ];
  return { account: data.login, problems, ...quotaOf(headers) };
}

async function verifyRepository(
  context: PublisherContext,
  options: RepositoryOptions,
): Promise<Verification> {
  const { rest } = await connect(context, {});
  const { data: user } = await rest.users.getAuthenticated();
  const { data, headers } = await rest.repos.get({ owner: options.owner, repo: options.repo });
  const problems = expiryProblems(context, headers);
  if (data.archived) problems.push(`${data.full_name} is archived: unarchive it, or change the target.`);
  if (!data.permissions?.push) {
    problems.push(
      `${user.login} may not write to ${data.full_name}: give it write access, or use another token.`,
    );
  }
  const scopes = scopesOf(headers);
  if (scopes.length > 0 && !scopes.includes('repo') && !(scopes.includes('public_repo') && !data.private)) {
    problems.push('The token lacks the scope “repo”: make one that has it.');
  }
  return { account: user.login, problems, ...quotaOf(headers) };
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
  return { account: `${data.app_slug}[bot]`, problems };
}

function neededPermissions(options: RepositoryOptions) {
  const needed: ['contents' | 'pull_requests' | 'pages', string][] = [['contents', 'commits and releases']];
  if (options.kind === 'pull-request') needed.push(['pull_requests', 'pull requests']);
  if (options.kind === 'pages') needed.push(['pages', 'switching Pages on']);
  return needed;
}

function expiryProblems(context: PublisherContext, headers: Headers): string[] {
  // "2026-12-01 08:00:00 UTC"
  const atMs = Date.parse(String(headers['github-authentication-token-expiration'] ?? ''));
  if (Number.isNaN(atMs) || atMs - context.nowMs() > expiryWarningMs) return [];
  return [`The token expires on ${new Date(atMs).toISOString().slice(0, 10)}: make a new one in time.`];
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
