import type { Call } from '../core/route.ts';
import { Refusal, type Service, type ServiceWorld } from '../core/service.ts';
import { type IssuedToken, randomText } from '../core/tokens.ts';
import { contentRoutes } from './content-routes.ts';
import { gistRoutes } from './gist-routes.ts';
import { gitRoutes } from './git-routes.ts';
import { moreRoutes, requestsPerHour, resetSeconds } from './more-routes.ts';
import { githubPages, overview } from './pages.ts';
import { releaseRoutes } from './release-routes.ts';
import { RepositoryFull } from './repository.ts';
import { Github, paths, refusal } from './state.ts';

const versions = ['2022-11-28', '2026-03-10'];

/** Commits, contents, pull requests, Pages, gists and releases of a GitHub of this machine's own. */
export function createGithub(world: ServiceWorld): Service {
  const github = new Github(world);
  const routes = [
    ...moreRoutes(github),
    ...gitRoutes(github),
    ...contentRoutes(github),
    ...releaseRoutes(github),
    ...gistRoutes(github),
  ];
  return {
    id: 'github',
    title: 'GitHub',
    addresses: { apiUrl: paths.api },
    prefixes: [paths.api, paths.uploads],
    apis: routes.map((route) => ({ ...route, run: (call) => withinLimits(() => route.run(call)) })),
    pages: githubPages(github),
    tokenHelp: () => 'A token of the account “you”, which may write to every repository here.',
    newToken: () => [{ name: 'token', label: 'Token', value: `ghp_${randomText(36)}` }],
    tokenOf,
    badToken: 'Bad credentials',
    refusal: (status, message, retryAfterSeconds) => ({
      ...refusal(status, message),
      ...(retryAfterSeconds !== undefined && {
        headers: { ...limitHeaders(), 'retry-after': String(retryAfterSeconds) },
      }),
    }),
    answerHeaders: () => ({
      ...limitHeaders(),
      'x-github-api-version-selected': versions[0] ?? '',
      'x-oauth-scopes': 'repo, gist',
    }),
    overview: () => overview(github),
  };

  function tokenOf({ headers }: Call): IssuedToken | undefined {
    const [, value = ''] = /^(?:bearer|token) (\S+)$/i.exec(headers.authorization ?? '') ?? [];
    return world.tokens.find(value);
  }
}

function limitHeaders(): Record<string, string> {
  return {
    'x-ratelimit-limit': String(requestsPerHour),
    'x-ratelimit-remaining': String(requestsPerHour - 1),
    'x-ratelimit-reset': String(resetSeconds()),
  };
}

function withinLimits<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof RepositoryFull) throw new Refusal(refusal(422, error.message));
    throw error;
  }
}
