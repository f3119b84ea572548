import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ArtifactReader, PublicationContent, Receipt, Step } from '#contracts/publisher.ts';
import { archiveOrg as archiveOrgPlugin } from '#plugins/archive-org/index.ts';
import { type ArchiveOrgOptions, archiveOrgOptions } from '#plugins/archive-org/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { rejection } from '../../support/rejection.ts';
import { artifactsOf, attemptAt, key, mediaOf } from '../compliance/attempt.ts';
import { FakeArchive, s3Error } from './fake-archive.ts';

const archiveOrg = await assembled(archiveOrgPlugin);

const bytes = new TextEncoder().encode('the report');
const media = [mediaOf(bytes, 'report.txt', 'text/plain')];
const settings = { key, createdAtMs: Date.UTC(2026, 10, 21, 23, 59) };
const identifier = `guildmesh-release-20261121-${key.slice(0, 10)}`;
const credentials = { accessKey: 'access', secretKey: 'secret' };
const options = itemOptions({});
let archive: FakeArchive;

beforeEach(async () => {
  archive = await FakeArchive.open();
});
afterEach(async () => {
  expect(archive.violations()).toEqual([]);
  await archive.close();
});

function itemOptions(changes: object): ArchiveOrgOptions {
  return archiveOrgOptions.parse({ kind: 'item', project: 'guildmesh', ...changes });
}

function content(changes: Partial<PublicationContent> = {}): PublicationContent {
  return { title: 'Release 1.2', body: 'It is **out**.', tags: [], media, ...changes };
}

function stepsOf(given = content(), by = options): readonly Step[] {
  const { steps, problems } = archiveOrg.render(given, by, settings);
  expect(problems).toEqual([]);
  return steps;
}

function attempt(
  init: { artifacts?: ArtifactReader; progress?: (sent: number, total: number) => void } = {},
) {
  const { artifacts = artifactsOf([bytes]), progress } = init;
  return attemptAt(archive, { credentials, artifacts, ...(progress && { context: { progress } }) });
}

async function run(steps: readonly Step[], init = {}): Promise<Record<string, Receipt>> {
  const receipts: Record<string, Receipt> = {};
  for (const step of steps) receipts[step.id] = await archiveOrg.execute(attempt(init), step, receipts);
  return receipts;
}

async function refusal(step = stepsOf()[0]!, init = {}) {
  return archiveOrg.classify(await rejection(archiveOrg.execute(attempt(init), step, {})));
}

describe('an item', () => {
  test('is named by project, kind, UTC day and key, and says whose it is', async () => {
    const receipts = await run(stepsOf(content({ tags: ['a b', 'c'], title: 'Größe' })));
    expect(archive.item(identifier)?.metadata).toMatchObject({
      title: 'Größe',
      subject: ['a b', 'c'],
      mediatype: 'texts',
      date: '2026-11-21',
      'publication-id': key,
      description: expect.stringContaining('<strong>out</strong>'),
    });
    expect(Object.values(receipts)[0]).toMatchObject({
      url: expect.stringMatching(`/ia/details/${identifier}$`),
    });
  });

  test('gets fields with underscores, and values that only look encoded, unchanged', async () => {
    await run(stepsOf(content(), itemOptions({ metadata: { my_field: 'x', note: 'uri(a%20b)' } })));
    expect(archive.item(identifier)?.metadata).toMatchObject({ my_field: 'x', note: 'uri(a%20b)' });
    const put = archive.server.requests.find(({ method }) => method === 'PUT');
    expect(put?.headers).toMatchObject({
      'x-archive-meta00-my--field': 'x',
      'x-archive-meta00-title': 'uri(Release%201.2)',
      'x-archive-size-hint': '10',
      'content-length': '10',
    });
  });

  test('keeps the text itself where there is no file', async () => {
    await run(stepsOf(content({ media: [] })));
    expect([...(archive.item(identifier)?.files.keys() ?? [])]).toEqual(['publication.md']);
  });

  test('gets a description too long for headers by the metadata API', async () => {
    const body = 'ö'.repeat(3_000);
    const steps = stepsOf(content({ body }));
    expect(steps.map(({ id }) => id)).toEqual(['file:report.txt', 'metadata']);
    await run(steps);
    expect(archive.item(identifier)?.metadata.description).toContain(body);
    expect(await archiveOrg.find(attempt(), steps[1]!, {})).toMatchObject({ state: 'found' });
  });

  test('that lasts gets its metadata changed by compare-and-set', async () => {
    const lasting = itemOptions({ identifier: 'our-builds' });
    archive.seed('our-builds', archive.account, { title: 'Old', mediatype: 'data' });
    await run(stepsOf(content(), lasting));
    expect(archive.item('our-builds')?.metadata).toMatchObject({ title: 'Release 1.2' });
    const form = archive.server.requests.find(({ method }) => method === 'POST')?.body.toString() ?? '';
    const patch = JSON.parse(new URLSearchParams(form).get('-patch') ?? '[]');
    expect(patch).toContainEqual({ op: 'test', path: '/title', value: 'Old' });
  });

  test('two files of one label and odd labels get names of their own', () => {
    const odd = [...media, ...media, mediaOf(bytes, '../..//etc/passwd', 'text/plain')];
    const names = stepsOf(content({ media: odd })).map(({ id }) => id);
    expect(names).toEqual(['file:report.txt', 'file:report-2.txt', 'file:passwd']);
  });
});

