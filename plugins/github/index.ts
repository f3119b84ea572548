import type { Publisher } from '#contracts/publisher.ts';
import { classify } from './classify.ts';
import { execute } from './execute.ts';
import { find } from './find.ts';
import { leftover } from './leftover.ts';
import { type GithubOptions, githubOptions } from './options.ts';
import { outdated } from './outdated.ts';
import { references } from './references.ts';
import { releaseNews } from './release-news.ts';
import { render } from './render.ts';
import { verify } from './verify.ts';

/** Commits, pull requests, Pages, gists and releases. */
export const github: Publisher<GithubOptions> = {
  id: 'github',
  describe: {
    title: 'GitHub',
    summary: 'Commits files, opens pull requests, fills Pages, makes gists and releases.',
    options: githubOptions,
    credentials: [
      {
        name: 'token',
        help: 'A fine-grained token with “Contents: write” (and “Pull requests”, “Pages” or “Gists”), where no App is used.',
      },
      {
        name: 'privateKey',
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
    signInPaths: /\/app\/installations\/\d+\/access_tokens$/,
  },
  needs: (options) => [
    { name: options.kind !== 'gist' && options.app ? 'privateKey' : 'token', required: true },
  ],
  verify,
  render,
  execute,
  find,
  classify,
  outdated,
  leftover,
  references,
  releaseNews,
};
