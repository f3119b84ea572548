import { huggingface } from '#plugins/huggingface/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { mediaOf } from '../compliance/attempt.ts';
import { type FakeHub, openFakeHub } from '../huggingface/fake-hub.ts';
import { type Documented, file, video } from './answers.ts';
import { never } from './documented-refusals.ts';

const client = (path: string) => `huggingface/huggingface_hub src/huggingface_hub/${path}`;
const docs = (page: string) => `huggingface/hub-docs docs/hub/${page}.md`;
const repo = 'north/archive';
const made = 'north/new';
const api = '/api/{kind}/{owner}/{name}';
const who = 'GET /api/whoami-v2';
const read = `GET ${api}`;
const refs = `GET ${api}/refs`;
const commits = `GET ${api}/commits/{rev}`;
const create = 'POST /api/repos/create';
const ask = `POST ${api}/preupload/{rev}`;
const commit = `POST ${api}/commit/{rev}`;
const batch = 'POST /datasets/{owner}/{name}/info/lfs/objects/batch';

const token = { row: 'token missing, malformed, expired, revoked (401)' };
const mayWrite = { row: 'token that may only read, or not there (403)' };
const gone = { row: 'repository gone or unseen (404)' };
const policy = { row: 'organisation’s rule for tokens (403), readers let in one by one (403 GatedRepo)' };
const later = { row: 'too many requests (429), out of storage (402)' };
const ready = { row: 'somebody commits or creates at the same moment (409, 412)' };
const limits = { row: 'paths, sizes, nothing to publish' };
const withCode = (status: number, code: string, error: string) => ({
  status,
  headers: { ...(code && { 'x-error-code': code }), 'x-error-message': error },
  body: { error },
});

