import type { TwitterApi } from 'twitter-api-v2';
import type { PublisherContext } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { required } from '../shared/required-credential.ts';
import { isRefusedParameter, isUnauthorised } from './classify.ts';
import { library } from './library.ts';
import { optionalCredentials, type XOptions, xCredentials } from './options.ts';
import { lackedScopes, lackedText, type Scope } from './scopes.ts';
import { freshPair } from './tokens.ts';

type Auth = XOptions['auth'];

/**
 * Runs with a client that may act for the account; with OAuth 2 once more with a new token when X refuses one, and not
 * at all where the grant is known to lack `scope`: X’s answer to that is a bare “Forbidden”.
 */
export async function withClient<T>(
  context: PublisherContext,
  auth: Auth,
  run: (client: TwitterApi) => Promise<T>,
  scope?: Scope,
): Promise<T> {
  // The library doesn't retry, and knows one address only: the host's agent leads it elsewhere.
  const settings = { httpAgent: context.http.agent };
  if (auth === 'oauth1') return run(new (library().TwitterApi)(oauth1Keys(context), settings));
  const pair = await freshPair(context);
  const lacked = lackedScopes(pair, scope ? [scope] : []);
  if (lacked.length > 0) throw new Refused({ state: 'authorisation-lost', reason: lackedText(lacked) });
  const token = pair.accessToken;
  try {
    return await run(new (library().TwitterApi)(token, settings));
  } catch (error) {
    if (!isUnauthorised(error)) throw error;
    const { accessToken } = await freshPair(context, token);
    return run(new (library().TwitterApi)(accessToken, settings));
  }
}

export function missingCredentials(context: PublisherContext, auth: Auth): string[] {
  return xCredentials[auth].filter(
    (name) => !optionalCredentials.includes(name) && !context.credential(name),
  );
}

export interface Account {
  id: string;
  username: string;
  /** Access level of the keys, if X gives it: "read", "read-write", "read-write-directmessages". */
  accessLevel: string | undefined;
  /** Only people whom it permits see its posts. */
  isProtected: boolean;
}

export async function readAccount(client: TwitterApi): Promise<Account> {
  const { data, headers } = await client.v2.get<{
    data: { id: string; username: string; protected?: boolean };
  }>(
    'users/me',
    { 'user.fields': 'protected' },
    {
      fullResponse: true,
    },
  );
  const { id, username } = data.data;
  return {
    id,
    username,
    accessLevel: headers['x-access-level']?.toString(),
    isProtected: data.data.protected === true,
  };
}

export interface TimelinePost {
  id: string;
  text: string;
  conversation_id?: string;
  entities?: { urls?: { url: string; expanded_url?: string; unwound_url?: string; media_key?: string }[] };
}

export interface TimelinePage {
  data?: TimelinePost[];
  meta?: { next_token?: string };
}

const fields = 'created_at,entities,conversation_id';

/**
 * X is renaming `tweet.fields` to `post.fields`: its description knows the new name only, older servers the old one.
 */
export async function readTimeline(
  client: TwitterApi,
  query: { userId: string; startTime: string; nextToken: string | undefined },
): Promise<TimelinePage> {
  const path = `users/${query.userId}/tweets`;
  const common = {
    start_time: query.startTime,
    max_results: 100,
    ...(query.nextToken && { pagination_token: query.nextToken }),
  };
  try {
    return await client.v2.get<TimelinePage>(path, { ...common, 'post.fields': fields });
  } catch (error) {
    if (!isRefusedParameter(error)) throw error;
    return client.v2.get<TimelinePage>(path, { ...common, 'tweet.fields': fields });
  }
}

/** Whether a post can be seen by this account; X answers 200 with an error for one that is gone. */
export async function isThere(client: TwitterApi, postId: string): Promise<boolean> {
  const { data } = await client.v2.get<{ data?: { id: string } }>(`tweets/${postId}`);
  return data !== undefined;
}

/** In the keys of OAuth 1.0a the account's id comes before the dash: no paid request is needed. */
export async function accountId(context: PublisherContext, client: TwitterApi, auth: Auth): Promise<string> {
  const own = auth === 'oauth1' ? /^(\d{1,19})-/.exec(required(context, 'accessToken'))?.[1] : undefined;
  return own ?? (await readAccount(client)).id;
}

function oauth1Keys(context: PublisherContext) {
  return {
    appKey: required(context, 'apiKey'),
    appSecret: required(context, 'apiSecret'),
    accessToken: required(context, 'accessToken'),
    accessSecret: required(context, 'accessSecret'),
  };
}
