import type { PublisherContext, Verification } from '#contracts/publisher.ts';
import { saidText } from '#core/text/said-text.ts';
import { asSentence } from '#core/text/sentences.ts';
import type { Account, Instance } from './answers.ts';
import { classify } from './classify.ts';
import { Mastodon } from './client.ts';
import type { MastodonOptions } from './options.ts';

/** Also compares the target's limits with those that the server states. */
export async function verify(context: PublisherContext, options: MastodonOptions): Promise<Verification> {
  try {
    const server = new Mastodon(context, options.instance);
    const account = await server.account();
    const { acct, headers } = account;
    const quota = quotaOf(headers);
    return {
      account: `@${acct}@${new URL(options.instance).host}`,
      problems: [
        ...accountProblems(account),
        ...scopeProblems(await server.scopes(), options),
        ...limitProblems(await server.instance(), options),
      ],
      remarks: account.limited
        ? ['The server has limited the account, so only followers see its posts: ask its moderators.']
        : [],
      ...(quota && { quota }),
    };
  } catch (error) {
    return { problems: [asSentence(classify(error).reason)] };
  }
}

function accountProblems({ suspended, moved }: Account): string[] {
  if (suspended) return ['The server has suspended the account: ask its moderators.'];
  if (moved) return [`The account has moved to ${saidText(moved.acct)}: use a token of that one.`];
  return [];
}

/** `write` includes all that begins with `write:`. Reading is for looking up lost answers. */
function scopeProblems(scopes: readonly string[] | undefined, { mediaMax }: MastodonOptions): string[] {
  if (scopes === undefined) return [];
  const needed = ['read:statuses', 'write:statuses', ...(mediaMax > 0 ? ['write:media'] : [])];
  const missing = needed.filter(
    (scope) => !scopes.includes(scope) && !scopes.includes(scope.split(':')[0] ?? ''),
  );
  if (missing.length === 0) return [];
  return [`The token lacks ${missing.join(', ')}: make an application that has them, and enter its token.`];
}

function limitProblems({ configuration }: Instance, options: MastodonOptions): string[] {
  const stated = [
    ['textMax', configuration?.statuses?.max_characters],
    ['mediaMax', configuration?.statuses?.max_media_attachments],
    ['imageBytesMax', configuration?.media_attachments?.image_size_limit],
    ['videoBytesMax', configuration?.media_attachments?.video_size_limit],
  ] as const;
  return stated.flatMap(([name, limit]) => {
    if (limit === undefined || options[name] <= limit) return [];
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
