import { archiveOrg } from '#plugins/archive-org/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { FakeArchive, s3Error } from '../archive-org/fake-archive.ts';
import type { Documented, DocumentedAnswer } from './answers.ts';
import { type Account, never } from './documented-refusals.ts';

const storage = 'https://archive.org/developers/ias3.html';
/** The list that storage says it follows. */
const amazon = 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';
const client = 'jjjake/internetarchive internetarchive/item.py';
const pages = 'ramazansancar/spn2 README.MD';
const record = 'https://archive.org/developers/md-write.html';

const put = 'PUT /s3/{identifier}/{name}';
const limit = 'GET /s3/';
const item = 'GET /ia/metadata/{identifier}';
const change = 'POST /ia/metadata/{identifier}';
const save = 'POST /web/save';
const job = 'GET /web/save/status/{job}';
const quota = 'GET /web/save/status/user';
const captures = 'GET /web/cdx/search/cdx';

const keys: Account = { row: 'keys missing or unknown (401)' };
const others: Account = { row: 'item of somebody else (403, 409)' };
const patience: Account = { row: 'patience asked for (503 `SlowDown`, 429)' };
const used: Account = { row: 'captures of the day used up, by this page or the account' };
const noPage: Account = { row: 'page that can’t be captured' };
const names: Account = { row: 'identifier, name or description that storage doesn’t take (400)' };
const spam: Account = { row: 'item taken for spam (503)' };
const again = never('is no refusal: it is sent once more');
const open = never('is no refusal: an answer of unknown fate, and the record is looked at');
const page = { kind: 'save-page' };
const lasting = { kind: 'item', project: 'north', identifier: 'north-lasting' };

type Row = DocumentedAnswer<FakeArchive>;
const byStorage = (
  status: number,
  code: string,
  [account, fate, reads]: [Account, Row['fate'], RegExp],
): Row => ({
  says: `${status} ${code}`,
  source: amazon,
  at: put,
  answer: s3Error(status, code, 'In the words of the service'),
  ...{ account, fate, reads },
});

/** Whether a capture can be had later: the codes of the list, each once. */
const final = [
  ...['blocked', 'blocked-client-ip', 'blocked-url', 'bad-request', 'filesize-limit', 'ftp-access-denied'],
  ...['http-version-not-supported', 'invalid-host-resolution', 'invalid-url-syntax', 'method-not-allowed'],
  ...['network-authentication-required', 'no-access', 'not-found', 'not-implemented', 'too-many-redirects'],
  'unauthorized',
];
const passing = [
  ...[
    'bad-gateway',
    'bandwidth-limit-exceeded',
    'browsing-timeout',
    'cannot-fetch',
    'capture-location-error',
  ],
  ...['celery', 'gateway-timeout', 'internal-server-error', 'invalid-server-response', 'job-failed'],
  ...['no-browsers-available', 'protocol-error', 'proxy-error', 'read-timeout', 'service-unavailable'],
  'soft-time-limit-exceeded',
];
const waiting: readonly [string, Account][] = [
  ['too-many-daily-captures', used],
  ['too-many-requests', patience],
  ['user-session-limit', patience],
];
const byPage = (code: string, account: Account, fate: Row['fate'], reads: RegExp): Row => ({
  says: `200 error:${code}`,
  source: pages,
  at: save,
  options: page,
  state: (archive) => {
    archive.captureRefusal = { code, message: 'In the words of the service' };
  },
  ...{ account, fate, reads },
});

