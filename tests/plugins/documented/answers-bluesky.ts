import { bluesky } from '#plugins/bluesky/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { FakePds, service } from '../bluesky/fake-pds.ts';
import { type Documented, type DocumentedAnswer, file } from './answers.ts';
import { type Account, never } from './documented-refusals.ts';

const lexicon = (name: string) => `bluesky-social/atproto lexicons/com/atproto/${name}.json`;
const pds = (path: string) => `bluesky-social/atproto packages/pds/src/${path}.ts`;
const xrpc = 'bluesky-social/atproto packages/xrpc/src/types.ts';
const at = (method: 'GET' | 'POST', name: string) => `${method} /xrpc/com.atproto.${name}`;
const signIn = at('POST', 'server.createSession');
const session = at('GET', 'server.getSession');
const handle = at('GET', 'identity.resolveHandle');
const record = at('GET', 'repo.getRecord');
const upload = at('POST', 'repo.uploadBlob');
const put = at('POST', 'repo.putRecord');

const gone: Account = { row: 'account taken down, suspended, deactivated' };
const wrong: Account = { row: 'handle or app password wrong or missing (401, AuthMissing)' };
const elsewhere: Account = { row: 'account or protocol not there (AccountNotFound, 404, 501)' };
const blobs: Account = { row: 'BlobTooLarge, InvalidMimeType, InvalidRecord, “Could not find blob”' };
const ended: Account = { row: 'token ended (ExpiredToken, InvalidToken)' };
const says = (status: number, name: string, message = name) => ({
  status,
  body: { error: name, message },
});

/** The statuses that the protocol gives names of its own; 401, 403 and 429 have rows of theirs. */
const byProtocol: readonly [number, string, Account, DocumentedAnswer<FakePds>['fate'], RegExp][] = [
  [400, 'InvalidRequest', never('is about requests that the hub itself writes'), 'rejected', /says: /],
  [404, 'XRPCNotSupported', elsewhere, 'rejected', /correct the target’s service/],
  [406, 'NotAcceptable', never('asks for no kind of answer that the protocol lacks'), 'rejected', /says: /],
  [413, 'PayloadTooLarge', blobs, 'rejected', /choose a smaller picture/],
  [415, 'UnsupportedMediaType', blobs, 'rejected', /choose a picture of another kind/],
  [500, 'InternalServerError', never('is no refusal: an answer of unknown fate'), 'unknown', /says: /],
  [501, 'MethodNotImplemented', elsewhere, 'rejected', /correct the target’s service/],
  [502, 'UpstreamFailure', never('is no refusal: an answer of unknown fate'), 'unknown', /says: /],
  [503, 'NotEnoughResources', never('is no refusal: an answer of unknown fate'), 'unknown', /says: /],
  [504, 'UpstreamTimeout', never('is no refusal: an answer of unknown fate'), 'unknown', /says: /],
];

