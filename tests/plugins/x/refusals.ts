import { type RefusalTests, waits } from '../refusal-titles.ts';

/** For each row of the README's table of refusals. */
export const refusals: RefusalTests = {
  'keys missing, revoked (401)': [
    'keys that may only read, or are missing, are named',
    'keys that were revoked',
  ],
  'keys that may only read (403)': ['keys that may only read, or are missing, are named'],
  'scopes not granted (403)': [
    'verify names the scope %s that a refresh token',
    'a post that the grant doesn’t allow holds the target',
    'a refused exchange says why and what to check; nothing is stored',
  ],
  'account suspended, locked (403)': [
    'verify names an account that may not act',
    'an account that is suspended',
  ],
  'account protected': ['verify names an account whose posts are protected'],
  'refresh token used up or revoked': ['verify names a refresh token that X no longer takes'],
  'text, cashtags, files, alt text': ['two cashtags', 'five photos', 'a long alt text', 'nothing to say'],
  'the same words again (403)': ['refused on a first attempt'],
  'credits used up (402), too many requests (429)': [waits, 'an answer %i'],
};
