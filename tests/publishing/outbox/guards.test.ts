import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PublisherDescription } from '#contracts/publisher-declaration.ts';
import { sqlite } from '../../support/engines.ts';
import { FakeTarget } from '../support/fake-target.ts';
import { type OutboxBench, outboxBench, stepOf } from '../support/outbox-bench.ts';

let target: FakeTarget;
let bench: OutboxBench;

async function open(description: Partial<PublisherDescription<unknown>> = {}): Promise<void> {
  target = new FakeTarget();
  bench = await outboxBench(sqlite, target.publisher(description));
}

async function inFlightAtOnce(inFlightMax: number): Promise<void> {
  await bench.db
    .transaction()
    .execute((tx) => bench.operations.tuneTarget(tx as never, 'target', { inFlightMax, spacingMs: 0 }));
}

beforeEach(() => open());

describe('a deadline', () => {
  const soon = () => bench.clock.nowMs() + 100;

  test('that has passed is reported', async () => {
    await bench.enqueue({ id: 'a', notAfterMs: bench.clock.nowMs() - 1 });
    await bench.worker('w').start();
    await bench.clock.advance(1_000);
    expect(await bench.row('a')).toMatchObject({ state: 'failed', error_code: 'OUTBOX_MISSED' });
    // Once for its claim and once for its end.
    expect(bench.told).toEqual(['a', 'a']);
  });

  test('lets what has left in part go on', async () => {
    target.accidents.push('none', 'not-sent');
    await bench.enqueue({ id: 'a', notAfterMs: soon(), steps: [stepOf('one', '1'), stepOf('two', '2')] });
    await bench.worker('w').start();
    await bench.minutes(1);
    expect(target.effects.map(({ body }) => body)).toEqual(['1', '2']);
    expect((await bench.row('a')).state).toBe('done');
  });

  test('holds for what was looked up and is not there; retry looks again, then sends', async () => {
    target.accidents.push('lost-before-effect');
    await bench.enqueue({ id: 'a', notAfterMs: soon() });
    await bench.worker('w').start();
    await bench.minutes(1);
    expect(target.effects).toEqual([]);
    expect(await bench.row('a')).toMatchObject({ state: 'failed', error_code: 'OUTBOX_MISSED' });
    await bench.operations.retry('guild', 'a');
    await bench.minutes(1);
    expect(target.lookUpCount).toBe(2);
    expect((await bench.row('a')).state).toBe('done');
  });

  test('that passed while the hub was off holds for what it had in hand', async () => {
    target.accidents.push('crash-before-effect');
    await bench.enqueue({ id: 'a', notAfterMs: soon() });
    await bench.worker('dies').start();
    await bench.minutes(60);
    await bench.worker('lives', { soleProcess: true }).start();
    await bench.minutes(1);
    expect(target.effects).toEqual([]);
    expect((await bench.row('a')).error_code).toBe('OUTBOX_MISSED');
  });

  test('leaves what nobody can look up to a person, also where sending again would do no harm', async () => {
    await open({ dedupe: 'server-key', dedupeWindowMs: 3_600_000 });
    target.readable = false;
    target.accidents.push('lost-after-effect');
    await bench.enqueue({ id: 'a', notAfterMs: soon() });
    await bench.worker('w').start();
    await bench.minutes(1);
    expect(target.attempts).toHaveLength(1);
    expect(await bench.row('a')).toMatchObject({ state: 'unknown', error_code: 'OUTBOX_FATE_UNKNOWN' });
  });
});

