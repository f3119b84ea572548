import type { PublisherPlugin } from '#contracts/publisher.ts';
import { type WebhookOptions, webhookOptions } from './options.ts';

export const webhook: PublisherPlugin<WebhookOptions> = {
  id: 'webhook',
  describe: {
    title: 'Webhook',
    summary: 'Posts the publication as signed JSON to an address of your own.',
    options: webhookOptions,
    kinds: [
      {
        id: 'call',
        title: 'A call to an address of your own',
        help: 'Signed JSON, for a program of yours',
        options: {},
      },
    ],
    credentials: [
      {
        name: 'url',
        label: 'an address',
        help: 'Address that takes the POST; it is kept like a password',
        isAddress: true,
      },
      { name: 'secret', label: 'a secret', help: 'Secret of the HMAC-SHA256 signature, known to both sides' },
    ],
    // A target may have a receiver that remembers keys; `find` takes that into account.
    dedupe: 'none',
    settleDelayMs: 5_000,
    // The receiver itself answers: there is no list that could lag.
    patienceMs: 5_000,
    attemptTimeoutMs: 30_000,
    lateGraceMs: 15 * 60_000,
    costly: false,
    // People who add a target choose its destination.
    publicAddressesOnly: true,
  },
  needs: () => [
    { name: 'url', required: true },
    { name: 'secret', required: true },
  ],
  load: async () => (await import('./publisher.ts')).publisher,
};
