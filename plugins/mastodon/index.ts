import type { PublisherPlugin } from '#contracts/publisher.ts';
import { keyLifeMs, type MastodonOptions, mastodonOptions } from './options.ts';

/** Each target names its own server (`instance`), so there is no base address of the platform. */
export const mastodon: PublisherPlugin<MastodonOptions> = {
  id: 'mastodon',
  describe: {
    title: 'Mastodon',
    summary: 'Posts on a Mastodon server, with pictures, a video or a sound.',
    options: mastodonOptions,
    kinds: [
      { id: 'post', title: 'A post on Mastodon', help: 'With pictures, a video or a sound', options: {} },
    ],
    credentials: [
      {
        name: 'accessToken',
        label: 'an access token',
        help: 'Preferences → Development → New application, with read, write:statuses and write:media',
      },
    ],
    dedupe: 'server-key',
    dedupeWindowMs: keyLifeMs,
    settleDelayMs: 5_000,
    // A background job of the server lists statuses.
    patienceMs: 5 * 60_000,
    attemptTimeoutMs: 60_000,
    lateGraceMs: 15 * 60_000,
    costly: false,
    // People who add a target name its server.
    publicAddressesOnly: true,
  },
  needs: () => [{ name: 'accessToken', required: true }],
  fromText: {
    noun: 'a server',
    words: {
      label: 'Server',
      help: 'Where the account is; its address works, too',
      example: 'mastodon.social',
    },
    fills: ['instance'],
    read(text) {
      const address = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
      const url = URL.canParse(address) ? new URL(address) : undefined;
      return url && (url.hostname.includes('.') || url.port !== '') ? { instance: url.origin } : undefined;
    },
  },
  takesBack: true,
  load: async () => (await import('./publisher.ts')).publisher,
};
