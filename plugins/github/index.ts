import type { PublisherPlugin } from '#contracts/publisher.ts';
import { type GithubOptions, githubOptions } from './options.ts';

/** Commits, pull requests, Pages, gists and releases. */
export const github: PublisherPlugin<GithubOptions> = {
  id: 'github',
  addresses: { apiUrl: { url: 'https://api.github.com', of: 'the GitHub REST API' } },
  describe: {
    title: 'GitHub',
    summary: 'Commits files, opens pull requests, fills Pages, makes gists and releases.',
    options: githubOptions,
    credentials: [
      {
        name: 'token', label: 'a token',
        help: 'A fine-grained token with “Contents: write” (and “Pull requests”, “Pages” or “Gists”), where no App is used.',
      },
      {
        name: 'privateKey', label: 'the App’s private key',
        help: 'The PEM file of the GitHub App, where the target names one.',
      },
    ],
    dedupe: 'compare-and-set',
    // Lists of gists and commits lag behind a little.
    settleDelayMs: 15_000,
    // Lists are served by replicas.
    patienceMs: 5 * 60_000,
    attemptTimeoutMs: 120_000,
    lateGraceMs: 24 * 3_600_000,
    costly: false,
    tellsEnd: true,
    signInPaths: /\/app\/installations\/\d+\/access_tokens$/,
  },
  needs: (options) => [
    { name: options.kind !== 'gist' && options.app ? 'privateKey' : 'token', required: true },
  ],
  hasReleaseNews: true,
  load: async () => (await import('./publisher.ts')).publisher,
};
