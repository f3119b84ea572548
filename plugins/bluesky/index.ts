import type { Publisher } from '#contracts/publisher.ts';
import { classify } from './classify.ts';
import { execute } from './execute.ts';
import { find } from './find.ts';
import { type BlueskyOptions, blueskyOptions } from './options.ts';
import { render } from './render.ts';
import { signInPaths } from './session.ts';
import { verify } from './verify.ts';

/** Each target names its own server (`service`), so there is no base address of the platform. */
export const bluesky: Publisher<BlueskyOptions> = {
  id: 'bluesky',
  describe: {
    title: 'Bluesky',
    summary: 'Posts on Bluesky, with pictures or a card.',
    options: blueskyOptions,
    credentials: [
      { name: 'identifier', help: 'The account’s handle, such as name.bsky.social' },
      { name: 'appPassword', help: 'Settings → Privacy and security → App passwords' },
    ],
    dedupe: 'client-id',
    settleDelayMs: 5_000,
    // The record is read from the repository itself, which has no lag; a proxy before it may.
    patienceMs: 5 * 60_000,
    attemptTimeoutMs: 60_000,
    lateGraceMs: 15 * 60_000,
    costly: false,
    // Whoever adds a target names its server.
    publicAddressesOnly: true,
    signInPaths,
  },
  needs: () => ['identifier', 'appPassword'].map((name) => ({ name, required: true })),
  verify,
  render,
  execute,
  find,
  classify,
};
