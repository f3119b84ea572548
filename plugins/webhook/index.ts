import type { PublisherPlugin } from '#contracts/publisher.ts';
import { type WebhookOptions, webhookOptions } from './options.ts';

export const webhook: PublisherPlugin<WebhookOptions> = {
  id: 'webhook',
  describe: {
    title: 'Webhook',
    summary: 'Posts the publication as signed JSON to an address of your own.',
    options: webhookOptions,
    credentials: [
      {
        name: 'url',
        help: 'Address that takes the POST; it is kept like a password',
        isAddress: true,
      },
      { name: 'secret', help: 'Secret of the HMAC-SHA256 signature, known to both sides' },
    ],
    // A target may have a receiver that remembers keys; `find` knows which has.
    dedupe: 'none',
    settleDelayMs: 5_000,
    // The receiver answers for itself: there is no list that could lag.
    patienceMs: 5_000,
    attemptTimeoutMs: 30_000,
    lateGraceMs: 15 * 60_000,
    costly: false,
    // Whoever adds a target chooses where it goes.
    publicAddressesOnly: true,
  },
  needs: () => [
    { name: 'url', required: true },
    { name: 'secret', required: true },
  ],
  load: async () => (await import('./publisher.ts')).publisher,
};
