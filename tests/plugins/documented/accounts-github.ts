import { type Account, type Accounts, never } from './documented-refusals.ts';

const rights: Account = {
  row: 'token missing, expired, revoked (401); SSO; IP allow list; missing permission (403)',
};
const scope: Account = {
  row: 'scope `repo` or `gist` missing; no right to write; App suspended, lacks a permission, or is of another account',
};
const gone: Account = { row: 'repository gone or unseen (404), renamed (301), archived, disabled' };
const branch: Account = {
  row: 'branch, base or target not there (`main` against `master`), or a tag; no commit yet (409)',
};
const rules: Account = { row: 'protected branches and rules (422)' };
const limits: Account = { row: 'limits of sizes, names and counts (413, 422)' };
const taken: Account = { row: 'tag has a release; stands on another commit; is a branch, too' };
const faster: Account = {
  row: 'somebody was faster: branch moved, pull request, file or Pages there already (409, 422)',
};
const noDiscussion = never('no release names a category of discussions');
const ownObjects = never('names only objects that the same attempt has made or read');
const goneOrNotOurs = never('is looked up: gone already, or not for this account to delete, which it says');
const plain = 'Resource not found';
const spammed = '422 Validation failed, or the endpoint has been spammed.';

export const githubAccounts: Accounts = {
  file: 'github.json',
  prefix: '',
  operations: {
    'GET /user': { '401 Requires authentication': rights, '403 Forbidden': rights },
    'GET /gists': { '403 Forbidden': rights },
    'POST /gists': { '403 Forbidden': rights, [`404 ${plain}`]: scope, [spammed]: limits },
    'GET /gists/{gist_id}': {
      '403 Forbidden Gist': rights,
      [`404 ${plain}`]: never('is no refusal: the gist that was taken back is gone'),
    },
    'DELETE /gists/{gist_id}': { '403 Forbidden': rights, [`404 ${plain}`]: goneOrNotOurs },
    'GET /repos/{owner}/{repo}': { '403 Forbidden': rights, [`404 ${plain}`]: gone },
    'GET /repos/{owner}/{repo}/git/ref/{ref}': { [`404 ${plain}`]: branch, '409 Conflict': branch },
    'POST /repos/{owner}/{repo}/git/refs': { '409 Conflict': branch, [spammed]: faster },
    'PATCH /repos/{owner}/{repo}/git/refs/{ref}': { '409 Conflict': faster, [spammed]: rules },
    'POST /repos/{owner}/{repo}/git/blobs': {
      '403 Forbidden': rights,
      [`404 ${plain}`]: gone,
      '409 Conflict': branch,
      '422 Validation failed': limits,
    },
    'POST /repos/{owner}/{repo}/git/trees': {
      '403 Forbidden': rights,
      [`404 ${plain}`]: gone,
      '409 Conflict': branch,
      [spammed]: ownObjects,
    },
    'POST /repos/{owner}/{repo}/git/commits': {
      [`404 ${plain}`]: gone,
      '409 Conflict': branch,
      [spammed]: ownObjects,
    },
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': {
      [`404 ${plain}`]: ownObjects,
      '409 Conflict': branch,
    },
    'GET /repos/{owner}/{repo}/commits': {
      '400 Bad Request': never('times and pages are written by the client library'),
      [`404 ${plain}`]: branch,
      '409 Conflict': branch,
    },
    'GET /repos/{owner}/{repo}/pulls': {
      [spammed]: never('asks for the head that the hub itself has named'),
    },
    'POST /repos/{owner}/{repo}/pulls': { '403 Forbidden': rights, [spammed]: faster },
    'GET /repos/{owner}/{repo}/releases': { [`404 ${plain}`]: gone },
    'POST /repos/{owner}/{repo}/releases': {
      '404 Not Found if the discussion category name is invalid': noDiscussion,
      [spammed]: taken,
    },
    'GET /repos/{owner}/{repo}/releases/tags/{tag}': {
      [`404 ${plain}`]: never('is no refusal: the tag has no release yet'),
    },
    'PATCH /repos/{owner}/{repo}/releases/{release_id}': {
      '404 Not Found if the discussion category name is invalid': noDiscussion,
    },
    'GET /repos/{owner}/{repo}/releases/{release_id}/assets': {},
    'POST /repos/{owner}/{repo}/releases/{release_id}/assets': {
      '422 Response if you upload an asset with the same filename as another uploaded asset': faster,
    },
    'DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}': {
      [`404 ${plain}`]: never('is no refusal: the file to give way is gone'),
    },
    'GET /repos/{owner}/{repo}/pages': {
      [`404 ${plain}`]: { row: 'Pages of another branch, or off without the right to switch them on' },
    },
    'POST /repos/{owner}/{repo}/pages': { '409 Conflict': faster, [spammed]: branch },
    'POST /app/installations/{installation_id}/access_tokens': {
      '401 Requires authentication': rights,
      '403 Forbidden': scope,
      [`404 ${plain}`]: scope,
      [spammed]: never('asks for all that the installation may do, naming nothing'),
    },
  },
  undescribed: [
    'GET /app/installations/{installation_id}',
    'GET /repositories/{id}',
    'GET /repos/{owner}/{repo}/immutable-releases',
    'GET /repos/{owner}/{repo}/git/tags/{tag_sha}',
    'GET /repos/{owner}/{repo}/releases/{release_id}',
    'DELETE /repos/{owner}/{repo}/releases/{release_id}',
    'GET /repos/{owner}/{repo}/releases/assets/{asset_id}',
  ],
};
