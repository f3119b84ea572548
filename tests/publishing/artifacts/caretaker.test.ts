import { randomBytes } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reprieveMs, roundMs, strayMs, verifyEveryMs } from '#publishing/artifacts/caretaker.ts';
import { describeEngines } from '../../support/engines.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rejection } from '../../support/rejection.ts';
import { bytesOf, collected, folderForTest, never, sha256, startArtifacts } from './support.ts';

const draft = { label: 'report.txt', guildId: '1', source: 'command' };
const dayMs = 86_400_000;

/** Rounds do real I/O that a clock driven by a test doesn't wait for. */
async function eventually(check: () => Promise<void> | void): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await check();
    } catch (error) {
      if (tries >= 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Runs one round whole; the one before is over then. */
async function round(clock: FakeClock): Promise<void> {
  const isWaiting = () => expect(clock.pendingCount).toBe(1);
  await eventually(isWaiting);
  await clock.advance(roundMs);
  await eventually(isWaiting);
}

describeEngines('the caretaker', (on) => {
  test('what is out of retention is hidden, then gone; what an open delivery references stays', async () => {
    const clock = new FakeClock(Date.now());
    const referenced = sha256('needed');
    const isReferenced = async (cid: string) => cid === referenced;
    const { store, kept, db } = await startArtifacts(await on.place(), {}, { clock, isReferenced });
    const { cid } = await store.put(draft, bytesOf('old'), never);
    await store.put(draft, bytesOf('needed'), never);
    await clock.advance(29 * dayMs);
    const young = await store.put(draft, bytesOf('young'), never);
    await clock.advance(dayMs);
    await round(clock);
    expect(await store.get(cid)).toBeUndefined();
    // Somebody who looked it up just before still gets the bytes.
    expect(await collected(store.open(cid))).toEqual(Buffer.from('old'));
    expect(roundMs).toBeGreaterThan(reprieveMs);
    await round(clock);
    expect(kept().sort()).toEqual([young.cid, referenced].sort());
    expect(await rejection(collected(store.open(cid)))).toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
    expect(await db.selectFrom('artifact_usage').selectAll().orderBy('scope').execute()).toEqual([
      { scope: '1', used_bytes: 11, artifact_count: 2 },
      { scope: 'total', used_bytes: 11, artifact_count: 2 },
    ]);
  });

  test('what a guild no longer wants is hidden at once and removed later, unless it came by another way', async () => {
    const clock = new FakeClock(Date.now());
    const { store, kept } = await startArtifacts(await on.place(), {}, { clock });
    const upload = { ...draft, source: 'player upload' };
    const unwanted = await store.put(upload, bytesOf('unwanted'), never);
    const report = await store.put(draft, bytesOf('report'), never);
    const others = await store.put({ ...upload, guildId: '2' }, bytesOf('others'), never);
    for (const { cid } of [unwanted, report, others]) await store.forget(cid, '1', 'player upload');
    expect(await store.get(unwanted.cid, '1')).toBeUndefined();
    await clock.advance(reprieveMs);
    await round(clock);
    expect(kept().sort()).toEqual([report.cid, others.cid].sort());
  });

  test('a delivery that turns up in the reprieve, and a new put, save what was condemned', async () => {
    const clock = new FakeClock(Date.now());
    const needed = new Set<string>();
    const isReferenced = async (cid: string) => needed.has(cid);
    const { store, kept } = await startArtifacts(await on.place(), {}, { clock, isReferenced });
    const first = await store.put(draft, bytesOf('first'), never);
    const second = await store.put(draft, bytesOf('second'), never);
    await clock.advance(30 * dayMs);
    await round(clock);
    expect(await store.list({ limit: 9 })).toEqual([]);
    needed.add(first.cid);
    await store.put(draft, bytesOf('second'), never);
    await round(clock);
    expect(await store.list({ limit: 9 })).toHaveLength(2);
    expect(kept().sort()).toEqual([first.cid, second.cid].sort());
  });

  test('a guild’s label out of retention leaves another guild’s bytes', async () => {
    const clock = new FakeClock(Date.now());
    const { store, kept } = await startArtifacts(await on.place(), {}, { clock });
    const { cid } = await store.put(draft, bytesOf('shared'), never);
    await clock.advance(20 * dayMs);
    await store.put({ ...draft, guildId: '2' }, bytesOf('shared'), never);
    await clock.advance(11 * dayMs);
    for (let rounds = 0; rounds < 3; rounds++) await round(clock);
    expect(await store.get(cid, '1')).toBeUndefined();
    expect(await store.get(cid, '2')).toBeDefined();
    expect(kept()).toEqual([cid]);
  });

  test('at the start, half-written files and files without a row go; those with a row stay', async () => {
    const place = await on.place();
    const stateDir = folderForTest();
    const first = await startArtifacts(place, { stateDir });
    const { cid } = await first.store.put(draft, bytesOf('kept'), never);
    await first.stop?.();
    const stray = sha256('stray');
    mkdirSync(join(first.folder, stray.slice(0, 2)), { recursive: true });
    writeFileSync(join(first.folder, stray.slice(0, 2), stray.slice(2)), 'stray');
    writeFileSync(join(first.folder, 'tmp', 'half'), 'ha');
    const second = await startArtifacts(place, { stateDir });
    expect([second.kept(), second.temporary()]).toEqual([[cid], []]);
    expect(await collected(second.store.open(cid))).toEqual(Buffer.from('kept'));
  });

  test('on a folder shared with other hubs only what is old goes', async () => {
    const dir = folderForTest();
    const place = await on.place();
    const ages: [string, number][] = [['young', 0], ['old', 2 * strayMs]]; // biome-ignore format: pairs
    for (const [text, ageMs] of ages) {
      const cid = sha256(text);
      const path = join(dir, cid.slice(0, 2), cid.slice(2));
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
      utimesSync(path, new Date(Date.now() - ageMs), new Date(Date.now() - ageMs));
    }
    mkdirSync(join(dir, 'tmp'));
    writeFileSync(join(dir, 'tmp', 'of-another-hub'), 'ha');
    const { kept, temporary } = await startArtifacts(place, { dir });
    expect(kept()).toEqual([sha256('young')]);
    expect(temporary()).toEqual(['tmp/of-another-hub']);
  });

  test('bytes that went bad are found automatically', async () => {
    const clock = new FakeClock(Date.now());
    const { store, folder, db } = await startArtifacts(await on.place(), { retentionDays: 0 }, { clock });
    const bytes = randomBytes(1_000);
    const good = await store.put(draft, bytesOf('good'), never);
    const { cid } = await store.put(draft, bytesOf(bytes), never);
    bytes[500]! ^= 4;
    writeFileSync(join(folder, cid.slice(0, 2), cid.slice(2)), bytes);
    await clock.advance(verifyEveryMs + 1);
    await round(clock);
    const row = await db.selectFrom('artifact').selectAll().where('cid', '=', cid).executeTakeFirst();
    expect(row?.damaged_at_ms).not.toBeNull();
    expect(await rejection(collected(store.open(cid)))).toMatchObject({ code: 'ARTIFACT_DAMAGED' });
    expect(await collected(store.open(good.cid))).toEqual(Buffer.from('good'));
    expect(await store.get(cid)).toBeDefined();
  });
});