describe('an upload', () => {
  test('tells how far it is', async () => {
    const sound = new Uint8Array(1_000_000).fill(3);
    const [step] = stepsOf(content({ media: [mediaOf(sound, 'a.ogg', 'audio/ogg')] }));
    const seen: number[] = [];
    const progress = (sent: number, total: number) => {
      expect(total).toBe(1_000_000);
      seen.push(sent);
    };
    await archiveOrg.execute(attempt({ artifacts: artifactsOf([sound]), progress }), step!, {});
    expect(seen.at(-1)).toBe(1_000_000);
    expect(seen.length).toBeGreaterThan(10);
  });

  test('of what is there already sends nothing', async () => {
    const [step] = stepsOf();
    await run([step!]);
    const before = archive.server.requests.filter(({ method }) => method === 'PUT').length;
    await run([step!]);
    expect(archive.server.requests.filter(({ method }) => method === 'PUT')).toHaveLength(before);
  });

  test('follows a redirect within archive.org, sending the bytes again', async () => {
    archive.redirects.push(`${archive.server.url}/s3/${identifier}/report.txt`);
    await run(stepsOf());
    expect(archive.effects()).toHaveLength(1);
  });

  test.each(['https://archive.org.evil.example/x', 'http://evil.example/', 'nonsense://x'])(
    'takes its keys nowhere else: %s',
    async (location) => {
      archive.redirects.push(location);
      expect(await refusal()).toMatchObject({
        state: 'rejected',
        reason: expect.stringContaining('redirects'),
      });
    },
  );

  test('of bytes that changed is broken off', async () => {
    const [step] = stepsOf();
    let readings = 0;
    const artifacts: ArtifactReader = {
      ...artifactsOf([bytes]),
      async *open() {
        readings += 1;
        yield readings === 1 ? bytes : new TextEncoder().encode('not that 1');
      },
    };
    expect(await refusal(step, { artifacts })).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('bytes'),
    });
    expect(archive.effects()).toEqual([]);
  });

  test('waits while archive.org has too much to do, before it sends anything', async () => {
    for (const limit of [{ over_limit: 1, detail: 'rationing' }, '<html>busy</html>']) {
      archive.limit = limit;
      expect(await refusal()).toMatchObject({ state: 'rate-limited', retryAfterMs: 30_000 });
    }
    expect(archive.server.requests.some(({ method }) => method === 'PUT')).toBe(false);
  });
});

