import { archiveOrg as archiveOrgPlugin } from '#plugins/archive-org/index.ts';
import { archiveOrgOptions } from '#plugins/archive-org/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { artifactsOf, mediaOf } from '../compliance/attempt.ts';
import { describeCompliance, tooLarge } from '../compliance.ts';
import { FakeArchive, s3Error } from './fake-archive.ts';

const archiveOrg = await assembled(archiveOrgPlugin);

const report = new TextEncoder().encode('a report');
const sound = new Uint8Array(200_000).fill(7);
const media = [mediaOf(report, 'report.txt', 'text/plain'), mediaOf(sound, 'Ton ü.ogg', 'audio/ogg')];
const keys = { accessKey: 'accessKey0canary', secretKey: 'secretKey0canary' };
const open = () => FakeArchive.open(`LOW ${keys.accessKey}:${keys.secretKey}`);
const slowDown = s3Error(503, 'SlowDown', 'Please reduce your request rate.');

const shared = {
  publisher: archiveOrg,
  credentialNames: ['accessKey', 'secretKey'],
  credentialValues: keys,
  open,
} as const;

describeCompliance({
  ...shared,
  name: 'archive.org item',
  options: archiveOrgOptions.parse({ kind: 'item', project: 'guildmesh' }),
  content: {
    title: 'Release 1.2 — größer',
    body: 'It is **out**.',
    tags: ['audio', 'live audio'],
    link: 'https://example.org/1.2',
    media,
  },
  artifacts: artifactsOf([report, sound]),
  marker: (key) => key,
  lostRights: [
    { name: 'keys that were made anew', answer: { status: 401 } },
    {
      name: 'a key that is unknown',
      answer: { status: 403, body: '<Error><Code>InvalidAccessKeyId</Code><Message>no</Message></Error>' },
    },
  ],
  rateLimits: [
    { name: 'SlowDown without a header', answer: slowDown, retryAfterMs: 30_000 },
    {
      name: 'SlowDown with a longer header',
      answer: { ...slowDown, headers: { 'retry-after': '90' } },
      retryAfterMs: 90_000,
    },
    { name: '429', answer: { status: 429, headers: { 'retry-after': '5' } }, retryAfterMs: 30_000 },
  ],
  limits: [
    { name: 'no file', content: { media: [], body: '' }, problem: /needs a file/ },
    { name: 'an empty file', content: { media: [tooLarge(media[0]!, 0)] }, problem: /empty/ },
    {
      name: 'a file too large',
      content: { media: [tooLarge(media[0]!, 501 * 1024 ** 3)] },
      problem: /500 GiB/,
    },
  ],
});

describeCompliance({
  ...shared,
  name: 'archive.org page',
  options: archiveOrgOptions.parse({ kind: 'save-page' }),
  content: { title: 'News', body: '', tags: [], link: 'https://example.org/news', media: [] },
  answers: {
    403: { fates: ['authorisation-lost'] },
    404: { answer: { body: { status: 'error', status_ext: 'error:not-found' } }, fates: ['rejected'] },
    409: { fates: ['not-sent'] },
    422: {
      answer: { body: { status: 'error', status_ext: 'error:invalid-url-syntax' } },
      fates: ['rejected'],
    },
  },
  lostRights: [
    { name: 'keys that were made anew', answer: { status: 401 } },
    {
      name: 'a key that is unknown',
      answer: { status: 403, body: '<Error><Code>InvalidAccessKeyId</Code><Message>no</Message></Error>' },
    },
  ],
  rateLimits: [
    { name: '429', answer: { status: 429, headers: { 'retry-after': '120' } }, retryAfterMs: 120_000 },
    {
      name: 'too many sessions, answered with 200',
      answer: {
        status: 200,
        body: { status: 'error', status_ext: 'error:user-session-limit', message: 'x' },
      },
      retryAfterMs: 60_000,
    },
  ],
  limits: [{ name: 'no link', content: { link: undefined } as object, problem: /link/ }],
});
