import type { Publisher } from '#contracts/publisher.ts';
import { classify } from './classify.ts';
import { execute } from './execute.ts';
import { find } from './find.ts';
import { type MastodonOptions, mastodonOptions } from './options.ts';
import { keyLifeMs } from './receipt.ts';
import { render } from './render.ts';
import { verify } from './verify.ts';

/** Each target names its own server (`instance`), so there is no base address of the platform. */
export const mastodon: Publisher<MastodonOptions> = {
  id: 'mastodon',
  describe: {
    title: 'Mastodon',
    summary: 'Posts on a Mastodon server, with pictures, a video or a sound.',
    options: mastodonOptions,
    credentials: [
      {
        name: 'accessToken',
        help: 'Preferences → Development → New application, with read, write:statuses and write:media',
      },
    ],
    dedupe: 'server-key',
    dedupeWindowMs: keyLifeMs,
    settleDelayMs: 5_000,
    // Statuses are listed by a background job of the server.
    patienceMs: 5 * 60_000,
    attemptTimeoutMs: 60_000,
    lateGraceMs: 15 * 60_000,
    costly: false,
    // Whoever adds a target names its server.
    publicAddressesOnly: true,
  },
  needs: () => [{ name: 'accessToken', required: true }],
  verify,
  render,
  execute,
  find,
  classify,
};
