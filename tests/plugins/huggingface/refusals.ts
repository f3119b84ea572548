import { documented, missing, type RefusalTests, waits } from '../refusal-titles.ts';

/** For each row of the README's table of refusals. */
export const refusals: RefusalTests = {
  'token missing, malformed, expired, revoked (401)': [missing, 'verify names the token', 'an expired token'],
  'token that may only read, or not there (403)': [
    'a token that may only read',
    'a fine-grained token that may only read there',
    'a fine-grained token of another repository',
  ],
  'owner the account does not belong to, or may only read (403)': [
    'somebody else’s repository',
    'an organisation in which the account only reads',
  ],
  'repository gone or unseen (404)': ['a repository that isn’t there'],
  'repository of another kind': ['a repository of another kind'],
  'repository renamed (307), disabled (403)': [
    'verify names a repository that was renamed',
    'a disabled repository',
  ],
  'branch not there, or a tag (404)': ['a branch that isn’t there', 'a tag'],
  'paths, sizes, nothing to publish': ['nothing at all', 'a path out of the repository', 'a file too large'],
  'too many requests (429), out of storage (402)': [waits, 'an answer %i'],
  'organisation’s rule for tokens (403), readers let in one by one (403 GatedRepo)': [documented],
  'somebody commits or creates at the same moment (409, 412)': [documented],
};