describe('people are notified once', () => {
  beforeEach(() => inFlightAtOnce(3));

  test('that a target lets us in no more, by however many attempts it was learned', async () => {
    target.accidents.push('authorisation-lost', 'authorisation-lost', 'authorisation-lost');
    for (const id of ['1', '2', '3', '4']) await bench.enqueue({ id });
    await bench.worker('w').start();
    await bench.minutes(12);
    expect(target.attempts).toHaveLength(3);
    expect(target.effects).toEqual([]);
    expect(bench.alerts).toEqual(['target: authorisation-lost']);
  });

  test('that its budget is used up, however many deliveries find it so', async () => {
    bench.setBudget(100_000);
    for (const id of ['1', '2', '3']) await bench.enqueue({ id, costMicros: 200_000 });
    await bench.worker('w').start();
    await bench.minutes(1);
    expect(target.attempts).toEqual([]);
    expect(bench.alerts).toEqual(['target: out-of-budget']);
  });

  test('of each reason: a stronger one takes the place of a weaker, and not the other way round', async () => {
    await bench.gate.pause('target', 'out-of-budget', 'used up');
    await bench.gate.pause('target', 'authorisation-lost', 'revoked');
    await bench.gate.pause('target', 'out-of-budget', 'used up');
    expect(await bench.gate.paused('target')).toMatchObject({ reason: 'authorisation-lost' });
    expect(bench.alerts).toEqual(['target: out-of-budget', 'target: authorisation-lost']);
  });
});

describe('what was set aside of a budget', () => {
  const costMicros = 300_000;
  const spent = () => bench.gate.spentMicros('target');

  test('comes back when what was not sent is withdrawn', async () => {
    target.retryAfterMs = 600_000;
    target.accidents.push('rate-limited');
    await bench.enqueue({ id: 'a', costMicros });
    await bench.worker('w').start();
    await bench.clock.advance(1_000);
    expect(await spent()).toBe(costMicros);
    await bench.operations.cancel('guild', 'a');
    expect(await spent()).toBe(0);
  });

  test('comes back once: not again when what was refused is discarded', async () => {
    target.accidents.push('refused', 'none');
    for (const id of ['a', 'b']) await bench.enqueue({ id, costMicros });
    await bench.worker('w').start();
    await bench.clock.advance(1_000);
    expect(await spent()).toBe(costMicros);
    await bench.operations.discard('guild', 'a');
    expect(await spent()).toBe(costMicros);
  });

  test('is spent where a part has left, although the rest was refused and is discarded', async () => {
    target.accidents.push('none', 'refused');
    await bench.enqueue({ id: 'a', costMicros, steps: [stepOf('one', '1'), stepOf('two', '2')] });
    await bench.worker('w').start();
    await bench.clock.advance(1_000);
    expect((await bench.row('a')).state).toBe('failed');
    await bench.operations.discard('guild', 'a');
    expect(await spent()).toBe(costMicros);
  });

  test('is spent where nobody knows whether it left', async () => {
    target.readable = false;
    target.accidents.push('lost-after-effect');
    await bench.enqueue({ id: 'a', costMicros });
    await bench.worker('w').start();
    await bench.minutes(1);
    await bench.operations.discard('guild', 'a');
    expect(await spent()).toBe(costMicros);
  });
});

