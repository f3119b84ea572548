/** What archive.org's answers mean for an attempt. */
import type { Fate } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { answerText, askedWaitMs, parsedJson, saidBy } from '../shared/answer.ts';
import type { FilePayload } from './payload.ts';
import type { JobStatus } from './records.ts';

/** The wait of archive.org's own client. */
const slowDownMs = 30_000;
const keysReason =
  'archive.org doesn’t accept these keys; make new ones at https://archive.org/account/s3.php';

/** Errors of a capture that a retry doesn't change. */
const permanentCodes = new Set([
  'blocked-url',
  'blocked-client-ip',
  'not-found',
  'no-access',
  'invalid-url-syntax',
  'invalid-host-resolution',
  'unauthorized',
  'method-not-allowed',
  'not-implemented',
  'http-version-not-supported',
  'network-authentication-required',
  'filesize-limit',
  'ftp-access-denied',
  'blocked',
  'bad-request',
  'too-many-redirects',
]);

/** A PUT that storage didn't accept. Errors are XML. */
export async function storageRefusal(response: Response, file: FilePayload, nowMs: number): Promise<Refused> {
  const body = await answerText(response);
  return new Refused(storageFate(response, errorIn(body), file, nowMs));
}

interface StorageError {
  code: string;
  words: string;
}

function storageFate(response: Response, error: StorageError, file: FilePayload, nowMs: number): Fate {
  const { code, words } = error;
  if (/appears to be spam/i.test(words)) {
    return {
      state: 'rejected',
      reason: 'archive.org takes the item for spam; write to info@archive.org, sending again doesn’t help',
    };
  }
  if (code === 'SlowDown' || response.status === 429) {
    return {
      state: 'rate-limited',
      reason: 'archive.org asks for patience',
      retryAfterMs: Math.max(slowDownMs, askedWaitMs(response, nowMs)),
    };
  }
  if (/^(InvalidAccessKeyId|SignatureDoesNotMatch|NotSignedUp)$/.test(code) || response.status === 401) {
    return { state: 'authorisation-lost', reason: keysReason };
  }
  if (response.status >= 500) {
    return { state: 'unknown', reason: `archive.org answered ${response.status}` };
  }
  // The bytes left here as announced, so they were damaged or held up on the way; none of them was kept.
  if (/^(BadDigest|InvalidDigest|IncompleteBody|RequestTimeout)$/.test(code))
    return { state: 'not-sent', reason: 'the bytes were damaged on the way' };
  // Made, but not visible everywhere yet.
  if (code === 'NoSuchBucket') return { state: 'not-sent', reason: 'the item isn’t ready yet' };
  return { state: 'rejected', reason: storageReason(response.status, error, file) };
}

function storageReason(status: number, { code, words }: StorageError, file: FilePayload): string {
  const { identifier, metadata } = file;
  if (code.startsWith('BucketAlready')) {
    return `the identifier ${identifier} belongs to somebody else; change the target’s project or item name`;
  }
  if (status === 403) {
    const collections = [metadata.collection ?? []].flat().join(', ');
    return collections === ''
      ? `these keys may not write to ${identifier}: it belongs to somebody else`
      : `these keys may not write to the collection ${collections}; take it out of the target’s options`;
  }
  const said =
    words === '' || words === code ? `archive.org answered ${status}` : `archive.org says: ${words}`;
  if (/^(InvalidBucketName|InvalidURI|KeyTooLong(Error)?)$/.test(code))
    return `${said}; change the target’s project and item name, or the name of the file ${file.name}`;
  if (/^(EntityTooLarge|MetadataTooLarge|RequestHeaderSectionTooLarge)$/.test(code) || status === 413)
    return `${said}; leave ${file.name} out, or shorten the description`;
  return said;
}

function errorIn(xml: string): StorageError {
  const field = (name: string) => new RegExp(`<${name}>([^<]{0,2000})</${name}>`, 'i').exec(xml)?.[1] ?? '';
  const words = [field('Message'), field('Resource')].filter((each) => each !== '').join(' ');
  return { code: field('Code').trim(), words: saidBy(words === '' ? xml : words) };
}

