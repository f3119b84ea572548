import type {
  AttemptContext,
  Publisher,
  PublisherContext,
  Receipt,
  Step,
  Verification,
} from '#contracts/publisher.ts';
import { asSentence } from '#core/text/sentences.ts';
import { fateOf } from '../shared/fate.ts';
import { endpoint, post, signingSecret } from './client.ts';
import { find } from './find.ts';
import { type WebhookOptions, webhookOptions } from './options.ts';
import { render } from './render.ts';

export const webhook: Publisher<WebhookOptions> = {
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
  verify,
  render,
  execute,
  find,
  classify: fateOf,
};

async function execute(context: AttemptContext, step: Step): Promise<Receipt> {
  const { url } = await post(context, step);
  return { remoteId: context.stepKey, ...(url ? { url } : {}) };
}

/** Only what can be seen from here: a question to the address could already mean something to its owner. */
async function verify(context: PublisherContext): Promise<Verification> {
  try {
    signingSecret(context);
    return { account: new URL(endpoint(context)).host, problems: [] };
  } catch (error) {
    return { problems: [asSentence(fateOf(error).reason)] };
  }
}
