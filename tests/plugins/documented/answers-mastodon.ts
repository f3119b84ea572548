import { mastodon } from '#plugins/mastodon/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { mediaOf } from '../compliance/attempt.ts';
import { FakeMastodon, instance } from '../mastodon/fake-mastodon.ts';
import { type Documented, type DocumentedAnswer, video } from './answers.ts';
import { never } from './documented-refusals.ts';

const docs = 'mastodon/documentation content/en';
const account = 'GET /api/v1/accounts/verify_credentials';
const own = 'GET /api/v1/accounts/{id}/statuses';
const media = 'POST /api/v2/media';
const processed = 'GET /api/v1/media/{id}';
const post = 'POST /api/v1/statuses';
const application = 'GET /api/v1/apps/verify_credentials';

const token = { row: 'token missing or revoked (401)' };
const login = { row: 'login disabled, pending, unconfirmed or without a second factor (403)' };
const rights = { row: 'what the account may not do there (403)' };
const content = { row: 'text and files that the server checks otherwise (422, 413)' };
const notMastodon = { row: 'no Mastodon at the address (404, 501)' };
const error = (status: number, words: string) => ({ status, body: { error: words } });

const tokenRows = ([account, own, media, processed, post] as const).map(
  (at): DocumentedAnswer<FakeMastodon> => ({
    says: '401 The access token is invalid',
    source: `${docs}/methods/statuses.md`,
    at,
    answer: error(401, 'The access token is invalid'),
    account: token,
    fate: 'authorisation-lost',
    reads: /access token is invalid; make a new access token .* connect the target again/,
  }),
);
const loginRows = [
  'Your login is currently disabled',
  'Your login is missing a confirmed e-mail address',
  'Your login is currently pending approval',
].map(
  (words): DocumentedAnswer<FakeMastodon> => ({
    says: `403 ${words}`,
    source: `${docs}/methods/accounts.md#verify_credentials`,
    at: account,
    state: (fake) => {
      fake.loginRefusal = words;
    },
    account: login,
    fate: 'authorisation-lost',
    reads: /log in on the server to see why/,
    verify: /log in on the server to see why/,
  }),
);

