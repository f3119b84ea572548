import type { Publisher, PublisherContext, Verification } from '#contracts/publisher.ts';
import { asSentence } from '#core/text/sentences.ts';
import { authorise } from './authorise.ts';
import { classify } from './classify.ts';
import { type Account, missingCredentials, readAccount, withClient } from './client.ts';
import { execute } from './execute.ts';
import { find } from './find.ts';
import { optionalCredentials, type XOptions, xCredentials, xOptions } from './options.ts';
import { render } from './render.ts';
import { lackedScopes, lackedText } from './scopes.ts';
import { pairWithScopes } from './tokens.ts';

/** Address: `apiUrl`; the client library only knows https://api.x.com, so the host's agent routes that origin to it. */
export const x: Publisher<XOptions> = {
  id: 'x',
  describe: {
    title: 'X',
    summary: 'Posts on X, with pictures or a video, as one post or as a thread.',
    options: xOptions,
    credentials: [
      {
        name: 'apiKey',
        help: 'OAuth 1.0a: API key of the app (developer console, Keys and tokens)',
      },
      { name: 'apiSecret', help: 'OAuth 1.0a: API key secret of the app' },
      {
        name: 'accessToken',
        help: 'OAuth 1.0a: access token of the account, made with write permission',
      },
      { name: 'accessSecret', help: 'OAuth 1.0a: access token secret of the account' },
      { name: 'clientId', help: 'OAuth 2.0: client id of the app' },
      { name: 'clientSecret', help: 'OAuth 2.0: client secret; public clients have none' },
      {
        name: 'refreshToken',
        help: 'OAuth 2.0: comes with the grant on X’s page; or one with tweet.read tweet.write users.read media.write offline.access',
      },
    ],
    dedupe: 'look-up',
    // Shorter, and a timeline may not show what it already has.
    settleDelayMs: 30_000,
    // A timeline may show a post minutes late.
    patienceMs: 15 * 60_000,
    attemptTimeoutMs: 60_000,
    lateGraceMs: 15 * 60_000,
    costly: true,
    signInPaths: /^\/2\/oauth2\/token$/,
  },
  needs: ({ auth }) =>
    xCredentials[auth].map((name) => ({ name, required: !optionalCredentials.includes(name) })),
  verify,
  render,
  execute,
  find,
  classify,
  authorise,
};

async function verify(context: PublisherContext, options: XOptions): Promise<Verification> {
  const missing = missingCredentials(context, options.auth);
  if (missing.length > 0)
    return { problems: [`Missing: ${missing.join(', ')}. Connect the target with them.`] };
  try {
    const lacked = options.auth === 'oauth2' ? lackedScopes(await pairWithScopes(context)) : [];
    const ofScopes = lacked.length > 0 ? [asSentence(lackedText(lacked))] : [];
    // X shows the account to those alone who may read it.
    if (lacked.some((scope) => /\.read$/.test(scope))) return { problems: ofScopes };
    const account = await withClient(context, options.auth, readAccount);
    return {
      account: `@${account.username}`,
      problems: [...ofScopes, ...accountProblems(account)],
      remarks: remarksOf(account),
    };
  } catch (error) {
    return { problems: [asSentence(classify(error).reason)] };
  }
}

function accountProblems({ accessLevel }: Account): string[] {
  if (accessLevel !== 'read') return [];
  return [
    'The keys may only read: allow the app to write in X’s developer console, then make new access tokens.',
  ];
}

function remarksOf({ isProtected }: Account): string[] {
  if (!isProtected) return [];
  return ['The account’s posts are protected, so only its followers see them: change that in X’s settings.'];
}