export const blueskyAnswers: Documented<FakePds> = {
  publisher: (await assembled(bluesky)) as never,
  open: () => FakePds.open(),
  credentials: { identifier: 'harbour.example', appPassword: 'app-password' },
  targets: [{ service }],
  content: { body: 'It is done, @jane.example.', media: [{ ...file, altText: 'A picture' }] },
  operations: [signIn, session, handle, record, upload, put],
  answers: [
    ...byProtocol.map(
      ([status, name, account, fate, reads]): DocumentedAnswer<FakePds> => ({
        says: `${status} ${name}`,
        source: xrpc,
        at: upload,
        answer: says(status, name, 'The server’s own words'),
        ...{ account, fate, reads },
      }),
    ),
    {
      says: '401 AuthenticationRequired',
      source: pds('api/com/atproto/server/createSession'),
      at: signIn,
      state: (fake) => {
        fake.appPassword = 'another';
      },
      account: wrong,
      fate: 'authorisation-lost',
      reads: /Invalid identifier or password; make a new app password/,
      verify: /make a new app password/,
    },
    {
      says: '401 AccountTakedown',
      source: lexicon('server/createSession'),
      at: signIn,
      state: (fake) => {
        fake.isTakenDown = true;
      },
      account: gone,
      fate: 'authorisation-lost',
      reads: /taken down; the account can’t post now: log in to Bluesky/,
      verify: /taken down/,
    },
    {
      says: '401 AuthFactorTokenRequired',
      source: lexicon('server/createSession'),
      at: signIn,
      state: (fake) => {
        fake.asksSecondFactor = true;
      },
      account: { row: 'the account’s own password, with a second factor (AuthFactorTokenRequired)' },
      fate: 'authorisation-lost',
      reads: /use an app password/,
      verify: /use an app password/,
    },
    {
      says: '429 RateLimitExceeded',
      source: xrpc,
      at: signIn,
      state: (fake) => {
        fake.signInsLeft = 0;
      },
      account: { row: 'too many requests (429)' },
      fate: 'rate-limited',
      reads: /Rate Limit Exceeded/,
      verify: /Rate Limit Exceeded/,
    },
    {
      says: '401 AuthMissing',
      source: pds('auth-verifier'),
      at: upload,
      answer: says(401, 'AuthMissing', 'Authentication Required'),
      account: wrong,
      fate: 'authorisation-lost',
      reads: /make a new app password/,
    },
    {
      says: '401 AccountDeactivated',
      source: pds('auth-verifier'),
      at: upload,
      state: (fake) => {
        fake.active = false;
      },
      account: gone,
      fate: 'authorisation-lost',
      reads: /deactivated; the account can’t post now/,
      verify: /deactivated/,
    },
    {
      says: '403 AccountNotFound',
      source: pds('auth-verifier'),
      at: upload,
      state: (fake) => {
        fake.hasMoved = true;
      },
      account: elsewhere,
      fate: 'authorisation-lost',
      reads: /Account not found; the account lives elsewhere: correct the target’s service/,
      verify: /correct the target’s service/,
    },
    ...(
      [
        ['ExpiredToken', 'Token has expired'],
        ['InvalidToken', 'Malformed token'],
      ] as const
    ).map(
      ([name, message]): DocumentedAnswer<FakePds> => ({
        says: `400 ${name}`,
        source: lexicon('server/refreshSession'),
        at: put,
        answer: says(400, name, message),
        account: ended,
        // It is renewed, and refused all the same.
        fate: 'authorisation-lost',
        reads: /make a new app password/,
      }),
    ),
    {
      says: '400 RecordNotFound',
      source: lexicon('repo/getRecord'),
      at: record,
      state: () => undefined,
      account: never('is no refusal: nothing has the key yet'),
      fate: 'done',
    },
    {
      says: '400 HandleNotFound',
      source: lexicon('identity/resolveHandle'),
      at: handle,
      state: (fake) => fake.handles.clear(),
      account: never('is no refusal: the name stays text'),
      fate: 'done',
    },
    {
      says: '400 InvalidSwap',
      source: lexicon('repo/putRecord'),
      at: put,
      answer: says(400, 'InvalidSwap', 'Record was at another CID'),
      account: { row: 'the post is there (InvalidSwap)' },
      // And isn't shown.
      fate: 'unknown',
      reads: /says that there is such a record/,
    },
    {
      says: '400 BlobNotFound',
      source: pds('actor-store/blob/transactor'),
      at: put,
      state: (fake) => {
        fake.forgetsBlobs = true;
      },
      account: blobs,
      fate: 'rejected',
      reads: /Could not find blob.*; publish it again, which uploads the pictures anew/,
    },
    {
      says: '400 InvalidMimeType',
      source: pds('actor-store/blob/transactor'),
      at: put,
      answer: says(400, 'InvalidMimeType', 'Referenced Mimetype does not match stored blob'),
      account: blobs,
      fate: 'rejected',
      reads: /choose a picture of another kind/,
    },
    {
      says: '400 InvalidSize',
      source: pds('actor-store/blob/transactor'),
      at: put,
      answer: says(400, 'InvalidSize', 'Referenced Size does not match stored blob'),
      account: blobs,
      fate: 'rejected',
      reads: /publish it again/,
    },
    {
      says: '400 Blob has been takendown, cannot re-upload',
      source: pds('actor-store/blob/transactor'),
      at: upload,
      answer: says(400, 'InvalidRequest', 'Blob has been takendown, cannot re-upload'),
      account: blobs,
      fate: 'rejected',
      reads: /cannot re-upload/,
    },
  ],
};
