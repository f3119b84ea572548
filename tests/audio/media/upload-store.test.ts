import { expect, test } from 'vitest';
import { createUploadStore } from '#audio/tables/upload-store.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import { describeEngines, openDatabase } from '../../support/engines.ts';

describeEngines('the table of uploads', (on) => {
  test('is by guild, has each person’s once, the newest first, and forgets what is gone', async () => {
    const store = createUploadStore(tablesOf(await openDatabase(await on.place())));
    const upload = { cid: 'a', userId: '7', sizeBytes: 5_000_000_000, facts: { title: 'A', durationMs: 1 } };
    await store.put('1', upload, 1);
    await store.put('1', { ...upload, cid: 'b' }, 2);
    await store.put('1', { ...upload, userId: '8' }, 3);
    await store.put('1', { ...upload, facts: { title: 'A again' } }, 4);
    await store.put('2', upload, 5);
    expect((await store.list('1')).map(({ cid, facts, userId }) => [cid, userId, facts.title])).toEqual([
      ['a', '7', 'A again'],
      ['a', '8', 'A'],
      ['b', '7', 'A'],
    ]);
    await store.drop('1', 'a');
    expect((await store.list('1')).map(({ cid }) => cid)).toEqual(['b']);
    expect(await store.list('2')).toEqual([upload]);
  });
});
