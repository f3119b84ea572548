import type { Kysely, Transaction } from 'kysely';
import { expect, test } from 'vitest';
import { GroupCommit } from '#publishing/outbox/group-commit.ts';
import { createDatabase } from '#storage/database.ts';

async function ready() {
  const db = createDatabase({ file: ':memory:' }) as unknown as Kysely<{ t: { a: number } }>;
  await db.schema
    .createTable('t')
    .addColumn('a', 'integer', (column) => column.unique())
    .execute();
  return { db, group: new GroupCommit(db) };
}

test('does one kind of work at once, and answers each with its own', async () => {
  const { db, group } = await ready();
  const sizes: number[] = [];
  async function add(tx: Transaction<{ t: { a: number } }>, items: readonly number[]): Promise<string[]> {
    sizes.push(items.length);
    await tx
      .insertInto('t')
      .values(items.map((a) => ({ a })))
      .execute();
    return items.map((a) => `added ${a}`);
  }
  const other = group.run(async (tx) => (await tx.selectFrom('t').selectAll().execute()).length);
  const answers = await Promise.all([1, 2, 3].map((a) => group.together(add, a)));
  expect(answers).toEqual(['added 1', 'added 2', 'added 3']);
  expect(sizes).toEqual([3]);
  expect(await other).toBe(0);
  await db.destroy();
});

test('only the guilty fails: its group is undone and runs one by one', async () => {
  const { db, group } = await ready();
  const sizes: number[] = [];
  async function add(tx: Transaction<{ t: { a: number } }>, items: readonly number[]): Promise<number[]> {
    sizes.push(items.length);
    await tx
      .insertInto('t')
      .values(items.map((a) => ({ a })))
      .execute();
    return [...items];
  }
  const ended = await Promise.allSettled([1, 1, 2].map((a) => group.together(add, a)));
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(sizes).toEqual([3, 1, 1, 1]);
  expect(await db.selectFrom('t').selectAll().execute()).toEqual([{ a: 1 }, { a: 2 }]);
  await db.destroy();
});
