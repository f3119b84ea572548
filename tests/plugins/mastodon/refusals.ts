import { documented, missing, type RefusalTests, waits } from '../refusal-titles.ts';

/** For each row of the README's table of refusals. */
export const refusals: RefusalTests = {
  'token missing or revoked (401)': [missing, 'a missing token is named', 'a token that was revoked'],
  'scope missing (403)': ['a scope for posts that is missing', 'a scope for files that is missing'],
  'login disabled, pending, unconfirmed or without a second factor (403)': [
    'a disabled login',
    'an unconfirmed address',
  ],
  'account suspended or moved (403, to Mastodon a disabled login)': [
    'a suspended account',
    'an account that has moved',
  ],
  'account limited': ['verify names an account whose posts only followers see'],
  'limits of the server below the target’s (422)': [
    'a server of shorter posts',
    'names account, quota, and limits',
  ],
  'nothing to post, files of other kinds, too many or too large': [
    'nothing to say',
    'a PDF',
    'a large picture',
  ],
  'server moved (3xx)': ['verify names a server that has moved'],
  'too many requests (429)': [waits, 'a date in the reset header'],
  'what the account may not do there (403)': [documented],
  'text and files that the server checks otherwise (422, 413)': [documented],
  'no Mastodon at the address (404, 501)': [documented],
};