export const mastodonAnswers: Documented<FakeMastodon> = {
  publisher: (await assembled(mastodon)) as never,
  open: () => FakeMastodon.open(),
  credentials: { accessToken: 'access-token' },
  targets: [{ instance }],
  content: { media: [mediaOf(video, 'film.mp4', 'video/mp4')] },
  operations: [account, application, 'GET /api/v2/instance', own, media, processed, post],
  answers: [
    ...tokenRows,
    ...loginRows,
    {
      says: '422 This method requires an authenticated user',
      source: `${docs}/methods/accounts.md#verify_credentials`,
      at: account,
      state: (fake) => {
        fake.isApplicationOnly = true;
      },
      account: token,
      fate: 'authorisation-lost',
      reads: /requires an authenticated user; make a new access token/,
      verify: /make a new access token/,
    },
    {
      says: '401 This API requires an authenticated user',
      source: `${docs}/methods/accounts.md#statuses`,
      at: own,
      answer: error(401, 'This API requires an authenticated user'),
      account: token,
      fate: 'authorisation-lost',
      reads: /make a new access token/,
    },
    {
      says: '401 The access token is invalid',
      source: `${docs}/methods/apps.md#verify_credentials`,
      at: application,
      answer: error(401, 'The access token is invalid'),
      account: never('follows an answer that named the account: what the application may do stays unknown'),
      fate: 'done',
    },
    {
      says: '404 Record not found',
      source: `${docs}/methods/accounts.md#statuses`,
      at: own,
      answer: error(404, 'Record not found'),
      account: never('asks for the account that the server has just named'),
      fate: 'rejected',
      reads: /Record not found/,
    },
    {
      says: '410 Gone',
      source: `${docs}/methods/accounts.md#statuses`,
      at: own,
      answer: { status: 410 },
      account: { row: 'account suspended or moved (403, to Mastodon a disabled login)' },
      fate: 'authorisation-lost',
      reads: /log in on the server to see why/,
    },
    {
      says: '422 Validation failed: File content type is invalid, File is invalid',
      source: `${docs}/methods/media.md#v2`,
      at: media,
      state: (fake) => {
        fake.mediaRefused = 'at once';
      },
      account: content,
      fate: 'rejected',
      reads: /says: Validation failed: File content type is invalid/,
    },
    {
      says: '500 Error processing thumbnail for uploaded media',
      source: `${docs}/methods/media.md#v2`,
      at: media,
      answer: error(500, 'Error processing thumbnail for uploaded media'),
      account: never('is no refusal: an answer of unknown fate, and the upload is repeated'),
      fate: 'unknown',
      reads: /Error processing thumbnail/,
    },
    {
      says: '404 Record not found',
      source: `${docs}/methods/media.md#get`,
      at: processed,
      state: (fake) => {
        fake.mediaRefused = 'dropped';
      },
      account: content,
      fate: 'rejected',
      reads: /Record not found; what was uploaded is gone there: publish it again/,
    },
    {
      says: '422 Validation failed: File content type is invalid, File is invalid',
      source: `${docs}/methods/media.md#get`,
      at: processed,
      state: (fake) => {
        fake.mediaRefused = 'while processing';
      },
      account: content,
      fate: 'rejected',
      reads: /File content type is invalid/,
    },
    {
      says: '422 Validation failed: Text can’t be blank'.replace('’', "'"),
      source: `${docs}/methods/statuses.md#create`,
      at: post,
      answer: error(422, "Validation failed: Text can't be blank"),
      account: { row: 'nothing to post, files of other kinds, too many or too large' },
      fate: 'rejected',
      reads: /Text can't be blank/,
    },
    {
      says: '400 param is missing or the value is empty: status',
      source: `${docs}/entities/Error.md#parameter-missing`,
      at: post,
      answer: error(400, 'param is missing or the value is empty: status'),
      account: never('is about a part of requests that the hub itself writes'),
      fate: 'rejected',
    },
    {
      says: '403 This action is not allowed',
      source: `${docs}/entities/Error.md#not-permitted`,
      at: post,
      answer: error(403, 'This action is not allowed'),
      account: rights,
      fate: 'authorisation-lost',
      reads: /ask the server’s moderators what the account may do/,
    },
    {
      says: '403 This action is outside the authorized scopes',
      source: `${docs}/api/oauth-scopes.md`,
      at: post,
      state: (fake) => {
        fake.scopes = ['read', 'write:media'];
      },
      account: { row: 'scope missing (403)' },
      fate: 'authorisation-lost',
      reads: /outside the authorized scopes; make a new access token with write:statuses/,
      verify: /lacks write:statuses/,
    },
    {
      says: '429 Too many requests',
      source: `${docs}/methods/accounts.md#create`,
      at: media,
      state: (fake) => {
        fake.uploadsLeft = 0;
      },
      account: { row: 'too many requests (429)' },
      fate: 'rate-limited',
      reads: /Too many requests/,
    },
    {
      says: '503 Service Unavailable',
      source: `${docs}/methods/statuses.md#translate`,
      at: post,
      answer: error(503, 'Service Unavailable'),
      account: never('is no refusal: an answer of unknown fate, which its key makes harmless to repeat'),
      fate: 'unknown',
    },
    {
      says: '413 Payload Too Large',
      source: 'mastodon/mastodon dist/nginx.conf',
      at: media,
      answer: { status: 413, body: '<html><title>413 Request Entity Too Large</title></html>' },
      account: content,
      fate: 'rejected',
      reads: /answered 413; send a smaller file/,
    },
    {
      says: '404 Not Found',
      source: `${docs}/entities/Error.md#404`,
      at: account,
      answer: { status: 404, body: '<html>Not here</html>' },
      account: notMastodon,
      fate: 'rejected',
      reads: /answered 404; correct the target’s instance address/,
      verify: /correct the target’s instance address/,
    },
  ],
};
