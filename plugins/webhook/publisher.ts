import type {
  AttemptContext,
  PublisherCode,
  PublisherContext,
  Receipt,
  Step,
  Verification,
} from '#contracts/publisher.ts';
import { asSentence } from '#core/text/sentences.ts';
import { fateOf } from '../shared/fate.ts';
import { endpoint, post, signingSecret } from './client.ts';
import { find } from './find.ts';
import type { WebhookOptions } from './options.ts';
import { render } from './render.ts';

/** Loaded with its first use. */
export const publisher: PublisherCode<WebhookOptions> = {
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

/** Only what can be seen from here: a request to the address could already mean something to its owner. */
async function verify(context: PublisherContext): Promise<Verification> {
  try {
    signingSecret(context);
    return { account: new URL(endpoint(context)).host, problems: [] };
  } catch (error) {
    return { problems: [asSentence(fateOf(error).reason)] };
  }
}
