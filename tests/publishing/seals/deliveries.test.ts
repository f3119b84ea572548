import { expect, it } from 'vitest';
import { sealedColumns } from '../../../src/publishing/seals/row-seals.ts';
import { describeEngines } from '../../support/engines.ts';
import { FakeTarget } from '../support/fake-target.ts';
import { type OutboxBench, outboxBench, stepOf } from '../support/outbox-bench.ts';

const soonMs = 60_000;

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

  /** Works until it is due, and holds what was spoilt: nothing of it left, the other one did. */
  async function expectHeld({ bench, target }: { bench: OutboxBench; target: FakeTarget }): Promise<void> {
    await bench.worker('w').start();
    await bench.minutes(3);
    expect(target.effects.map(({ body }) => body)).toEqual(['z']);
    const rows = await bench.db.selectFrom('delivery').select(['state', 'error_code']).execute();
    expect(rows.filter(({ state }) => state !== 'done')).toEqual([
      { state: 'failed', error_code: 'OUTBOX_ALTERED' },
    ]);
  }

  const edits = sealedColumns.delivery.flatMap((column) => [0, 1].map((which) => [column, which] as const));

  it.each(edits)('finds that %s was changed (%i)', async (column, which) => {
    const made = await planned();
    const row = await made.bench.row('a');
    const value = column === 'created_at_ms' ? Math.floor(row[column]) : row[column];
    await made.bench.db
      .updateTable('delivery')
      .set({ [column]: others(value)[which] })
      .where('id', '=', 'a')
      .execute();
    // It is no longer found by its own id: its steps neither.
    await expectHeld(made);
  });

  it.each(['', '1.', 'null', 'of another'])('finds that the seal itself is %j', async (what) => {
    const made = await planned();
    const { seal } = await made.bench.row('z');
    const spoilt = { '': '', '1.': '1.', null: null, 'of another': seal }[what];
    await made.bench.db.updateTable('delivery').set({ seal: spoilt }).where('id', '=', 'a').execute();
    await expectHeld(made);
  });

  const stepEdits: Record<string, (bench: OutboxBench) => Promise<unknown>> = {
    'the text of a step': ({ db }) =>
      db
        .updateTable('delivery_step')
        .set({ step: JSON.stringify(stepOf('one', 'other words')) })
        .where('step_id', '=', 'one')
        .where('delivery_id', '=', 'a')
        .execute(),
    'a step that can’t be read': ({ db }) =>
      db.updateTable('delivery_step').set({ step: '{"id":' }).where('delivery_id', '=', 'a').execute(),
    'the name of a step': ({ db }) =>
      db
        .updateTable('delivery_step')
        .set({ step_id: 'once' })
        .where('step_id', '=', 'one')
        .where('delivery_id', '=', 'a')
        .execute(),
    'the place of a step': ({ db }) =>
      db.updateTable('delivery_step').set({ ordinal: 2 }).where('step_id', '=', 'one').execute(),
    'a step that is gone': ({ db }) => db.deleteFrom('delivery_step').where('step_id', '=', 'two').execute(),
    'a receipt that can’t be read': ({ db }) =>
      db.updateTable('delivery_step').set({ receipt: '{' }).where('step_id', '=', 'one').execute(),
  };

  it.each(Object.entries(stepEdits))('holds it for a person, and not the others: %s', async (_, edit) => {
    const made = await planned();
    await edit(made.bench);
    await made.bench.worker('w').start();
    await made.bench.minutes(3);
    expect(made.target.effects.map(({ body }) => body)).toEqual(['z']);
    const { state, error_code } = await made.bench.row('a');
    expect(state).toBe('failed');
    expect(['OUTBOX_ALTERED', 'OUTBOX_CHANGED']).toContain(error_code);
  });

  it('lets a person discard it, and neither retry nor edit it', async () => {
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

  it('goes along with an edit, and with everything a delivery lives through', async () => {
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
