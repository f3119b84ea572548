import type { PublisherContext, Verification } from '#contracts/publisher.ts';
import { classify } from './classify.ts';
import { type Instance, Mastodon } from './client.ts';
import type { MastodonOptions } from './options.ts';

/** Also holds the target's limits against those that the server states. */
export async function verify(context: PublisherContext, options: MastodonOptions): Promise<Verification> {
  try {
    const server = new Mastodon(context, options.instance);
    const { acct, headers } = await server.account();
    const quota = quotaOf(headers);
    return {
      account: `@${acct}@${new URL(options.instance).host}`,
      problems: limitProblems(await server.instance(), options),
      ...(quota && { quota }),
    };
  } catch (error) {
    return { problems: [classify(error).reason] };
  }
}

function limitProblems({ configuration }: Instance, options: MastodonOptions): string[] {
  const stated = {
    textMax: configuration?.statuses?.max_characters,
    mediaMax: configuration?.statuses?.max_media_attachments,
    imageBytesMax: configuration?.media_attachments?.image_size_limit,
    videoBytesMax: configuration?.media_attachments?.video_size_limit,
  };
  return (Object.keys(stated) as (keyof typeof stated)[]).flatMap((name) => {
    const limit = stated[name];
    if (typeof limit !== 'number' || options[name] <= limit) return [];
    return [
      `The server’s limit is ${limit}, the target’s ${name} is ${options[name]}: set ${name} to ${limit}.`,
    ];
  });
}

function quotaOf(headers: Headers): string | undefined {
  const left = headers.get('x-ratelimit-remaining');
  const limit = headers.get('x-ratelimit-limit');
  const reset = /T(\d\d:\d\d)/.exec(headers.get('x-ratelimit-reset') ?? '')?.[1];
  return left && limit && reset ? `${left} of ${limit} requests left until ${reset} UTC` : undefined;
}
