import { documented, missing, type RefusalTests, waits } from '../refusal-titles.ts';

/** For each row of the README's table of refusals. */
export const refusals: RefusalTests = {
  'keys missing or unknown (401)': [
    missing,
    'verify names keys that are unknown',
    'keys that were made anew',
  ],
  'item taken down': ['an item taken down', 'fails when the item was taken down'],
  'item of somebody else (403, 409)': [
    'an item of somebody else',
    'names an identifier that somebody else has',
  ],
  'collection not there, or no collection': [
    'a collection that isn’t there',
    'an item in place of a collection',
  ],
  'collection without rights to it (403)': ['names the collection without rights'],
  'captures of the day used up, by this page or the account': [
    'captures that are used up',
    'what may pass is tried again',
  ],
  'empty and very large files, nothing to keep': ['an empty file', 'a file too large', 'no file', 'no link'],
  'patience asked for (503 `SlowDown`, 429)': [waits, 'SlowDown without a header'],
  'page that can’t be captured': [documented],
  'identifier, name or description that storage doesn’t take (400)': [documented],
  'item taken for spam (503)': [documented],
};
