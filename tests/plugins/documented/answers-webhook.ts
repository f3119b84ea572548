import { STATUS_CODES } from 'node:http';
import type { Fate } from '#contracts/publisher.ts';
import { webhook } from '#plugins/webhook/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { address, Receiver } from '../webhook/receiver.ts';
import type { Documented, DocumentedAnswer } from './answers.ts';
import { type Account, never } from './documented-refusals.ts';

const at = 'POST /in/{address}';
const webhooks = 'standard-webhooks/standard-webhooks spec/standard-webhooks.md';
const http = 'https://www.iana.org/assignments/http-status-codes';

type Meaning = [account: Account, fate: Fate['state'], reads: RegExp];
const open = never('is no refusal: it leaves open whether the message landed');
const redirect: Meaning = [{ row: 'redirect (3xx)' }, 'rejected', /enter the address it leads to/];
const secret: Meaning = [
  { row: 'secret that doesn’t fit (401, 403)' },
  'authorisation-lost',
  /Compare the signing secret on both sides/,
];
const wrongAddress: Account = { row: 'address that takes no message (404, 405, 421, 501), or no more (410)' };
const elsewhere: Meaning = [wrongAddress, 'rejected', /Enter a new address/];
const noPost: Meaning = [wrongAddress, 'rejected', /Enter the address that takes a POST/];
const other: Meaning = [{ row: 'any other refusal (4xx)' }, 'rejected', /Its own log says why/];
const unknown: Meaning = [open, 'unknown', /the receiver answered/];

/** All that HTTP has names for; what isn't here is `other`, `redirect` or `unknown`, by its first digit. */
const meanings: Readonly<Record<number, Meaning>> = {
  ...{ 401: secret, 403: secret, 404: elsewhere, 421: elsewhere, 405: noPost, 501: noPost },
  407: [{ row: 'proxy before the address (407)' }, 'authorisation-lost', /reached without one/],
  408: unknown,
  410: [wrongAddress, 'authorisation-lost', /wants no more messages. Enter a new address/],
  413: [{ row: 'files too large, or 8 MiB together' }, 'rejected', /Lower inlineBytesMax/],
  425: [never('is no refusal: it is sent once more'), 'not-sent', /answered 425/],
  429: [{ row: 'too many messages (429)' }, 'rate-limited', /answered 429/],
};

function rowOf([code, name]: [string, string | undefined]): DocumentedAnswer<Receiver> {
  const status = Number(code);
  const [account, fate, reads] =
    meanings[status] ?? (status < 400 ? redirect : status < 500 ? other : unknown);
  return {
    says: `${status} ${name}`,
    source: [301, 410, 429, 502, 503, 504].includes(status) ? webhooks : http,
    at,
    state: (receiver) => {
      receiver.answers = { status, body: `${name} /in/address-canary` };
    },
    ...{ account, fate, reads },
  };
}

export const webhookAnswers: Documented<Receiver> = {
  publisher: (await assembled(webhook)) as never,
  open: () => Receiver.open(true),
  credentials: { url: address, secret: 'signing-secret' },
  targets: [{ artifactUrl: 'https://files.example.org/{cid}' }],
  operations: [at],
  answers: Object.entries(STATUS_CODES)
    .filter(([status]) => Number(status) >= 300)
    .map(rowOf),
};