describe('a refusal', () => {
  test.each([
    ['SlowDown', s3Error(503, 'SlowDown'), 'rate-limited', /patience/],
    [
      'spam',
      s3Error(503, 'SlowDown', 'Your upload appears to be spam.'),
      'rejected',
      /spam.*info@archive.org/,
    ],
    ['another 503', s3Error(503, 'ServiceUnavailable'), 'unknown', /503/],
    ['bad digest', s3Error(400, 'BadDigest'), 'not-sent', /damaged/],
    ['unknown keys', s3Error(403, 'InvalidAccessKeyId'), 'authorisation-lost', /s3.php/],
    ['not ready', s3Error(404, 'NoSuchBucket'), 'not-sent', /ready/],
  ] as const)('%s', async (_, answer, state, reason) => {
    archive.refusals.push(answer);
    expect(await refusal()).toMatchObject({ state, reason: expect.stringMatching(reason) });
  });

  test('names the collection without rights', async () => {
    const [step] = stepsOf(content(), itemOptions({ collections: ['opensource_data'] }));
    expect(await refusal(step)).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('opensource_data'),
    });
  });

  test('names an identifier that somebody else has', async () => {
    archive.seed(identifier, 'LOW another:one', { title: 'Theirs', 'publication-id': 'ffff' });
    expect(await refusal()).toMatchObject({ state: 'rejected', reason: expect.stringContaining(identifier) });
    expect(await archiveOrg.find(attempt(), stepsOf()[0]!, {})).toEqual({ state: 'absent' });
    expect(archive.effects()).toEqual([]);
  });

  test('names one that another publication of the same account has', async () => {
    archive.seed(identifier, archive.account, { 'publication-id': 'ffff' });
    expect(await refusal()).toMatchObject({ state: 'rejected', reason: expect.stringContaining('taken') });
    expect(archive.effects()).toEqual([]);
  });

  test('also where the records did not show it yet', async () => {
    archive.seed(identifier, 'LOW another:one', {});
    const lasting = itemOptions({ identifier });
    expect(await refusal(stepsOf(content(), lasting)[0])).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('somebody else'),
    });
  });

  test('for metadata that changed in between asks for another attempt', async () => {
    archive.seed('our-builds', archive.account, { title: 'Old' });
    const step = stepsOf(content(), itemOptions({ identifier: 'our-builds' })).at(-1)!;
    archive.lagging = true;
    archive.item('our-builds')!.metadata.title = 'Somebody was faster';
    expect(await refusal(step)).toMatchObject({
      state: 'not-sent',
      reason: expect.stringContaining('in between'),
    });
  });
});

describe('confirmation', () => {
  const other = new TextEncoder().encode('another');
  const both = content({ media: [...media, mediaOf(other, 'b.txt', 'text/plain')] });

  test('comes when the records show every file, size and md5', async () => {
    archive.lagging = true;
    const steps = stepsOf(both);
    const receipts = await run(steps, { artifacts: artifactsOf([bytes, other]) });
    const last = steps.at(-1)!;
    const accepted = receipts[last.id]!;
    expect(accepted.data).toMatchObject({ stage: 'accepted' });
    expect(await archiveOrg.confirm!(attempt(), last, accepted)).toEqual({ state: 'pending' });
    archive.index();
    expect(await archiveOrg.confirm!(attempt(), last, accepted)).toMatchObject({
      state: 'confirmed',
      receipt: { data: { stage: 'confirmed' } },
    });
    // The first file counts too.
    archive.item(identifier)!.files.get('report.txt')!.md5 = 'damaged';
    archive.index();
    expect(await archiveOrg.confirm!(attempt(), last, accepted)).toEqual({ state: 'pending' });
  });

  test('fails when the item was taken down', async () => {
    const steps = stepsOf();
    const receipts = await run(steps);
    archive.item(identifier)!.dark = true;
    archive.index();
    expect(await archiveOrg.confirm!(attempt(), steps[0]!, receipts[steps[0]!.id]!)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('down'),
    });
  });
});
