import type { PublisherPlugin } from '#contracts/publisher.ts';
import { type BlueskyOptions, blueskyOptions } from './options.ts';

/** Each target names its own server (`service`), so there is no base address of the platform. */
export const bluesky: PublisherPlugin<BlueskyOptions> = {
  id: 'bluesky',
  describe: {
    title: 'Bluesky',
    summary: 'Posts on Bluesky, with pictures or a card.',
    options: blueskyOptions,
    kinds: [{ id: 'post', title: 'A post on Bluesky', help: 'With pictures or a card', options: {} }],
    credentials: [
      { name: 'identifier', label: 'a handle', help: 'The account’s handle, such as name.bsky.social' },
      {
        name: 'appPassword',
        label: 'an app password',
        help: 'Settings → Privacy and security → App passwords',
      },
    ],
    dedupe: 'client-id',
    settleDelayMs: 5_000,
    // The record is read from the repository itself, which has no lag; a proxy in front of it may have.
    patienceMs: 5 * 60_000,
    attemptTimeoutMs: 60_000,
    lateGraceMs: 15 * 60_000,
    costly: false,
    // People who add a target name its server.
    publicAddressesOnly: true,
    // Signing in publishes nothing: a read-only check may do it.
    signInPaths: /^\/xrpc\/com\.atproto\.server\.(create|refresh)Session$/,
  },
  needs: () => ['identifier', 'appPassword'].map((name) => ({ name, required: true })),
  load: async () => (await import('./publisher.ts')).publisher,
};
