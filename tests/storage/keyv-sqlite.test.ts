import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Keyv } from 'keyv';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { KeyvSqlite, type KeyvSqliteInit } from '#storage/keyv-sqlite.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function adapterIn(folder: string, clock = new FakeClock(), limits: Partial<KeyvSqliteInit> = {}) {
  const init = {
    file: join(folder, 'cache.db'),
    bytesMax: 1_000,
    entriesMax: 10,
    valueBytesMax: 500,
    ...limits,
  };
  const adapter = new KeyvSqlite({ clock }, init);
  onTestFinished(() => adapter.disconnect());
  return adapter;
}

function folderForTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.path;
}

test('Keyv keeps values over a restart, of any JSON shape, and forgets them on demand', async () => {
  const folder = folderForTest();
  const first = adapterIn(folder);
  first.open();
  const keyv = new Keyv({ store: first });
  expect(await keyv.set('a', { deep: [1, null, 'é'] })).toBe(true);
  await keyv.set('b', false);
  await keyv.disconnect();

  const second = adapterIn(folder);
  second.open();
  const again = new Keyv({ store: second });
  expect(await again.get('a')).toEqual({ deep: [1, null, 'é'] });
  expect(await again.getMany(['b', 'none'])).toEqual([false, undefined]);
  expect(await again.has('a')).toBe(true);
  expect(await again.delete('a')).toBe(true);
  expect(await again.delete('a')).toBe(false);
  expect(await again.get('a')).toBeUndefined();
  await again.clear();
  expect(await again.has('b')).toBe(false);
});

test('namespaces don’t see one another', async () => {
  const adapter = adapterIn(folderForTest());
  adapter.open();
  adapter.namespace = 'x';
  await adapter.set('a', '"x"');
  adapter.namespace = 'y';
  expect(await adapter.get('a')).toBeUndefined();
  await adapter.clear();
  adapter.namespace = 'x';
  expect(await adapter.get('a')).toBe('"x"');
});

test('Keyv’s time to live reaches the file', async () => {
  const adapter = adapterIn(folderForTest(), systemClock() as FakeClock);
  adapter.open();
  const keyv = new Keyv({ store: adapter, checkExpired: false });
  await keyv.set('a', 1, 60);
  await keyv.set('b', 2);
  expect(await keyv.get('a')).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await keyv.get('a')).toBeUndefined();
  expect(await keyv.get('b')).toBe(2);
});

test('an entry is gone at its expiry, not before', async () => {
  const clock = new FakeClock();
  const adapter = adapterIn(folderForTest(), clock);
  adapter.open();
  await adapter.set('a', 'x', clock.nowMs() + 100);
  await clock.advance(99);
  expect(await adapter.has('a')).toBe(true);
  await clock.advance(1);
  expect(await adapter.has('a')).toBe(false);
});

test('over the number of entries, expired ones go first, then the oldest', async () => {
  const clock = new FakeClock();
  const adapter = adapterIn(folderForTest(), clock, { entriesMax: 3 });
  adapter.open();
  await adapter.set('old', 'x');
  await clock.advance(1);
  await adapter.set('brief', 'x', clock.nowMs() + 5);
  await clock.advance(1);
  await adapter.set('young', 'x');
  await clock.advance(10);
  await adapter.set('fourth', 'x');
  expect(await adapter.hasMany(['old', 'brief', 'young', 'fourth'])).toEqual([true, false, true, true]);
  await adapter.set('fifth', 'x');
  expect(await adapter.hasMany(['old', 'young', 'fourth', 'fifth'])).toEqual([false, true, true, true]);
});

test('the values together stay under their limit, and the file with them', async () => {
  const folder = folderForTest();
  const adapter = adapterIn(folder, new FakeClock(), {
    bytesMax: 50_000,
    entriesMax: 1_000_000,
    valueBytesMax: 5_000,
  });
  adapter.open();
  const value = 'é'.repeat(1_000);
  for (let index = 0; index < 300; index++) await adapter.set(`key-${index}`, value);
  const kept = (await adapter.hasMany(Array.from({ length: 300 }, (_, index) => `key-${index}`))).filter(
    Boolean,
  );
  expect(kept).toHaveLength(25);
  await adapter.disconnect();
  expect(statSync(join(folder, 'cache.db')).size).toBeLessThan(200_000);
});

test('a value too long isn’t kept, nor is the one it was to replace', async () => {
  const adapter = adapterIn(folderForTest());
  adapter.open();
  await adapter.set('a', 'short');
  expect(await adapter.set('a', 'x'.repeat(501))).toBe(false);
  expect(await adapter.has('a')).toBe(false);
});

test('counts are right again after a restart', async () => {
  const folder = folderForTest();
  const first = adapterIn(folder);
  first.open();
  for (let index = 0; index < 10; index++) await first.set(`k${index}`, 'x');
  await first.disconnect();
  const second = adapterIn(folder, new FakeClock(), { entriesMax: 4 });
  second.open();
  const present = await second.hasMany(Array.from({ length: 10 }, (_, index) => `k${index}`));
  expect(present.filter(Boolean)).toHaveLength(4);
  expect(present[9]).toBe(true);
});

test('a damaged file is thrown away', async () => {
  const folder = folderForTest();
  writeFileSync(
    join(folder, 'cache.db'),
    'this is no database, and it is long enough to be read as one'.repeat(50),
  );
  const adapter = adapterIn(folder);
  adapter.open();
  expect(await adapter.get('a')).toBeUndefined();
  expect(await adapter.set('a', 'x')).toBe(true);
});

test('closed, it finds and keeps nothing', async () => {
  const adapter = adapterIn(folderForTest());
  expect(await adapter.get('a')).toBeUndefined();
  expect(await adapter.set('a', 'x')).toBe(false);
});