export const huggingfaceAnswers: Documented<FakeHub> = {
  publisher: (await assembled(huggingface)) as never,
  open: () => openFakeHub([`datasets/${repo}`]),
  credentials: { token: 'hf_token' },
  targets: [{ repo }, { repo: made, create: true }],
  content: { media: [{ ...file, altText: 'A picture' }, mediaOf(video, 'film.mp4', 'video/mp4')] },
  operations: [
    ...[who, read, refs, commits, create, ask, commit],
    'POST /datasets/{owner}/{name}/info/lfs/objects/batch',
    'PUT /lfs/{oid}/{part}',
    'POST /lfs/{oid}',
  ],
  answers: [
    {
      says: '401 Invalid credentials in Authorization header',
      source: client('utils/_http.py'),
      at: who,
      answer: withCode(401, '', 'Invalid credentials in Authorization header'),
      account: token,
      // The look at whose token it is stands in verify alone.
      fate: 'done',
      verify: /expired or was revoked: a manager enters another with \/publish connect/,
    },
    {
      says: '401 Invalid credentials in Authorization header',
      source: client('utils/_http.py'),
      at: commit,
      answer: withCode(401, '', 'Invalid credentials in Authorization header'),
      account: token,
      fate: 'authorisation-lost',
      reads: /expired or was revoked: a manager enters another/,
    },
    {
      says: '401 Repository Not Found',
      source: client('utils/_http.py'),
      at: commits,
      answer: withCode(401, 'RepoNotFound', 'Repository Not Found'),
      account: gone,
      fate: 'rejected',
      reads: /not there, or this token may not see it: correct the target/,
    },
    {
      says: '404 Repository not found',
      source: docs('repositories-settings'),
      at: read,
      state: (hub) => hub.repositories.clear(),
      account: gone,
      fate: 'rejected',
      reads: /not there, or this token may not see it: correct the target/,
      verify: /let it create the repository|create/,
    },
    {
      says: '404 Invalid rev id: release',
      source: client('errors.py'),
      at: ask,
      answer: withCode(404, 'RevisionNotFound', 'Invalid rev id: release'),
      account: { row: 'branch not there, or a tag (404)' },
      fate: 'rejected',
      reads: /branch is not there: correct the target’s branch/,
    },
    {
      says: '404 Entry not found',
      source: client('errors.py'),
      at: commit,
      answer: withCode(404, 'EntryNotFound', 'Entry not found'),
      account: never('names no file that it reads: a commit brings its files along'),
      fate: 'rejected',
    },
    {
      says: '403 Access to datasets/north/archive is restricted and you are not in the authorized list.',
      source: client('errors.py'),
      at: read,
      state: (hub) => {
        hub.limits.isGated = true;
      },
      account: policy,
      fate: 'authorisation-lost',
      reads: /ask for access on its page, then resume the target/,
      verify: /ask for access on its page/,
    },
    {
      says: '403 Access to this resource is disabled.',
      source: client('utils/_http.py'),
      at: commit,
      answer: { status: 403, headers: { 'x-error-message': 'Access to this resource is disabled.' } },
      account: { row: 'repository renamed (307), disabled (403)' },
      fate: 'authorisation-lost',
      reads: /disabled\. Ask the support of Hugging Face/,
    },
    {
      says: '403 Due to the organization token policy, your token needs to be approved',
      source: docs('enterprise-tokens-management'),
      at: read,
      state: (hub) => {
        hub.limits.tokenPolicy = 'pending';
      },
      account: policy,
      fate: 'authorisation-lost',
      reads: /Let an owner of the organisation approve the token, then resume the target/,
      verify: /Let an owner of the organisation approve the token/,
    },
    {
      says: '403 Your token has been revoked by the organization administrator',
      source: docs('security-tokens'),
      at: read,
      state: (hub) => {
        hub.limits.tokenPolicy = 'revoked';
      },
      account: policy,
      fate: 'authorisation-lost',
      reads: /Ask an owner of the organisation, then a manager enters another/,
      verify: /Ask an owner of the organisation/,
    },
    {
      says: '403 The organization requires fine-grained tokens',
      source: docs('security-tokens'),
      at: read,
      state: (hub) => {
        hub.limits.tokenPolicy = 'fine-grained only';
      },
      account: policy,
      fate: 'authorisation-lost',
      reads: /an organisation may ask for a fine-grained one/,
      verify: /fine-grained/,
    },
    {
      says: '403 You have read access but not the required permissions',
      source: client('utils/_http.py'),
      at: ask,
      state: (hub) => {
        hub.who = { ...hub.who, accessToken: { role: 'read' } };
      },
      account: mayWrite,
      fate: 'authorisation-lost',
      reads: /Give the token the right to write there/,
      verify: /write/,
    },
    {
      says: '402 This kind of Space asks for a paid plan',
      source: client('hf_api.py'),
      at: create,
      options: { repo: made, create: true },
      state: (hub) => {
        hub.limits.mustPay = true;
      },
      account: later,
      fate: 'out-of-budget',
      reads: /change the plan at huggingface\.co\/settings\/billing; then resume the target/,
    },
    {
      says: '402 Private repository storage limit reached',
      source: docs('storage-limits'),
      at: commit,
      state: (hub) => {
        hub.limits.isStorageFull = true;
      },
      account: later,
      fate: 'out-of-budget',
      reads: /Free storage, or change the plan/,
    },
    {
      says: '409 Cannot create repo: another conflicting operation is in progress',
      source: client('hf_api.py'),
      at: create,
      options: { repo: made, create: true },
      state: (hub) => {
        hub.limits.isBusy = true;
      },
      account: ready,
      fate: 'not-sent',
      reads: /another conflicting operation is in progress/,
    },
    {
      says: '409 You already created this dataset repo',
      source: client('hf_api.py'),
      at: create,
      options: { repo, create: true },
      answer: withCode(409, '', 'You already created this dataset repo'),
      account: never('is no refusal: it is there, as it was meant to be'),
      fate: 'done',
    },
    {
      says: '412 A commit has happened since. Please refresh and try again.',
      source: client('hf_api.py'),
      at: commit,
      answer: withCode(412, '', 'A commit has happened since. Please refresh and try again.'),
      account: ready,
      fate: 'not-sent',
      reads: /moved 3 times while the commit was made/,
    },
    {
      says: '413 too many parameters',
      source: client('_commit_api.py'),
      at: ask,
      answer: { status: 413, body: 'too many parameters' },
      account: limits,
      fate: 'rejected',
      reads: /too many parameters\. It is too large: leave files out/,
    },
    {
      says: '400 Invalid metadata in README.md',
      source: client('errors.py'),
      at: commit,
      answer: withCode(400, '', 'Invalid metadata in README.md'),
      account: limits,
      fate: 'rejected',
      reads: /Invalid metadata in README\.md/,
    },
    {
      says: '429 You have reached your api rate limit.',
      source: docs('rate-limits'),
      at: who,
      state: (hub) => {
        hub.limits.requestsLeft = 0;
      },
      account: later,
      fate: 'rate-limited',
      reads: /reached your api rate limit/,
      verify: /reached your api rate limit/,
    },
    ...([500, 502, 503, 504] as const).map((status) => ({
      says: `${status} of the service or a gateway`,
      source: client('utils/_http.py'),
      at: commit,
      answer: { status, body: '<html>Gateway</html>' },
      account: never('is no refusal: an answer of unknown fate, and its title is looked for'),
      fate: 'unknown' as const,
    })),
    ...([500, 503] as const).map((status) => ({
      says: `${status} of the service or a gateway`,
      source: client('utils/_http.py'),
      at: batch,
      answer: { status, body: '<html>Gateway</html>' },
      account: never('is no refusal: uploads are repeated until the commit names them'),
      fate: 'unknown' as const,
    })),
  ],
};
