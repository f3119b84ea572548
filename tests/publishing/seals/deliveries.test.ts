import { expect, test } from 'vitest';
import { sealedColumns } from '#publishing/seals/row-seals.ts';
import { describeEngines } from '../../support/engines.ts';
import { FakeTarget } from '../support/fake-target.ts';
import { type OutboxBench, outboxBench, stepOf } from '../support/outbox-bench.ts';

const soonMs = 60_000;

type Edit = (bench: OutboxBench, id: string) => Promise<unknown>;

/** One value that differs in its last bit, and one that somebody might put there. */
function others(value: unknown): unknown[] {
  if (typeof value === 'number') return [value ^ 1, value + 1_000];
  const text = String(value);
  const flipped = String.fromCharCode(text.charCodeAt(0) ^ 1);
  return [`${flipped}${text.slice(1)}`, 'of-somebody-else'];
}

describeEngines('the seal of a delivery', (engine) => {
  async function planned(): Promise<{ bench: OutboxBench; target: FakeTarget }> {
    const target = new FakeTarget();
    const bench = await outboxBench(engine, target.publisher());
    const dueAtMs = bench.clock.nowMs() + soonMs;
    await bench.enqueue({ id: 'a', dueAtMs, steps: [stepOf('one', '1'), stepOf('two', '2')] });
    await bench.enqueue({ id: 'z', dueAtMs, targetId: 'elsewhere' });
    return { bench, target };
  }

  /** One delivery for each edit, all in one database: nothing of those that were spoilt leaves, the other one does. */
  async function heldAfter(edits: Readonly<Record<string, Edit>>): Promise<Map<string, string | null>> {
    const target = new FakeTarget();
    const bench = await outboxBench(engine, target.publisher());
    const dueAtMs = bench.clock.nowMs() + soonMs;
    const names = Object.keys(edits);
    const steps = [stepOf('one', '1'), stepOf('two', '2')];
    for (const index of names.keys())
      await bench.enqueue({ id: `a${index}`, targetId: `${index}`, dueAtMs, steps });
    await bench.enqueue({ id: 'z', dueAtMs, targetId: 'elsewhere' });
    for (const [index, edit] of Object.values(edits).entries()) await edit(bench, `a${index}`);
    await bench.worker('w').start();
    await bench.minutes(3);
    expect(target.effects.map(({ body }) => body)).toEqual(['z']);
    const rows = await bench.db.selectFrom('delivery').select(['id', 'state', 'error_code']).execute();
    expect(rows.filter(({ state }) => state === 'done').map(({ id }) => id)).toEqual(['z']);
    expect(rows.filter(({ state }) => state === 'failed')).toHaveLength(names.length);
    return new Map(rows.map(({ id, error_code }) => [id, error_code]));
  }

  const columnEdits = Object.fromEntries(
    sealedColumns.delivery.flatMap((column) =>
      [0, 1].map((which): [string, Edit] => [
        `${column} ${which}`,
        async (bench, id) => {
          const row = await bench.row(id);
          const value = column === 'created_at_ms' ? Math.floor(row[column]) : row[column];
          const changed = { [column]: others(value)[which] };
          await bench.db.updateTable('delivery').set(changed).where('id', '=', id).execute();
        },
      ]),
    ),
  );

  const sealEdits = Object.fromEntries(
    ['', '1.', null, 'of another'].map((spoilt): [string, Edit] => [
      `seal ${spoilt}`,
      async (bench, id) => {
        const { seal } = await bench.row('z');
        const set = { seal: spoilt === 'of another' ? seal : spoilt };
        await bench.db.updateTable('delivery').set(set).where('id', '=', id).execute();
      },
    ]),
  );

  test('finds that any column, or the seal itself, was changed', async () => {
    const codes = await heldAfter({ ...columnEdits, ...sealEdits });
    codes.delete('z');
    expect(new Set(codes.values())).toEqual(new Set(['OUTBOX_ALTERED']));
  });

  const stepEdits: Record<string, Edit> = {
    'the text of a step': ({ db }, id) =>
      db
        .updateTable('delivery_step')
        .set({ step: JSON.stringify(stepOf('one', 'other words')) })
        .where('step_id', '=', 'one')
        .where('delivery_id', '=', id)
        .execute(),
    'a step that can’t be read': ({ db }, id) =>
      db.updateTable('delivery_step').set({ step: '{"id":' }).where('delivery_id', '=', id).execute(),
    'the name of a step': ({ db }, id) =>
      db
        .updateTable('delivery_step')
        .set({ step_id: 'once' })
        .where('step_id', '=', 'one')
        .where('delivery_id', '=', id)
        .execute(),
    'the place of a step': ({ db }, id) =>
      db
        .updateTable('delivery_step')
        .set({ ordinal: 2 })
        .where('delivery_id', '=', id)
        .where('step_id', '=', 'one')
        .execute(),
    'a step that is gone': ({ db }, id) =>
      db.deleteFrom('delivery_step').where('delivery_id', '=', id).where('step_id', '=', 'two').execute(),
    'a receipt that can’t be read': ({ db }, id) =>
      db
        .updateTable('delivery_step')
        .set({ receipt: '{' })
        .where('delivery_id', '=', id)
        .where('step_id', '=', 'one')
        .execute(),
  };

  test('holds it for a person, and not the others, whatever of its steps was changed', async () => {
    const codes = await heldAfter(stepEdits);
    codes.delete('z');
    for (const code of codes.values()) expect(['OUTBOX_ALTERED', 'OUTBOX_CHANGED']).toContain(code);
  });

  test('lets a person discard it, and neither retry nor edit it', async () => {
    const { bench, target } = await planned();
    await bench.db
      .updateTable('delivery')
      .set({ guild_id: 'guild', cost_micros: 5 })
      .where('id', '=', 'a')
      .execute();
    const next = {
      revision: 2,
      key: 'k2',
      steps: [stepOf('post', 'new')],
      costMicros: 0,
      state: 'pending',
    } as const;
    const altered = { code: 'OUTBOX_ALTERED' };
    await expect(bench.operations.edit('guild', 'a', next)).rejects.toMatchObject(altered);
    await bench.worker('w').start();
    await bench.minutes(3);
    await expect(bench.operations.retry('guild', 'a')).rejects.toMatchObject(altered);
    await expect(bench.operations.edit('guild', 'a', next)).rejects.toMatchObject(altered);
    await bench.operations.discard('guild', 'a');
    expect((await bench.row('a')).state).toBe('discarded');
    expect(target.effects).toHaveLength(1);
  });

  test('goes along with an edit, and with everything a delivery lives through', async () => {
    const { bench, target } = await planned();
    target.accidents.push('lost-before-effect');
    const next = {
      revision: 2,
      key: 'k2',
      steps: [stepOf('post', 'new')],
      costMicros: 7,
      state: 'pending',
    } as const;
    await bench.operations.edit('guild', 'a', { ...next, dueAtMs: bench.clock.nowMs() });
    expect((await bench.row('a')).seal).toMatch(/^1\./);
    await bench.db
      .updateTable('delivery')
      .set({ order_key: 'kept in order', not_after_ms: null, updated_at_ms: 1, worker: 'w', fence: 9 })
      .where('id', '=', 'a')
      .execute();
    await bench.worker('w').start();
    await bench.minutes(10);
    expect(target.effects.map(({ body }) => body).sort()).toEqual(['new', 'z']);
    expect((await bench.row('a')).state).toBe('done');
  });
});
