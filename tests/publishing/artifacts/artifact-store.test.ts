import { randomBytes } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ArtifactInfo } from '#contracts/artifacts.ts';
import { putsMax, putsPerGuildMax, stallMs } from '#publishing/artifacts/artifact-store.ts';
import { describeEngines } from '../../support/engines.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rejection } from '../../support/rejection.ts';
import { bytesOf, collected, never, sha256, startArtifacts } from './support.ts';

const draft = { label: 'report.txt', guildId: '1', source: 'command' };

describeEngines('the artifact store', (on) => {
  test('what was put can be listed, read whole, and read from an offset', async () => {
    const { store, folder, temporary } = await startArtifacts(await on.place());
    const bytes = randomBytes(700_000);
    const kept = await store.put(draft, bytesOf(bytes.subarray(0, 5), bytes.subarray(5)), never);
    expect(kept).toMatchObject({
      cid: sha256(bytes),
      sizeBytes: 700_000,
      mediaType: 'application/octet-stream',
      label: 'report.txt',
      guildId: '1',
      isNew: true,
    });
    expect(await store.list({ guildId: '1', limit: 10 })).toMatchObject([
      { cid: kept.cid, sizeBytes: 700_000 },
    ]);
    expect(await store.get(kept.cid)).toMatchObject({ label: 'report.txt' });
    expect(await collected(store.open(kept.cid))).toEqual(bytes);
    expect(await collected(store.open(kept.cid, 300_001))).toEqual(bytes.subarray(300_001));
    expect(await collected(store.open(kept.cid, 700_000))).toHaveLength(0);
    expect(Buffer.from(await store.read(kept.cid, 700_000))).toEqual(bytes);
    expect(await rejection(store.read(kept.cid, 699_999))).toMatchObject({ code: 'ARTIFACT_TOO_LARGE' });
    expect(temporary()).toEqual([]);
    const { mode } = statSync(join(folder, kept.cid.slice(0, 2), kept.cid.slice(2)));
    expect(mode & 0o777).toBe(0o600);
  });

  test('one guild’s slow uploads keep no other guild’s out', async () => {
    const { store } = await startArtifacts(await on.place());
    const cancel = new AbortController();
    const isOver = new Promise<void>((resolve) => cancel.signal.addEventListener('abort', () => resolve()));
    async function* slow() {
      yield Uint8Array.of(1);
      await isOver;
    }
    const puts = Array.from({ length: putsMax }, () => rejection(store.put(draft, slow(), cancel.signal)));
    const refused = await Promise.all(puts.slice(putsPerGuildMax));
    expect(new Set(refused.map((error) => (error as { code?: string }).code))).toEqual(
      new Set(['ARTIFACT_BUSY']),
    );
    await store.put({ ...draft, guildId: '2' }, bytesOf('other'), never);
    cancel.abort(new Error('enough'));
    await Promise.all(puts);
  });

  test('the same bytes are on the disk once; each guild has its own label and sees only its own', async () => {
    const { store, kept } = await startArtifacts(await on.place());
    const arrivals: ArtifactInfo[] = [];
    store.onArrival((artifact) => arrivals.push(artifact));
    const first = await store.put(draft, bytesOf('same'), never);
    const second = await store.put({ ...draft, guildId: '2', label: 'other' }, bytesOf('same'), never);
    const again = await store.put({ ...draft, label: 'renamed' }, bytesOf('same'), never);
    expect([first.isNew, second.isNew, again.isNew]).toEqual([true, true, false]);
    expect(kept()).toEqual([first.cid]);
    expect(await store.get(first.cid, '1')).toMatchObject({ label: 'renamed' });
    expect(await store.get(first.cid, '2')).toMatchObject({ label: 'other' });
    expect(await store.get(first.cid, '3')).toBeUndefined();
    expect(await store.list({ guildId: '3', limit: 10 })).toEqual([]);
    expect(arrivals.map(({ guildId }) => guildId)).toEqual(['1', '2']);
  });

  test('what the hub put for itself is there for each of its guilds', async () => {
    const { store } = await startArtifacts(await on.place());
    const { cid } = await store.put({ label: 'recording', source: 'recording' }, bytesOf('x'), never);
    expect(await store.get(cid, '7')).toMatchObject({ guildId: undefined });
    expect(await store.list({ guildId: '7', limit: 10 })).toHaveLength(1);
  });

  test('thirty puts of the same bytes at once leave one file, one row, one arrival', async () => {
    const { store, kept, temporary, db } = await startArtifacts(await on.place());
    let arrivals = 0;
    store.onArrival(() => void arrivals++);
    const bytes = randomBytes(200_000);
    const puts = Array.from({ length: 30 }, () => store.put(draft, bytesOf(bytes), never));
    const results = await Promise.all(puts);
    expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect([kept(), temporary(), arrivals]).toEqual([[sha256(bytes)], [], 1]);
    expect(await db.selectFrom('artifact_usage').selectAll().orderBy('scope').execute()).toEqual([
      { scope: '1', used_bytes: 200_000, artifact_count: 1 },
      { scope: 'total', used_bytes: 200_000, artifact_count: 1 },
    ]);
    expect(await collected(store.open(sha256(bytes)))).toEqual(bytes);
  });

  test('searching takes wildcards at their word and finds by the start of the content id', async () => {
    const { store } = await startArtifacts(await on.place());
    const { cid } = await store.put({ ...draft, label: '100% DONE_now!.txt' }, bytesOf('a'), never);
    await store.put({ ...draft, label: '1000 done-now.txt' }, bytesOf('b'), never);
    const found = async (search: string) =>
      (await store.list({ guildId: '1', search, limit: 10 })).map(({ label }) => label);
    expect(await found('100%')).toEqual(['100% DONE_now!.txt']);
    expect(await found('done_NOW!')).toEqual(['100% DONE_now!.txt']);
    expect(await found(cid.slice(0, 9))).toEqual(['100% DONE_now!.txt']);
    expect(await found('')).toHaveLength(2);
  });

  test.each([
    ['artifactBytesMax', 'ARTIFACT_TOO_LARGE'],
    ['guildBytesMax', 'ARTIFACT_QUOTA_REACHED'],
    ['totalBytesMax', 'ARTIFACT_QUOTA_REACHED'],
  ])('%s holds to the byte, and nothing is kept beyond it', async (option, code) => {
    const { store, kept, temporary } = await startArtifacts(await on.place(), { [option]: 1_000 });
    const over = store.put(draft, bytesOf(Buffer.alloc(600), Buffer.alloc(401)), never);
    expect(await rejection(over)).toMatchObject({ code });
    expect([kept(), temporary(), await store.list({ limit: 10 })]).toEqual([[], [], []]);
    await store.put(draft, bytesOf(Buffer.alloc(1_000)), never);
    if (option === 'artifactBytesMax') return;
    expect(await rejection(store.put(draft, bytesOf('x'), never))).toMatchObject({
      code,
      details: { option: `artifacts.${option}`, max: 1_000 },
    });
    const other = store.put({ ...draft, guildId: '2' }, bytesOf('y'), never);
    if (option === 'guildBytesMax') expect(await other).toMatchObject({ isNew: true });
    else expect(await rejection(other)).toMatchObject({ code });
    expect(temporary()).toEqual([]);
  });

  test('the limits hold when many puts race for what is left', async () => {
    const { store, kept, temporary } = await startArtifacts(await on.place(), { guildBytesMax: 100_000 });
    const puts = Array.from({ length: 20 }, () => store.put(draft, bytesOf(randomBytes(30_000)), never));
    const outcomes = await Promise.allSettled(puts);
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'kept'));
    expect(codes.filter((code) => code === 'kept').length).toBeLessThanOrEqual(3);
    expect(new Set(codes).has('ARTIFACT_QUOTA_REACHED')).toBe(true);
    expect(kept()).toHaveLength((await store.list({ limit: 50 })).length);
    expect(temporary()).toEqual([]);
  });

  test('one artifact more than may be is refused', async () => {
    const { store } = await startArtifacts(await on.place(), { countMax: 2 });
    await store.put(draft, bytesOf('1'), never);
    await store.put(draft, bytesOf('2'), never);
    expect(await rejection(store.put(draft, bytesOf('3'), never))).toMatchObject({
      code: 'ARTIFACT_QUOTA_REACHED',
      details: { option: 'artifacts.countMax' },
    });
  });

  test('a changed byte is found when it is read, nothing wrong is given whole, and putting it again repairs it', async () => {
    const { store, folder } = await startArtifacts(await on.place());
    const bytes = randomBytes(600_000);
    const { cid } = await store.put(draft, bytesOf(bytes), never);
    const rotten = Buffer.from(bytes);
    rotten[599_999]! ^= 1;
    writeFileSync(join(folder, cid.slice(0, 2), cid.slice(2)), rotten);
    const got: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of store.open(cid)) got.push(chunk);
    })();
    expect(await rejection(reading)).toMatchObject({ code: 'ARTIFACT_DAMAGED' });
    expect(Buffer.concat(got).length).toBeLessThan(bytes.length);
    expect(await rejection(collected(store.open(cid, 5)))).toMatchObject({ code: 'ARTIFACT_DAMAGED' });
    await store.put(draft, bytesOf(bytes), never);
    expect(await collected(store.open(cid))).toEqual(bytes);
  });

  test.each([
    ['a file cut short', (path: string) => writeFileSync(path, 'ab')],
    ['a longer file', (path: string) => writeFileSync(path, 'abcdef')],
  ])('%s is damage, from any offset', async (_, change) => {
    const { store, folder } = await startArtifacts(await on.place());
    const { cid } = await store.put(draft, bytesOf('abcd'), never);
    change(join(folder, cid.slice(0, 2), cid.slice(2)));
    expect(await rejection(collected(store.open(cid, 1)))).toMatchObject({ code: 'ARTIFACT_DAMAGED' });
  });

  test('other bytes than announced, no bytes, a bad media type: refused, nothing kept', async () => {
    const { store, kept, temporary } = await startArtifacts(await on.place());
    const refused = async (over: object, ...chunks: string[]) =>
      rejection(store.put({ ...draft, ...over }, bytesOf(...chunks), never));
    expect(await refused({ expectedCid: sha256('b') }, 'a')).toMatchObject({
      code: 'ARTIFACT_DIGEST_MISMATCH',
      details: { found: sha256('a') },
    });
    expect(await refused({})).toMatchObject({ code: 'ARTIFACT_EMPTY' });
    expect(await refused({ mediaType: 'a b' }, 'a')).toMatchObject({ code: 'ARTIFACT_MEDIA_TYPE_INVALID' });
    expect(await refused({ label: '../x' }, 'a')).toMatchObject({ code: 'ARTIFACT_LABEL_INVALID' });
    expect([kept(), temporary()]).toEqual([[], []]);
    await store.put({ ...draft, expectedCid: sha256('a').toUpperCase() }, bytesOf('a'), never);
  });
});

