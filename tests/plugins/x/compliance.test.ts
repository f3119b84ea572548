import { x as xPlugin } from '#plugins/x/index.ts';
import { xOptions } from '#plugins/x/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { mediaOf } from '../compliance/attempt.ts';
import { describeCompliance, tooLarge } from '../compliance.ts';
import { FakeX } from './fake-x.ts';

const x = await assembled(xPlugin);

const photo = mediaOf(new Uint8Array(10), 'a.png', 'image/png');
const of = (name: string, mediaType: string) => ({ ...photo, name, mediaType });
const resetAtS = Math.floor(Date.now() / 1_000) + 600;
const limited = (headers: Record<string, string>) => ({
  status: 429,
  headers: {
    'x-rate-limit-limit': '100',
    'x-rate-limit-remaining': '0',
    'x-rate-limit-reset': String(resetAtS),
    ...headers,
  },
  body: { title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429 },
});

describeCompliance({
  name: 'x',
  publisher: x,
  options: xOptions.parse({}),
  content: {
    title: 'Release 1.2 is out',
    body: 'Two *months* of work: <fast> & small. See https://example.org/notes/',
    tags: ['release', 'live audio'],
    link: 'https://example.org/release?a=1&b=2',
    media: [],
  },
  credentialNames: [
    'apiKey',
    'apiSecret',
    'accessToken',
    'accessSecret',
    'clientId',
    'clientSecret',
    'refreshToken',
  ],
  credentialValues: { accessToken: '1000-canaryAccessTokenOfTheAccount' },
  open: () => FakeX.open(),
  lag: (on, lags) => {
    (on as FakeX).timelineLags = lags;
  },
  answers: {
    403: {
      answer: { body: { title: 'Forbidden', detail: 'You may not.', type: 'about:blank', status: 403 } },
      fates: ['rejected'],
    },
  },
  lostRights: [
    { name: 'keys that were revoked', answer: { status: 401, body: { title: 'Unauthorized', status: 401 } } },
    {
      name: 'an account that is suspended',
      answer: {
        status: 403,
        body: {
          title: 'Forbidden',
          detail: 'Your account is suspended and is not permitted to do this.',
          status: 403,
        },
      },
    },
  ],
  rateLimits: [
    { name: 'window', answer: limited({}), retryAtMs: resetAtS * 1_000 },
    {
      name: 'used up for the day',
      answer: limited({
        'x-user-limit-24hour-limit': '100',
        'x-user-limit-24hour-remaining': '0',
        'x-user-limit-24hour-reset': String(resetAtS + 5_000),
      }),
      retryAtMs: (resetAtS + 5_000) * 1_000,
    },
    {
      name: 'the day not used up',
      answer: limited({
        'x-app-limit-24hour-limit': '100',
        'x-app-limit-24hour-remaining': '7',
        'x-app-limit-24hour-reset': String(resetAtS + 5_000),
      }),
      retryAtMs: resetAtS * 1_000,
    },
  ],
  limits: [
    { name: 'two cashtags', content: { body: '$ABC and $DEF' }, problem: /one cashtag.*\$ABC, \$DEF/ },
    {
      name: 'five photos',
      content: { media: Array(5).fill(photo) },
      problem: /at most 4 photos: take 1 out/,
    },
    {
      name: 'two GIFs',
      content: { media: Array(2).fill(of('a.gif', 'image/gif')) },
      problem: /at most 1 GIF/,
    },
    {
      name: 'a photo and a video',
      content: { media: [photo, of('a.mp4', 'video/mp4')] },
      problem: /choose one kind/,
    },
    {
      name: 'a large photo',
      content: { media: [tooLarge(photo, 5_242_881)] },
      problem: /at most 5,242,880 bytes/,
    },
    {
      name: 'a large GIF',
      content: { media: [tooLarge(of('a.gif', 'image/gif'), 15_728_641)] },
      problem: /15(\.0)? MiB|15,728,640 bytes/,
    },
    {
      name: 'a large video',
      content: { media: [tooLarge(of('a.mp4', 'video/mp4'), 536_870_913)] },
      problem: /512(\.0)? MiB|536,870,912 bytes/,
    },
    { name: 'an empty file', content: { media: [tooLarge(photo, 0)] }, problem: /is empty/ },
    { name: 'audio', content: { media: [of('a.ogg', 'audio/ogg')] }, problem: /audio.*make a video/ },
    { name: 'a PDF', content: { media: [of('a.pdf', 'application/pdf')] }, problem: /can’t be posted/ },
    {
      name: 'a long alt text',
      content: { media: [{ ...photo, altText: 'a'.repeat(1_001) }] },
      problem: /1001.*1000/,
    },
    {
      name: 'nothing to say',
      content: { title: '', body: '', tags: [], template: '{body}' },
      problem: /is empty/,
    },
    {
      name: 'a template that alone is too long',
      content: { template: `${'word '.repeat(60)}{title}` },
      problem: /can’t be shortened/,
    },
    { name: 'an unknown placeholder', content: { template: '{author}' }, problem: /\{author\}/ },
    {
      name: 'more parts than allowed',
      content: { body: 'word '.repeat(500) },
      options: { thread: true, threadPartsMax: 2 },
      problem: /more than the 2 posts/,
    },
  ],
});
