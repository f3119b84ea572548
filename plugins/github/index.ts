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
    kinds: [
      {
        id: 'release',
        title: 'A GitHub release',
        help: 'With notes, a tag and files',
        options: { kind: 'release' },
      },
      {
        id: 'commit',
        title: 'Files in a GitHub repository',
        help: 'A commit with the text and the files',
        options: { kind: 'commit' },
      },
      {
        id: 'pull-request',
        title: 'A pull request on GitHub',
        help: 'The same files, for somebody to merge',
        options: { kind: 'pull-request' },
      },
      {
        id: 'pages',
        title: 'A page on GitHub Pages',
        help: 'A web page of the repository',
        options: { kind: 'pages' },
      },
      { id: 'gist', title: 'A gist', help: 'A small page of the account', options: { kind: 'gist' } },
    ],
    credentials: [
      {
        name: 'token',
        label: 'a token',
        help: 'A fine-grained token with “Contents: write” (and “Pull requests”, “Pages” or “Gists”), where no App is used.',
      },
      {
        name: 'privateKey',
        label: 'the App’s private key',
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
  hasChoices: true,
  fromText: {
    noun: 'a repository',
    words: {
      label: 'Repository',
      help: 'Its owner and name, or its address on github.com',
      example: 'acme/site',
    },
    fills: ['owner', 'repo'],
    sites: ['github.com'],
    read(text) {
      const [, owner, repo] = /^([A-Za-z0-9][A-Za-z0-9-]{0,38})\/([\w.-]{1,100})(?:\/.*)?$/.exec(text) ?? [];
      return owner && repo ? { owner, repo: repo.replace(/\.git$/, '') } : undefined;
    },
  },
  takesBack: true,
  load: async () => (await import('./publisher.ts')).publisher,
};
