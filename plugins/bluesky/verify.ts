import type { PublisherContext, Verification } from '#contracts/publisher.ts';
import { asSentence } from '#core/text/sentences.ts';
import { classify } from './classify.ts';
import { Pds } from './client.ts';
import type { BlueskyOptions } from './options.ts';

export async function verify(context: PublisherContext, { service }: BlueskyOptions): Promise<Verification> {
  try {
    const { handle, active, headers } = await new Pds(context, service).session();
    const quota = quotaOf(headers);
    const problems = active
      ? []
      : ['The account is deactivated or suspended: it can’t post until that has ended.'];
    return { account: `@${handle}`, problems, ...(quota && { quota }) };
  } catch (error) {
    return { problems: [asSentence(classify(error).reason)] };
  }
}

function quotaOf(headers: Headers): string | undefined {
  const left = headers.get('ratelimit-remaining');
  const limit = headers.get('ratelimit-limit');
  const resetS = Number(headers.get('ratelimit-reset') ?? Number.NaN);
  if (!left || !limit || !Number.isFinite(resetS)) return undefined;
  return `${left} of ${limit} requests left until ${new Date(resetS * 1_000).toISOString().slice(11, 16)} UTC`;
}
