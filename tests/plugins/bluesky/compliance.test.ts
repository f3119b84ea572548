import { bluesky as blueskyPlugin } from '#plugins/bluesky/index.ts';
import { blueskyOptions } from '#plugins/bluesky/options.ts';
import { grantOf } from '#plugins/bluesky/session.ts';
import { assembled } from '#publishing/publishers.ts';
import { mediaOf } from '../compliance/attempt.ts';
import { describeCompliance, tooLarge } from '../compliance.ts';
import { FakePds, jwt, service } from './fake-pds.ts';

const bluesky = await assembled(blueskyPlugin);

const photo = mediaOf(new Uint8Array(10), 'a.png', 'image/png');
const of = (name: string, mediaType: string) => ({ ...photo, name, mediaType });
const resetAtS = Math.floor(Date.now() / 1_000) + 600;

describeCompliance({
  name: 'bluesky',
  publisher: bluesky,
  options: blueskyOptions.parse({ service }),
  content: {
    title: 'Größe 🎉 1.2 is out',
    body: 'Two *months* of "work": <fast> & small, thanks @jane.example.\n\nSee https://example.org/notes/.',
    tags: ['release', '音楽'],
    link: 'https://example.org/release?a=1&b=2',
    media: [],
  },
  credentialNames: ['identifier', 'appPassword'],
  // Signed in: that a sign-in fails is tested in bluesky.test.ts.
  tokens: ({ identifier = '', appPassword = '' }) => ({
    accessToken: jwt('access', {}),
    refreshToken: jwt('refresh', {}),
    expiresAtMs: Date.now() + 3_600_000,
    grant: grantOf(service, identifier, appPassword),
  }),
  open: () => FakePds.open(),
  marker: () => 'Größe',
  lostRights: [
    {
      name: 'an app password that was revoked',
      answer: { status: 401, body: { error: 'AuthenticationRequired' } },
    },
    {
      name: 'an own password with a second factor',
      answer: { status: 401, body: { error: 'AuthFactorTokenRequired' } },
    },
    { name: 'an account that was taken down', answer: { status: 400, body: { error: 'AccountTakedown' } } },
  ],
  rateLimits: [
    {
      name: 'the end of the window',
      answer: {
        status: 429,
        headers: { 'ratelimit-reset': String(resetAtS) },
        body: { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' },
      },
      retryAtMs: resetAtS * 1_000,
    },
    { name: 'Retry-After', answer: { status: 429, headers: { 'retry-after': '90' } }, retryAfterMs: 90_000 },
  ],
  limits: [
    {
      name: 'five pictures',
      content: { media: Array(5).fill(photo) },
      problem: /takes 4 pictures.*take 1 out/,
    },
    {
      name: 'a large picture',
      content: { media: [tooLarge(photo, 2_000_001)] },
      problem: /2,000,001 bytes.*2,000,000/,
    },
    { name: 'an empty file', content: { media: [tooLarge(photo, 0)] }, problem: /is empty/ },
    { name: 'a video', content: { media: [of('a.mp4', 'video/mp4')] }, problem: /can’t be posted/ },
    {
      name: 'a long alt text',
      content: { media: [{ ...photo, altText: 'a'.repeat(2_001) }] },
      problem: /2001.*2000/,
    },
    { name: 'nothing to say', content: { body: '', template: '{body}' }, problem: /is empty/ },
    {
      name: 'a template that alone is too long',
      content: { template: `${'word '.repeat(70)}{title}` },
      problem: /can’t be shortened/,
    },
    { name: 'an unknown placeholder', content: { template: '{author}' }, problem: /\{author\}/ },
  ],
});
