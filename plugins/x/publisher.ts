import type { PublisherCode, PublisherContext, Verification } from '#contracts/publisher.ts';
import { asSentence } from '#core/text/sentences.ts';
import { authorise } from './authorise.ts';
import { classify } from './classify.ts';
import { type Account, missingCredentials, readAccount, withClient } from './client.ts';
import { execute } from './execute.ts';
import { find } from './find.ts';
import type { XOptions } from './options.ts';
import { render } from './render.ts';
import { retract } from './retract.ts';
import { lackedScopes, lackedText } from './scopes.ts';
import { pairWithScopes } from './tokens.ts';

/** Loaded with its first use. */
export const publisher: PublisherCode<XOptions> = {
  verify,
  render,
  execute,
  find,
  retract,
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
    // X shows the account only to tokens that may read it.
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
