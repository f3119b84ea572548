import { webhook as webhookPlugin } from '#plugins/webhook/index.ts';
import { webhookOptions } from '#plugins/webhook/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { artifactsOf, mediaOf } from '../compliance/attempt.ts';
import { describeCompliance, tooLarge } from '../compliance.ts';
import { address, Receiver } from './receiver.ts';

const webhook = await assembled(webhookPlugin);

const report = new TextEncoder().encode('a report');
const media = [mediaOf(report, 'report.txt', 'text/plain')];
const manyBytes = Array.from({ length: 20 }, () => tooLarge(media[0]!, 1_000_000));

describeCompliance({
  name: 'webhook without a promise',
  publisher: webhook,
  options: webhookOptions.parse({ inlineBytesMax: 1_048_576 }),
  content: {
    title: 'Release 1.2',
    body: 'It is **out**.',
    tags: ['audio'],
    link: 'https://example.org',
    media,
  },
  artifacts: artifactsOf([report]),
  credentialNames: ['url', 'secret'],
  credentialValues: { url: address },
  open: () => Receiver.open(false),
  marker: (key) => key,
  undecidable: true,
  lostRights: [{ name: 'a secret that no longer fits', answer: { status: 401 } }],
  rateLimits: [
    { name: 'a header', answer: { status: 429, headers: { 'retry-after': '17' } }, retryAfterMs: 17_000 },
    { name: 'nothing', answer: { status: 429 }, retryAfterMs: 30_000 },
  ],
  limits: [
    {
      name: 'a large file',
      content: { media: [tooLarge(media[0]!, 2_000_000)] },
      problem: /inlineBytesMax.*artifactUrl/,
    },
    { name: 'many files', content: { media: manyBytes }, problem: /8 MiB/ },
  ],
});
