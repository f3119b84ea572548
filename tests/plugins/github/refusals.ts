import { missing, type RefusalTests, waits } from '../refusal-titles.ts';

/** For each row of the README's table of refusals. */
export const refusals: RefusalTests = {
  'token missing, expired, revoked (401); SSO; IP allow list; missing permission (403)': [
    missing,
    'an expired token pauses the target',
    'a revoked permission pauses the target',
    'a token that was revoked',
    'single sign-on',
    'a list of allowed addresses',
  ],
  'requests used up': ['requests that are used up'],
  'scope `repo` or `gist` missing; no right to write; App suspended, lacks a permission, or is of another account':
    ['a token without the scope', 'no right to write', 'a right to write that is gone'],
  'repository gone or unseen (404), renamed (301), archived, disabled': [
    'a missing repository',
    'a renamed repository',
    'an archived repository',
    'a disabled repository',
  ],
  'branch, base or target not there (`main` against `master`), or a tag; no commit yet (409)': [
    'a commit’s branch that is not there',
    'a pull request’s base that is not there',
    'a release’s target that is not there',
    'a target that is a tag',
    'an empty repository',
  ],
  'Pages of another branch, or off without the right to switch them on': [
    'Pages of another branch',
    'Pages that are off',
  ],
  'tag has a release; stands on another commit; is a branch, too': [
    'a tag that has a release',
    'a tag on another commit',
    'a tag that is a branch, too',
  ],
  'published release can’t be changed': ['files for published releases where those can’t be changed'],
  'tag belonged to a release that could not be changed (422)': ['a tag that may never be used again'],
  'somebody was faster: branch moved, pull request, file or Pages there already (409, 422)': [
    'of somebody else in between stay',
    'that can never be placed are tried again later',
    'of the same name with other bytes',
  ],
  'protected branches and rules (422)': ['a protected branch'],
  'limits of sizes, names and counts (413, 422)': ['a release beyond a limit', 'a file too large'],
  'secondary limits (403, 429); 5xx': [waits, 'a gateway that answers 502'],
};
