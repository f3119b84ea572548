import { generateKeyPairSync } from 'node:crypto';
import { github as githubPlugin } from '#plugins/github/index.ts';
import type { GithubKind } from '#plugins/github/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { artifactsOf, mediaOf } from '../compliance/attempt.ts';
import { describeCompliance } from '../compliance.ts';
import { openFakeGithub } from './fake-github.ts';

const github = await assembled(githubPlugin);

const log = Buffer.from('built in 12 s\n'.repeat(300));
const picture = Buffer.from(Array.from({ length: 4_000 }, (_, index) => index % 251));
const media = [mediaOf(log, 'build log.txt', 'text/plain'), mediaOf(picture, 'grün.png', 'image/png')];
const content = {
  title: 'Milestone reached',
  body: 'We have *finished* it.',
  tags: ['v1.2', 'audio'],
  link: 'https://example.com/a',
  media,
};
const repository = { owner: 'north', repo: 'site' };
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

const kinds: { kind: GithubKind; options: object; marker: (key: string) => string; media?: typeof media }[] =
  [
    { kind: 'commit', options: repository, marker: (key) => `Publication-Id: ${key}` },
    { kind: 'pull-request', options: repository, marker: (key) => `Publication-Id: ${key}` },
    { kind: 'pages', options: repository, marker: (key) => `Publication-Id: ${key}` },
    { kind: 'gist', options: {}, marker: (key) => `[pub:${key}]`, media: media.slice(0, 1) },
    { kind: 'release', options: repository, marker: (key) => `Publication-Id: ${key}` },
  ];
const huge = media.map((one) => ({ ...one, sizeBytes: 3 * 1024 ** 3 }));

for (const { kind, options, marker, media: some = media } of kinds) {
  describeCompliance({
    name: `github ${kind}`,
    publisher: github,
    options: github.describe.options.parse({ kind, ...options }),
    content: { ...content, media: some },
    artifacts: artifactsOf([log, picture]),
    credentialNames: ['token'],
    open: openFakeGithub,
    marker,
    // Others were notified when it was published.
    staysAfterRetract: /^published /,
    answers: {
      403: {
        answer: { body: { message: 'Resource not accessible by personal access token' } },
        fates: ['authorisation-lost'],
      },
    },
    lostRights: [
      { name: 'a token that was revoked', answer: { status: 401, body: { message: 'Bad credentials' } } },
      {
        name: 'a token that may no longer write',
        answer: { status: 403, body: { message: 'Resource not accessible by personal access token' } },
      },
    ],
    rateLimits: [
      {
        name: 'Retry-After of a secondary limit',
        answer: {
          status: 403,
          headers: { 'retry-after': '7' },
          body: { message: 'You have exceeded a secondary rate limit.' },
        },
        retryAfterMs: 7_000,
      },
      {
        name: 'the reset of a used-up quota',
        answer: {
          status: 403,
          headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1900000000' },
          body: { message: 'API rate limit exceeded' },
        },
        retryAtMs: 1_900_000_000_000,
      },
      {
        name: 'no time named',
        answer: { status: 429, body: { message: 'You have exceeded a secondary rate limit.' } },
        retryAfterMs: 60_000,
      },
    ],
    limits: [
      {
        name: 'nothing at all',
        content: { body: '', link: undefined as never, media: [] },
        problem: /nothing to publish/,
      },
      { name: 'an unknown placeholder', content: { template: '{nonsense}' }, problem: /nonsense/ },
      { name: 'a file too large', content: { media: huge }, problem: /larger than|2 GiB|text only/ },
    ],
  });
}

describeCompliance({
  name: 'github as an App',
  publisher: github,
  options: github.describe.options.parse({
    kind: 'commit',
    ...repository,
    app: { id: 7, installationId: 8 },
  }),
  content,
  artifacts: artifactsOf([log, picture]),
  credentialNames: ['privateKey'],
  credentialValues: { privateKey },
  open: openFakeGithub,
  marker: (key) => `Publication-Id: ${key}`,
  lostRights: [
    { name: 'a token that was revoked', answer: { status: 401, body: { message: 'Bad credentials' } } },
    {
      name: 'a token that may no longer write',
      answer: { status: 403, body: { message: 'Resource not accessible by personal access token' } },
    },
  ],
  rateLimits: [],
  limits: [],
});
