import { mastodon as mastodonPlugin } from '#plugins/mastodon/index.ts';
import { mastodonOptions } from '#plugins/mastodon/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { mediaOf } from '../compliance/attempt.ts';
import { describeCompliance, tooLarge } from '../compliance.ts';
import { FakeMastodon, instance } from './fake-mastodon.ts';

const mastodon = await assembled(mastodonPlugin);

const photo = mediaOf(new Uint8Array(10), 'a.png', 'image/png');
const of = (name: string, mediaType: string) => ({ ...photo, name, mediaType });
const resetMs = Math.ceil(Date.now() / 1_000) * 1_000 + 600_000;

describeCompliance({
  name: 'mastodon',
  publisher: mastodon,
  options: mastodonOptions.parse({ instance }),
  content: {
    title: 'Release 1.2 is out',
    body: 'Two *months* of "work": <fast> & small, thanks @jane@other.example.\n\nSee https://example.org/notes/',
    tags: ['release', 'live audio'],
    link: 'https://example.org/release?a=1&b=2',
    media: [],
  },
  credentialNames: ['accessToken'],
  open: () => FakeMastodon.open(),
  answers: {
    403: {
      answer: { body: { error: 'This action is outside the authorized scopes' } },
      fates: ['authorisation-lost'],
    },
  },
  lostRights: [
    {
      name: 'a token that was revoked',
      answer: { status: 401, body: { error: 'The access token was revoked' } },
    },
    {
      name: 'a scope that is missing',
      answer: { status: 403, body: { error: 'This action is outside the authorized scopes' } },
    },
  ],
  rateLimits: [
    {
      name: 'a date in the reset header',
      answer: {
        status: 429,
        headers: { 'x-ratelimit-reset': new Date(resetMs).toISOString() },
        body: { error: 'Too many requests' },
      },
      retryAtMs: resetMs,
    },
    { name: 'Retry-After', answer: { status: 429, headers: { 'retry-after': '90' } }, retryAfterMs: 90_000 },
  ],
  limits: [
    { name: 'five pictures', content: { media: Array(5).fill(photo) }, problem: /takes 4 files.*take 1 out/ },
    {
      name: 'a picture and a video',
      content: { media: [photo, of('a.mp4', 'video/mp4')] },
      problem: /choose one kind/,
    },
    {
      name: 'a large picture',
      content: { media: [tooLarge(photo, 16_777_217)] },
      problem: /16,777,217 bytes.*takes 16,777,216/,
    },
    {
      name: 'a large video',
      content: { media: [tooLarge(of('a.mp4', 'video/mp4'), 103_809_025)] },
      problem: /takes 103,809,024 bytes/,
    },
    { name: 'an empty file', content: { media: [tooLarge(photo, 0)] }, problem: /is empty/ },
    { name: 'a PDF', content: { media: [of('a.pdf', 'application/pdf')] }, problem: /can’t be posted/ },
    {
      name: 'a long alt text',
      content: { media: [{ ...photo, altText: 'a'.repeat(1_501) }] },
      problem: /1501.*1500/,
    },
    { name: 'nothing to say', content: { body: '', template: '{body}' }, problem: /is empty/ },
    {
      name: 'a template that alone is too long',
      content: { template: `${'word '.repeat(120)}{title}` },
      problem: /can’t be shortened/,
    },
    { name: 'an unknown placeholder', content: { template: '{author}' }, problem: /\{author\}/ },
  ],
});