export const archiveAnswers: Documented<FakeArchive> = {
  publisher: (await assembled(archiveOrg)) as never,
  open: async () => {
    const archive = await FakeArchive.open();
    archive.seed('north-lasting', archive.account, { identifier: 'north-lasting', title: 'Before' });
    return archive;
  },
  credentials: { accessKey: 'access', secretKey: 'secret' },
  targets: [{ kind: 'item', project: 'north' }, lasting, page],
  content: { link: 'https://example.org/news' },
  operations: [put, limit, item, change, save, job, quota, captures],
  answers: [
    ...final.map((code) =>
      byPage(code, noPage, 'rejected', /In the words of the service; choose another page/),
    ),
    ...passing.map((code) => byPage(code, again, 'not-sent', /In the words of the service/)),
    ...waiting.map(([code, account]) => byPage(code, account, 'rate-limited', /patience|too often today/)),
    {
      says: '401 You need to be logged in',
      source: 'https://archive.org/developers/tutorial-get-snapshot-wayback.html',
      at: save,
      options: page,
      answer: { status: 401, body: { message: 'You need to be logged in to use Save Page Now.' } },
      account: keys,
      fate: 'authorisation-lost',
      reads: /make new ones at https:\/\/archive\.org\/account\/s3\.php/,
    },
    {
      says: '200 error:blocked-url',
      source: pages,
      at: job,
      options: page,
      answer: {
        status: 200,
        body: { status: 'error', status_ext: 'error:blocked-url', message: 'It is blocked' },
      },
      account: noPage,
      // The index of captures decides, and shows one that was made all the same.
      fate: 'done',
    },
    {
      says: '503 SlowDown',
      source: storage,
      at: put,
      state: (archive) => {
        archive.isOverloaded = true;
      },
      account: patience,
      fate: 'rate-limited',
      reads: /asks for patience/,
    },
    {
      says: '503 Your upload of faults from username ada appears to be spam',
      source: client,
      at: put,
      state: (archive) => {
        archive.isSpam = true;
      },
      account: spam,
      fate: 'rejected',
      reads: /for spam; write to info@archive\.org/,
    },
    {
      says: '200 over_limit',
      source: 'jjjake/internetarchive internetarchive/session.py',
      at: limit,
      state: (archive) => {
        archive.limit = { over_limit: 1, detail: {} };
      },
      account: patience,
      fate: 'rate-limited',
      reads: /too many uploads waiting and asks for patience/,
    },
    byStorage(403, 'AccessDenied', [others, 'rejected', /may not write to .*: it belongs to somebody else/]),
    byStorage(403, 'InvalidAccessKeyId', [keys, 'authorisation-lost', /make new ones at/]),
    byStorage(403, 'SignatureDoesNotMatch', [keys, 'authorisation-lost', /make new ones at/]),
    byStorage(403, 'NotSignedUp', [keys, 'authorisation-lost', /make new ones at/]),
    byStorage(409, 'BucketAlreadyExists', [others, 'rejected', /change the target’s project or item name/]),
    byStorage(409, 'BucketAlreadyOwnedByYou', [
      others,
      'rejected',
      /change the target’s project or item name/,
    ]),
    byStorage(404, 'NoSuchBucket', [again, 'not-sent', /isn’t ready yet/]),
    byStorage(400, 'BadDigest', [again, 'not-sent', /damaged on the way/]),
    byStorage(400, 'InvalidDigest', [again, 'not-sent', /damaged on the way/]),
    byStorage(400, 'IncompleteBody', [again, 'not-sent', /damaged on the way/]),
    byStorage(400, 'RequestTimeout', [again, 'not-sent', /damaged on the way/]),
    byStorage(400, 'InvalidBucketName', [names, 'rejected', /change the target’s project and item name/]),
    byStorage(400, 'InvalidURI', [names, 'rejected', /or the name of the file/]),
    byStorage(400, 'KeyTooLongError', [names, 'rejected', /or the name of the file/]),
    byStorage(400, 'EntityTooLarge', [names, 'rejected', /leave .* out, or shorten the description/]),
    byStorage(400, 'MetadataTooLarge', [names, 'rejected', /shorten the description/]),
    byStorage(400, 'RequestHeaderSectionTooLarge', [names, 'rejected', /shorten the description/]),
    byStorage(400, 'InvalidRequest', [names, 'rejected', /archive\.org says: In the words/]),
    byStorage(411, 'MissingContentLength', [
      never('is about a header that every upload of the hub has'),
      'rejected',
      /archive\.org says/,
    ]),
    byStorage(405, 'MethodNotAllowed', [
      never('sends nothing but PUT there, which storage is for'),
      'rejected',
      /archive\.org says/,
    ]),
    byStorage(500, 'InternalError', [open, 'unknown', /answered 500/]),
    byStorage(501, 'NotImplemented', [open, 'unknown', /answered 501/]),
    byStorage(503, 'ServiceUnavailable', [open, 'unknown', /answered 503/]),
    ...([502, 504] as const).map(
      (status): Row => ({
        says: `${status} of a gateway`,
        source: 'jjjake/internetarchive internetarchive/session.py',
        at: put,
        answer: { status, body: '<html>Gateway</html>' },
        account: open,
        fate: 'unknown',
        reads: /answered 50/,
      }),
    ),
    {
      says: '429 Too Many Requests',
      source: 'jjjake/internetarchive internetarchive/session.py',
      at: put,
      answer: { status: 429 },
      account: patience,
      fate: 'rate-limited',
      reads: /asks for patience/,
    },
    {
      says: '200 is_dark',
      source: 'https://archive.org/developers/md-read.html',
      at: item,
      options: lasting,
      state: (archive) => {
        const there = archive.item('north-lasting');
        if (there) there.dark = true;
        archive.index();
      },
      account: { row: 'item taken down' },
      fate: 'rejected',
      reads: /has taken north-lasting down/,
      verify: /taken .*down/,
    },
    ...(
      [
        [401, 'bad keys', keys, 'authorisation-lost', /make new ones at/],
        [403, 'no privileges', others, 'rejected', /may not change the item: no privileges/],
        [400, 'the test operation failed', again, 'not-sent', /changed in between/],
        [404, 'couldn’t find it: not found', again, 'not-sent', /isn’t ready yet/],
        [429, 'rate limit', patience, 'rate-limited', /asks for patience/],
        [400, 'the value is refused', names, 'rejected', /archive\.org says: the value is refused/],
        [500, 'oops', open, 'unknown', /answered 500/],
      ] as const
    ).map(
      ([status, error, account, fate, reads]): Row => ({
        says: `${status} ${error}`,
        source: record,
        at: change,
        options: lasting,
        answer: { status, body: { success: false, error } },
        ...{ account, fate, reads },
      }),
    ),
    {
      says: '400 no changes to _meta.xml',
      source: client,
      at: change,
      options: lasting,
      answer: { status: 400, body: { success: false, error: 'no changes to _meta.xml' } },
      account: never('is no refusal: it stands there as it is to stand'),
      fate: 'done',
    },
  ],
};
