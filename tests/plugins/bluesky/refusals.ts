import { documented, missing, type RefusalTests, waits } from '../refusal-titles.ts';

/** For each row of the README's table of refusals. */
export const refusals: RefusalTests = {
  'handle or app password wrong or missing (401, AuthMissing)': [
    missing,
    'a wrong app password holds the target',
  ],
  'the account’s own password, with a second factor (AuthFactorTokenRequired)': [
    'its own password with a second factor',
  ],
  'token ended (ExpiredToken, InvalidToken)': ['that the server has ended meanwhile is renewed'],
  'account taken down, suspended, deactivated': [
    'an account that was taken down',
    'the server’s own refusal of %s',
    'verify signs in',
  ],
  'text, pictures, alt texts, other files': [
    'five pictures',
    'a large picture',
    'a video',
    'a long alt text',
  ],
  'too many requests (429)': [waits, 'verify signs in'],
  'the post is there (InvalidSwap)': ['that is there already is taken over'],
  'BlobTooLarge, InvalidMimeType, InvalidRecord, “Could not find blob”': ['an answer %i'],
  'account or protocol not there (AccountNotFound, 404, 501)': [documented],
};
