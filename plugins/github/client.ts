import { createRequire } from 'node:module';
import type { Octokit } from '@octokit/rest';
import type { PublisherContext } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { fieldsOf } from '#core/fields-of.ts';
import type { RepoPlan } from './options.ts';

/** The credential to use: an App's installation, else the token. */
type Identity = Pick<RepoPlan, 'app'>;

export interface GithubClient {
  rest: Octokit['rest'];
  apiUrl: string;
  /** For requests that Octokit can't stream. */
  headers: Readonly<Record<string, string>>;
}

/** The library is loaded when first used: hubs that don’t publish to GitHub need not keep it in memory. */
const require = createRequire(import.meta.url);
const apiVersion = '2022-11-28';
const userAgent = 'guildmesh';
/** For anonymous requests. */
export const publicHeaders = {
  accept: 'application/vnd.github+json',
  'user-agent': userAgent,
  'x-github-api-version': apiVersion,
};
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * The library without any plugin that repeats or delays a request: the outbox is the only retrier. Each attempt makes
 * an installation token of its own; nothing is kept in memory between attempts.
 */
export async function connect(context: PublisherContext, { app }: Identity): Promise<GithubClient> {
  const token = app ? await installationToken(context, app) : requiredToken(context);
  const octokit = createOctokit(context, token);
  return {
    rest: octokit.rest,
    apiUrl: apiUrlOf(context),
    headers: { ...publicHeaders, authorization: `Bearer ${token}` },
  };
}

/** As the App itself, which may read its installations without making a token: for `verify` in a dry run. */
export async function connectAsApp(context: PublisherContext, appId: number): Promise<Octokit> {
  const auth = appAuth(context, appId);
  const { token } = await auth({ type: 'app' });
  return createOctokit(context, token);
}

export function apiUrlOf(context: PublisherContext): string {
  return context.address('apiUrl').replace(/\/+$/, '');
}

function createOctokit(context: PublisherContext, token?: string): Octokit {
  const library: typeof import('@octokit/rest') = require('@octokit/rest');
  const octokit = new library.Octokit({
    ...(token !== undefined && { auth: token }),
    baseUrl: apiUrlOf(context),
    userAgent,
    log: silent,
    request: { fetch: withWholeAnswers(withMovesNamed(context.http.fetch)), signal: context.signal },
  });
  octokit.hook.before('request', (options) => {
    options.headers['x-github-api-version'] = apiVersion;
  });
  return octokit;
}

function requiredToken(context: PublisherContext): string {
  const token = context.credential('token');
  if (token) return token;
  throw new Refused({
    state: 'authorisation-lost',
    reason: 'GitHub’s token is missing: a manager enters it with /publish connect',
  });
}

async function installationToken(context: PublisherContext, app: { id: number; installationId: number }) {
  const auth = appAuth(context, app.id);
  const { token } = await auth({ type: 'installation', installationId: app.installationId });
  return token;
}

function appAuth(context: PublisherContext, appId: number) {
  const privateKey = context.credential('privateKey');
  if (!privateKey) {
    const reason = 'The GitHub App’s private key is missing: a manager enters it with /publish connect';
    throw new Refused({ state: 'authorisation-lost', reason });
  }
  const library: typeof import('@octokit/auth-app') = require('@octokit/auth-app');
  const auth = library.createAppAuth({
    appId,
    privateKey,
    request: createOctokit(context).request,
    log: silent,
  });
  return async (wanted: { type: 'app' } | { type: 'installation'; installationId: number }) => {
    try {
      return await (wanted.type === 'app' ? auth(wanted) : auth(wanted));
    } catch (error) {
      if (error instanceof Error && ('status' in error || error instanceof Refused)) throw error;
      // Node's own error about a key may quote it.
      const reason = 'The GitHub App’s private key can’t be read: give the whole PEM file GitHub made';
      throw new Refused({ state: 'authorisation-lost', reason });
    }
  };
}

/** Octokit treats an answer that breaks off in its body as an empty success. */
function withWholeAnswers(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(await response.arrayBuffer(), { status, statusText, headers });
  };
}

/** GitHub answers 301 or 307 for a renamed repository. Octokit treats that as a success. */
function withMovesNamed(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    if (![301, 302, 307, 308].includes(response.status)) return response;
    const asked = new URL(String(input));
    const name = await movedTo(fetch, asked, response.headers.get('location'), init);
    const reason = name
      ? `The repository is now ${name}: set the target’s owner and repo to that`
      : 'The repository has been renamed or moved: set the target’s owner and repo anew';
    throw new Refused({ state: 'rejected', reason });
  };
}

/** The new name, requested from the same origin only. */
async function movedTo(
  fetch: typeof globalThis.fetch,
  asked: URL,
  location: string | null,
  init: RequestInit | undefined,
): Promise<string | undefined> {
  const target = location === null ? null : URL.parse(location, asked.href);
  const repository = target && /^.*\/repositories\/\d+/.exec(target.pathname)?.[0];
  if (!target || target.origin !== asked.origin || !repository) return undefined;
  const headers = init?.headers;
  const response = await fetch(`${target.origin}${repository}`, { ...(headers && { headers }) }).catch(
    ignore,
  );
  const found = fieldsOf(await response?.json().catch(ignore));
  return typeof found.full_name === 'string' ? found.full_name : undefined;
}

function ignore(): undefined {
  return undefined;
}