describe('a worker whose lease is over', () => {
  const leaseMs = 1_000;

  async function claimed(worker: string) {
    const [delivery] = await bench.store.claim(worker, 1, bench.clock.nowMs(), leaseMs);
    if (!delivery) throw new Error('nothing was claimed');
    return delivery;
  }

  const attempt = { stepId: 'post', kind: 'execute' } as const;
  const receipt = { remoteId: 'of the stale one' };

  test('begins nothing, although nobody has taken its place', async () => {
    await bench.enqueue({ id: 'a' });
    const mine = await claimed('w');
    await bench.clock.advance(leaseMs);
    const start = { ...attempt, worker: 'w', nowMs: bench.clock.nowMs() };
    expect(await bench.store.beginAttempt(mine, start)).toBeUndefined();
    expect(await bench.deliveries.attempts('a', 1)).toEqual([]);
  });

  test('neither begins, renews, settles nor lets go of what another has taken', async () => {
    await bench.enqueue({ id: 'a' });
    const { store, clock } = bench;
    const mine = await claimed('w');
    const begun = { ...attempt, worker: 'w', nowMs: clock.nowMs() };
    const attemptId = (await store.beginAttempt(mine, begun)) ?? 'none';
    await clock.advance(leaseMs);
    const theirs = await claimed('thief');
    const taken = await bench.row('a');
    expect(taken).toMatchObject({ state: 'sending', worker: 'thief', fence: mine.fence + 1 });

    expect(await store.beginAttempt(mine, begun)).toBeUndefined();
    expect(await store.renew(mine, clock.nowMs() + 60_000)).toBe(false);
    expect(await store.release(mine, { state: 'done', receipt }, clock.nowMs())).toBe(false);
    expect(await store.giveBack(mine, clock.nowMs(), clock.nowMs())).toBe(false);
    const end = { stepId: 'post', attemptId, outcome: 'done', detail: '', nowMs: clock.nowMs() };
    const settled = {
      ...end,
      step: { state: 'done', receipt },
      release: { state: 'done', receipt },
    } as const;
    expect(await store.endAttempt(mine, settled)).toBe(false);
    expect(await bench.row('a')).toEqual(taken);
    const steps = await bench.db.selectFrom('delivery_step').select(['state', 'receipt']).execute();
    expect(steps).toEqual([{ state: 'sending', receipt: null }]);
    // What came of the attempt is kept all the same.
    expect(await bench.deliveries.attempts('a', 1)).toMatchObject([{ outcome: 'done' }]);

    expect(await store.release(theirs, { state: 'unknown' }, clock.nowMs())).toBe(true);
  });

  test('stops when it cannot renew it, although its target still listens', async () => {
    target.accidents.push('slow-upload');
    let reason = '';
    target.uploading = async (context, landed) => {
      context.signal.addEventListener('abort', () => {
        reason = String(context.signal.reason);
      });
      for (let part = 0; part < 30; part++) {
        context.progress(part, 30);
        await bench.clock.sleep(2_000);
      }
      return landed;
    };
    await sql`create trigger unwell before update of claim_at_ms on delivery
      when old.state = 'sending' and new.state = 'sending' begin select raise(abort, 'disk I/O error'); end`.execute(
      bench.db,
    );
    await bench.enqueue({ id: 'a' });
    await bench.worker('w').start();
    await bench.clock.advance(29_000);
    expect(reason).toBe('');
    await bench.clock.advance(2_000);
    expect(reason).toContain('lease was lost');
  });
});

describe('what may have landed', () => {
  test('is not looked for while the attempt of a worker that died may still be under way', async () => {
    target.accidents.push('crash-before-effect');
    await bench.enqueue({ id: 'a' });
    await bench.worker('dies').start();
    await bench.clock.advance(100);
    await bench.worker('lives', { soleProcess: true }).start();
    const { attemptTimeoutMs, settleDelayMs } = target.publisher().describe;
    await bench.clock.advance(attemptTimeoutMs + settleDelayMs - 200);
    expect(target.lookUpCount).toBe(0);
    await bench.clock.advance(1_000);
    expect(target.lookUpCount).toBe(1);
    expect(target.effects).toHaveLength(1);
  });

  test.each([
    ['is sent again while the server remembers its key', 'server-key', 3_600_000, 2, 'done'],
    ['is left to a person once the server may have forgotten it', 'server-key', 500, 1, 'unknown'],
    ['is left to a person where the server knows no keys', 'look-up', 3_600_000, 1, 'unknown'],
  ] as const)('%s', async (_, dedupe, dedupeWindowMs, attempts, state) => {
    await open({ dedupe, dedupeWindowMs });
    target.readable = false;
    target.accidents.push('lost-after-effect');
    await bench.enqueue({ id: 'a' });
    await bench.worker('w').start();
    await bench.minutes(1);
    expect(target.attempts).toHaveLength(attempts);
    expect((await bench.row('a')).state).toBe(state);
  });
});
