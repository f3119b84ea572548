import { beforeEach, expect, test } from 'vitest';
import { deliveryKeyOf } from '#publishing/outbox/keys.ts';
import { describeEngines } from '../../support/engines.ts';
import { rejection } from '../../support/rejection.ts';
import { FakeTarget } from '../support/fake-target.ts';
import { type OutboxBench, outboxBench, stepOf } from '../support/outbox-bench.ts';

describeEngines('what people do', (on) => {
  let target: FakeTarget;
  let bench: OutboxBench;

  beforeEach(async () => {
    target = new FakeTarget();
    bench = await outboxBench(on, target.publisher());
  });

  test('retry of one refused sends it again', async () => {
    target.accidents.push('refused');
    await bench.enqueue({ id: 'a' });
    await bench.worker('w').start();
    await bench.minutes(1);
    expect((await bench.row('a')).state).toBe('failed');
    await bench.operations.retry('guild', 'a');
    await bench.minutes(1);
    expect(await bench.row('a')).toMatchObject({ state: 'done', error_code: null });
  });

  test('retry of one of unknown fate looks before it sends', async () => {
    target.readable = false;
    target.accidents.push('lost-after-effect');
    await bench.enqueue({ id: 'a' });
    await bench.worker('w').start();
    await bench.minutes(5);
    expect(await bench.deliveries.get('guild', 'a')).toMatchObject({ state: 'unknown', needsPerson: true });
    await bench.operations.retry('guild', 'a');
    await bench.minutes(1);
    expect(target.effects).toHaveLength(1);
    expect((await bench.row('a')).state).toBe('unknown');
    target.readable = true;
    await bench.operations.retry('guild', 'a');
    await bench.minutes(1);
    expect(target.effects).toHaveLength(1);
    expect((await bench.row('a')).state).toBe('done');
  });

  test('retry of one missed sends it late', async () => {
    await bench.enqueue({ id: 'a', notAfterMs: bench.clock.nowMs() - 1 });
    await bench.worker('w').start();
    await bench.minutes(1);
    expect((await bench.row('a')).error_code).toBe('OUTBOX_MISSED');
    await bench.operations.retry('guild', 'a');
    await bench.minutes(1);
    expect((await bench.row('a')).state).toBe('done');
  });

  test('done keeps the address and lets what stood behind it go', async () => {
    target.readable = false;
    target.accidents.push('lost-after-effect');
    await bench.enqueue({ id: 'a', orderKey: 'target' });
    await bench.enqueue({ id: 'b', orderKey: 'target' });
    await bench.worker('w').start();
    await bench.minutes(2);
    expect((await bench.row('b')).state).toBe('pending');
    await bench.operations.markDone('guild', 'a', 'https://target.example/1');
    await bench.minutes(1);
    expect(await bench.deliveries.get('guild', 'a')).toMatchObject({
      state: 'done',
      receipt: { url: 'https://target.example/1' },
    });
    expect((await bench.row('b')).state).toBe('done');
  });

  test('cancel withdraws what has not left, and nothing that is leaving or has left in part', async () => {
    const later = bench.clock.nowMs() + 600_000;
    await bench.enqueue({ id: 'later', state: 'scheduled', dueAtMs: later });
    await bench.enqueue({ id: 'part', steps: [stepOf('one', '1'), stepOf('two', '2')] });
    target.retryAfterMs = 600_000;
    target.accidents.push('none', 'rate-limited');
    await bench.worker('w').start();
    await bench.clock.advance(100);
    target.accidents.push('silent');
    await bench.enqueue({ id: 'leaving', targetId: 'other' });
    await bench.clock.advance(100);
    expect(await rejection(bench.operations.cancel('guild', 'part'))).toMatchObject({
      code: 'OUTBOX_ALREADY_LEFT',
    });
    expect(await rejection(bench.operations.discard('guild', 'leaving'))).toMatchObject({
      code: 'OUTBOX_IN_FLIGHT',
    });
    expect(await bench.operations.cancelPublication('guild', 'publication')).toEqual(['later']);
    await bench.minutes(15);
    expect((await bench.row('later')).state).toBe('cancelled');
    expect(target.effects.map(({ body }) => body)).not.toContain('later');
  });

  test('edit replaces what leaves, under a new key; nobody edits what has left, or over somebody else', async () => {
    const dueAtMs = bench.clock.nowMs() + 600_000;
    await bench.enqueue({ id: 'a', state: 'scheduled', dueAtMs });
    const next = (revision: number) => ({
      revision,
      key: deliveryKeyOf('publication', 'target', revision),
      steps: [stepOf('post', `text ${revision}`)],
      costMicros: 0,
      state: 'scheduled' as const,
    });
    await bench.operations.edit('guild', 'a', next(2));
    expect(await rejection(bench.operations.edit('guild', 'a', next(2)))).toMatchObject({
      code: 'OUTBOX_EDITED_MEANWHILE',
    });
    await bench.worker('w').start();
    await bench.minutes(11);
    expect(target.effects).toMatchObject([{ key: next(2).key, body: 'text 2' }]);
    expect(await rejection(bench.operations.edit('guild', 'a', next(3)))).toMatchObject({
      code: 'OUTBOX_NOT_POSSIBLE',
    });
  });

  test('an approval admits it, in the transaction that records the approval', async () => {
    await bench.enqueue({ id: 'a', state: 'awaiting-approval' });
    await bench.worker('w').start();
    await bench.minutes(1);
    expect(target.effects).toHaveLength(0);
    await bench.db.transaction().execute((tx) => bench.operations.admit(tx as never, 'guild', 'a'));
    bench.operations.admitted({ deliveryId: 'a', publicationId: 'publication' });
    await bench.minutes(1);
    expect(target.effects).toHaveLength(1);
  });

  test('lists those that need a person first; another server sees none of them', async () => {
    target.accidents.push('refused');
    for (const id of ['1', '2', '3']) await bench.enqueue({ id, targetId: `t${id}` });
    await bench.enqueue({ id: '4', dueAtMs: bench.clock.nowMs() + 3_600_000 });
    await bench.worker('w', { concurrencyMax: 1 }).start();
    await bench.minutes(1);
    const list = async (only: 'open' | 'needs-person' | 'all') =>
      (await bench.deliveries.list({ guildId: 'guild', only, limit: 10 })).map(({ id }) => id);
    expect(await list('needs-person')).toEqual(['1']);
    expect(await list('open')).toEqual(['1', '4']);
    expect(await list('all')).toEqual(['1', '4', '3', '2']);
    expect(await bench.deliveries.list({ guildId: 'elsewhere', only: 'all', limit: 10 })).toEqual([]);
    expect(await rejection(bench.operations.retry('elsewhere', '1'))).toMatchObject({
      code: 'OUTBOX_NO_SUCH_DELIVERY',
    });
    expect(await bench.deliveries.attempts('1', 10)).toMatchObject([
      { kind: 'execute', outcome: 'rejected' },
    ]);
  });

  test('changes are reported after they are durable', async () => {
    await bench.enqueue({ id: 'a', dueAtMs: bench.clock.nowMs() + 600_000, state: 'scheduled' });
    const states: Promise<string>[] = [];
    bench.changes.on(({ deliveryId }) => states.push(bench.row(deliveryId).then(({ state }) => state)));
    await bench.operations.cancel('guild', 'a');
    expect(await Promise.all(states)).toEqual(['cancelled']);
  });
});