test('what is no content id is not looked for anywhere', async () => {
  const { store } = await startArtifacts({ file: ':memory:' });
  for (const cid of ['', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`])
    expect(await rejection(collected(store.open(cid)))).toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
});

test('a source that stalls is given up and told to end; an abort ends at once', async () => {
  const clock = new FakeClock();
  const { store, temporary } = await startArtifacts({ file: ':memory:' }, {}, { clock });
  let isOver = false;
  async function* stalling(): AsyncGenerator<Uint8Array, void> {
    try {
      yield Buffer.from('a');
      await new Promise(() => undefined);
    } finally {
      isOver = true;
    }
  }
  const stalled = rejection(store.put(draft, stalling(), never));
  await until(() => clock.pendingCount > 1);
  await clock.advance(stallMs + 1);
  expect(await stalled).toMatchObject({ code: 'ARTIFACT_STALLED' });

  const abort = new AbortController();
  const aborted = rejection(store.put(draft, stalling(), abort.signal));
  abort.abort(new Error('no longer wanted'));
  expect(await aborted).toMatchObject({ message: 'no longer wanted' });
  expect(temporary()).toEqual([]);
  // A generator amid an await can't be ended from outside; it isn't waited for either.
  expect(isOver).toBe(false);
});

test('a listener that throws harms nobody', async () => {
  const { store } = await startArtifacts({ file: ':memory:' });
  let heard = 0;
  store.onArrival(() => {
    throw new Error('planted');
  });
  const leave = store.onArrival(() => void heard++);
  await store.put(draft, bytesOf('a'), never);
  leave();
  await store.put(draft, bytesOf('b'), never);
  expect(heard).toBe(1);
});

async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; turns < 500 && !condition(); turns++)
    await new Promise((resolve) => setTimeout(resolve, 2));
}