/** For `check_limit`: undefined when uploads are accepted. */
export function limitRefusal(body: string): Refused | undefined {
  const { over_limit: overLimit } = fieldsOf(parsedJson(body));
  if (Number(overLimit) === 0) return undefined;
  // Anything that isn't this JSON comes from a server that is overloaded.
  const reason =
    overLimit === undefined
      ? 'archive.org is overloaded'
      : 'archive.org has too many uploads waiting and asks for patience';
  return new Refused({ state: 'rate-limited', reason, retryAfterMs: slowDownMs });
}

/** For a change of metadata: undefined when it was accepted, or was there already. */
export async function metadataRefusal(response: Response, nowMs: number): Promise<Refused | undefined> {
  const text = await answerText(response);
  const answer = fieldsOf(parsedJson(text));
  const error = typeof answer.error === 'string' ? saidBy(answer.error) : '';
  if (answer.success === true || /no changes/i.test(error)) return undefined;
  return new Refused(metadataFate(response, error, nowMs));
}

function metadataFate(response: Response, error: string, nowMs: number): Fate {
  const { status } = response;
  if (status === 429 || /rate limit|too many/i.test(error)) {
    return {
      state: 'rate-limited',
      reason: 'archive.org asks for patience',
      retryAfterMs: Math.max(slowDownMs, askedWaitMs(response, nowMs)),
    };
  }
  if (status === 401) return { state: 'authorisation-lost', reason: keysReason };
  if (status >= 500) return { state: 'unknown', reason: `archive.org answered ${status}` };
  // Somebody else wrote in between; the next attempt reads the record again.
  if (/test operation|patch.*(fail|apply)/i.test(error)) {
    return { state: 'not-sent', reason: 'the item’s metadata changed in between' };
  }
  if (status === 404 || /not found|no such item|couldn't locate/i.test(error)) {
    return { state: 'not-sent', reason: 'the item isn’t ready yet' };
  }
  if (status === 403) {
    return {
      state: 'rejected',
      reason: `these keys may not change the item${error === '' ? '' : `: ${error}`}`,
    };
  }
  return {
    state: 'rejected',
    reason: error === '' ? `archive.org answered ${status} to the description` : `archive.org says: ${error}`,
  };
}

/** A request to save a page that returned no job. */
export function saveRefusal(response: Response, answer: JobStatus | undefined, nowMs: number): Refused {
  return new Refused(saveFate(response, answer, nowMs));
}

function saveFate(response: Response, answer: JobStatus | undefined, nowMs: number): Fate {
  const { status } = response;
  const code = codeOf(answer);
  if (code === 'too-many-daily-captures') {
    return {
      state: 'rate-limited',
      reason: 'this page was captured too often today',
      retryAtMs: nextDayMs(nowMs),
    };
  }
  if (status === 429 || code === 'user-session-limit' || code === 'too-many-requests') {
    return {
      state: 'rate-limited',
      reason: 'the Wayback Machine asks for patience',
      retryAfterMs: Math.max(60_000, askedWaitMs(response, nowMs)),
    };
  }
  if (status === 401 || status === 403) return { state: 'authorisation-lost', reason: keysReason };
  if (isPermanent(answer)) return { state: 'rejected', reason: `${reasonOf(answer)}; choose another page` };
  if (status >= 500 || answer === undefined) {
    return { state: 'unknown', reason: `the Wayback Machine answered ${status} without a job` };
  }
  return { state: 'not-sent', reason: reasonOf(answer) };
}

/** Whether an error of a capture is permanent. */
export function isPermanent(answer: JobStatus | undefined): boolean {
  return permanentCodes.has(codeOf(answer));
}

/** In words: “This URL is in the block list”. The code is for programs. */
export function reasonOf(answer: JobStatus | undefined): string {
  const words = saidBy([answer?.message ?? []].flat().join(' '));
  const code = codeOf(answer).replaceAll('-', ' ');
  return `the Wayback Machine ${words || code ? `says: ${words || code}` : 'gave no reason'}`;
}

/** Without its "error:". */
function codeOf(answer: JobStatus | undefined): string {
  return saidBy(answer?.status_ext ?? '', 60).replace(/^error:/, '');
}

/** A read request without an answer: it changed nothing. */
export function readRefusal(reason: string): Refused {
  return new Refused({ state: 'not-sent', reason });
}

function nextDayMs(nowMs: number): number {
  const dayMs = 24 * 3_600_000;
  return (Math.floor(nowMs / dayMs) + 1) * dayMs;
}
