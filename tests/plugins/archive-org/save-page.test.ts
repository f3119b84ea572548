import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Receipt } from '#contracts/publisher.ts';
import { archiveOrg as archiveOrgPlugin } from '#plugins/archive-org/index.ts';
import { archiveOrgOptions } from '#plugins/archive-org/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { rejection } from '../../support/rejection.ts';
import { attemptAt, key } from '../compliance/attempt.ts';
import { FakeArchive } from './fake-archive.ts';

const archiveOrg = await assembled(archiveOrgPlugin);

const page = 'https://example.org/news?a=1&b=ü';
const options = archiveOrgOptions.parse({ kind: 'save-page', ifNotArchivedWithin: '2h', captureAll: true });
const [step] = archiveOrg.render({ title: 'News', body: '', tags: [], link: page, media: [] }, options, {
  key,
  createdAtMs: 0,
}).steps;
let archive: FakeArchive;

beforeEach(async () => {
  archive = await FakeArchive.open();
});
afterEach(() => archive.close());

function attempt(firstAttemptAtMs = Date.now()) {
  const credentials = { accessKey: 'access', secretKey: 'secret' };
  return attemptAt(archive, { credentials, firstAttemptAtMs });
}

async function save(): Promise<{ receipt: Receipt; jobId: string }> {
  const receipt = await archiveOrg.execute(attempt(), step!, {});
  return { receipt, jobId: String(receipt.data?.jobId) };
}

async function refusedWith(status_ext: string, status = 200) {
  archive.refusals.push({ status, body: { status: 'error', status_ext, message: 'Sorry' } });
  return archiveOrg.classify(await rejection(archiveOrg.execute(attempt(), step!, {})));
}

test('the request says what to capture', async () => {
  await save();
  const form = archive.server.requests.find(({ method }) => method === 'POST')?.body.toString() ?? '';
  expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
    url: page,
    if_not_archived_within: '2h',
    skip_first_archive: '1',
    capture_all: '1',
  });
});

test('the job is followed until the capture is there', async () => {
  const { receipt, jobId } = await save();
  expect(await archiveOrg.confirm!(attempt(), step!, receipt)).toEqual({ state: 'pending' });
  archive.finish(jobId, { status: 'success', timestamp: '20261121120000', original_url: page });
  expect(await archiveOrg.confirm!(attempt(), step!, receipt)).toMatchObject({
    state: 'confirmed',
    receipt: { url: `${archive.addresses.webUrl}/web/20261121120000/${page}` },
  });
});

test('the same page within the hour is the same job', async () => {
  const first = await save();
  const second = await save();
  expect(second.jobId).toBe(first.jobId);
  expect(archive.captures).toHaveLength(1);
});

test('a forgotten job is looked for in the index', async () => {
  const { receipt, jobId } = await save();
  archive.jobs.delete(jobId);
  expect(await archiveOrg.confirm!(attempt(), step!, receipt)).toMatchObject({ state: 'confirmed' });
});

test('a job that failed says why, and whether trying again can help', async () => {
  const { receipt, jobId } = await save();
  archive.captures.length = 0;
  archive.finish(jobId, { status: 'error', status_ext: 'error:blocked-url', message: 'It is blocked' });
  expect(await archiveOrg.confirm!(attempt(), step!, receipt)).toEqual({
    state: 'failed',
    reason: 'the Wayback Machine says: It is blocked; choose another page',
  });
  archive.finish(jobId, { status: 'error', status_ext: 'error:soft-time-limit-exceeded' });
  expect(await archiveOrg.confirm!(attempt(), step!, receipt)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('may work later'),
  });
});

test.each(['blocked-url', 'no-access', 'invalid-url-syntax', 'invalid-host-resolution', 'not-found'])(
  '%s is final',
  async (code) => {
    expect(await refusedWith(`error:${code}`)).toMatchObject({
      state: 'rejected',
      reason: 'the Wayback Machine says: Sorry; choose another page',
    });
  },
);

test('what may pass is tried again, some of it only the next day', async () => {
  expect(await refusedWith('error:cannot-fetch')).toMatchObject({ state: 'not-sent' });
  expect(await refusedWith('error:user-session-limit')).toMatchObject({ state: 'rate-limited' });
  const fate = await refusedWith('error:too-many-daily-captures');
  const midnightMs = new Date().setUTCHours(24, 0, 0, 0);
  expect(fate).toMatchObject({ state: 'rate-limited', retryAtMs: midnightMs });
});

test('a capture made before the first attempt is not ours', async () => {
  await save();
  const inAnHour = Date.now() + 3_600_000;
  expect(await archiveOrg.find(attempt(inAnHour), step!, {})).toEqual({ state: 'absent' });
  expect(await archiveOrg.find(attempt(Date.now() - 60_000), step!, {})).toMatchObject({ state: 'found' });
});
