import { documented, missing, type RefusalTests, waits } from '../refusal-titles.ts';

/** For each row of the README's table of refusals. */
export const refusals: RefusalTests = {
  'address missing, malformed, or with user and password': [missing, 'the address %s, without repeating it'],
  'secret missing': [missing],
  'secret that doesn’t fit (401, 403)': ['a secret that no longer fits'],
  'proxy before the address (407)': [documented],
  'address that isn’t public': ['not to a name that resolves to a private one'],
  'redirect (3xx)': ['to follow a redirect'],
  'files too large, or 8 MiB together': ['a large file', 'many files'],
  'too many messages (429)': [waits, 'nothing'],
  'address that takes no message (404, 405, 421, 501), or no more (410)': [documented],
  'any other refusal (4xx)': [documented],
};
