import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Confirmation, Publisher } from '#contracts/publisher.ts';
import { silentLogger } from '#core/logger.ts';
import { monthOf } from '#publishing/outbox/budget.ts';
import { progressEveryMs } from '#publishing/outbox/changes.ts';
import { attemptLifeMs, JournalKeeper } from '#publishing/outbox/journal.ts';
import { describeEngines } from '../../support/engines.ts';
import { FakeTarget } from '../support/fake-target.ts';
import { type OutboxBench, outboxBench, stepOf } from '../support/outbox-bench.ts';

describeEngines('the runner', (on) => {
  let target: FakeTarget;
  let bench: OutboxBench;
  let confirmations: Confirmation[];

  async function open(more: Partial<Publisher> = {}): Promise<void> {
    target = new FakeTarget();
    bench = await outboxBench(on, target.publisher({}, more));
  }

  beforeEach(() => open());

  describe('what the target says it has, and does not show', () => {
    const minute = 60_000;

    async function refusedAsRepetition(): Promise<void> {
      target = new FakeTarget();
      bench = await outboxBench(on, target.publisher({ patienceMs: 10 * minute }));
      target.lags = true;
      target.accidents.push('lost-after-effect', 'repetition');
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
    }

    test('is looked for again for as long as the publisher has patience, and never sent again', async () => {
      await refusedAsRepetition();
      await bench.minutes(9);
      expect(await bench.row('a')).toMatchObject({ state: 'unknown', error_code: null });
      target.lags = false;
      await bench.minutes(10);
      expect((await bench.row('a')).state).toBe('done');
      expect(target.attempts).toEqual([1, expect.any(Number)]);
      expect(target.effects).toHaveLength(1);
    });

    test('then goes to a person, and is not called failed; their Retry looks, and sends nothing', async () => {
      await refusedAsRepetition();
      await bench.minutes(60);
      const asks = { state: 'unknown', claim_at_ms: null, error_code: 'OUTBOX_SEEMS_THERE' };
      expect(await bench.row('a')).toMatchObject(asks);
      await bench.operations.retry('guild', 'a');
      await bench.minutes(60);
      expect(await bench.row('a')).toMatchObject(asks);
      expect(target.attempts).toHaveLength(2);
      expect(target.effects).toHaveLength(1);
    });

    test('an attempt after a person’s Retry knows that an earlier one may have landed', async () => {
      target.accidents.push('refused');
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await bench.minutes(1);
      await bench.operations.retry('guild', 'a');
      await bench.minutes(1);
      expect(target.attempts).toEqual([1, 2]);
    });
  });

  describe('an upload', () => {
    test('that makes progress outlives its lease and its time-out, and is reported now and then', async () => {
      target.accidents.push('slow-upload');
      target.uploading = async (context, receipt) => {
        for (let part = 1; part <= 60; part++) {
          await bench.clock.sleep(2_500, context.signal);
          context.progress(part, 60);
        }
        return receipt;
      };
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await bench.worker('other').start();
      await bench.clock.advance(100_000);
      expect(await bench.row('a')).toMatchObject({ state: 'sending', worker: 'w', fence: 1 });
      const { progress } = (await bench.deliveries.get('guild', 'a')) ?? {};
      expect(progress).toMatchObject({ totalBytes: 60 });
      expect(progress?.sentBytes).toBeGreaterThan(30);
      expect(bench.told.length).toBeLessThanOrEqual(2 + 100_000 / progressEveryMs);
      await bench.clock.advance(60_000);
      expect((await bench.row('a')).state).toBe('done');
      expect(target.effects).toHaveLength(1);
      expect(bench.changes.progressOf('a')).toBeUndefined();
    });

    test('that falls silent is of unknown fate, although the publisher ignores its signal', async () => {
      target.accidents.push('silent');
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await bench.clock.advance(5_100);
      expect((await bench.row('a')).state).toBe('unknown');
      expect(await bench.deliveries.attempts('a', 1)).toMatchObject([
        { outcome: 'unknown', detail: 'no answer within 5 s' },
      ]);
      await bench.minutes(1);
      expect(target.lookUpCount).toBe(1);
      expect(target.effects).toHaveLength(1);
    });

    test('ends when its lease is lost, and writes nothing more', async () => {
      target.accidents.push('slow-upload');
      let reason = '';
      target.uploading = async (context, receipt) => {
        context.signal.addEventListener('abort', () => {
          reason = String(context.signal.reason);
        });
        for (let part = 0; part < 100; part++) {
          context.progress(part, 100);
          await bench.clock.sleep(1_000);
        }
        return receipt;
      };
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await bench.clock.advance(2_000);
      await bench.db
        .updateTable('delivery')
        .set({ fence: 7, worker: 'thief' })
        .where('id', '=', 'a')
        .execute();
      await bench.clock.advance(20_000);
      expect(reason).toContain('lease was lost');
      expect(await bench.row('a')).toMatchObject({ state: 'sending', worker: 'thief', fence: 7 });
    });
  });

  test('a hub that stops records what it cut short as unknown', async () => {
    target.accidents.push('silent');
    await bench.enqueue({ id: 'a' });
    const worker = bench.worker('w');
    await worker.start();
    await bench.clock.advance(100);
    await worker.stop();
    expect((await bench.row('a')).state).toBe('unknown');
  });

  test('a hub that drains finishes what it has in hand and takes no more', async () => {
    target.accidents.push('slow-upload');
    const upload = Promise.withResolvers<void>();
    target.uploading = async (_, receipt) => {
      await upload.promise;
      return receipt;
    };
    await bench.enqueue({ id: 'a' });
    await bench.enqueue({ id: 'b' });
    const worker = bench.worker('w');
    await worker.start();
    await bench.clock.advance(100);
    const drained = worker.drain(new AbortController().signal);
    upload.resolve();
    await drained;
    await bench.clock.advance(100);
    expect((await bench.row('a')).state).toBe('done');
    expect((await bench.row('b')).state).toBe('pending');
  });

  test('steps that are not those approved are not sent', async () => {
    await bench.enqueue({ id: 'a' });
    await bench.db
      .updateTable('delivery_step')
      .set({ step: JSON.stringify(stepOf('post', 'forged')) })
      .execute();
    await bench.worker('w').start();
    await bench.minutes(1);
    expect(target.effects).toHaveLength(0);
    expect(await bench.row('a')).toMatchObject({ state: 'failed', error_code: 'OUTBOX_CHANGED' });
  });

  test('a look-up that keeps failing ends at a person', async () => {
    target.accidents.push('lost-after-effect');
    target.findsFail = 1_000;
    await bench.enqueue({ id: 'a' });
    await bench.worker('w').start();
    await bench.minutes(8);
    expect(await bench.row('a')).toMatchObject({ state: 'unknown', error_code: null });
    await bench.minutes(4);
    expect(await bench.row('a')).toMatchObject({ claim_at_ms: null, error_code: 'OUTBOX_FATE_UNKNOWN' });
    expect(target.effects).toHaveLength(1);
  });

  describe('what a target confirms later', () => {
    beforeEach(async () => {
      confirmations = [];
      await open({
        confirm: async (_, __, receipt) => confirmations.shift() ?? ({ state: 'pending', receipt } as never),
      });
    });

    test('is asked for with patience, and sent once', async () => {
      confirmations.push(
        { state: 'pending' },
        { state: 'pending' },
        { state: 'confirmed', receipt: { remoteId: 'final' } },
      );
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await bench.clock.advance(10);
      expect((await bench.row('a')).state).toBe('confirming');
      await bench.minutes(2);
      expect(await bench.row('a')).toMatchObject({ state: 'done', receipt: '{"remoteId":"final"}' });
      expect(target.effects).toHaveLength(1);
    });

    test('goes to a person after its deadline; retry asks again without sending', async () => {
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await bench.minutes(12);
      expect(await bench.row('a')).toMatchObject({
        state: 'unknown',
        claim_at_ms: null,
        error_code: 'OUTBOX_UNCONFIRMED',
      });
      confirmations.push({ state: 'confirmed', receipt: { remoteId: 'final' } });
      await bench.operations.retry('guild', 'a');
      await bench.minutes(1);
      expect((await bench.row('a')).state).toBe('done');
      expect(target.effects).toHaveLength(1);
    });
  });

  describe('money', () => {
    test('comes back when nothing was sent, and a month’s end moves what is set aside', async () => {
      bench.setBudget(500_000);
      target.accidents.push('refused');
      await bench.enqueue({ id: 'a', costMicros: 300_000 });
      await bench.worker('w').start();
      await bench.minutes(1);
      expect((await bench.row('a')).state).toBe('failed');
      expect(await bench.gate.spentMicros('target')).toBe(0);

      target.retryAfterMs = 60_000;
      target.accidents.push('rate-limited');
      await bench.operations.retry('guild', 'a');
      await bench.clock.advance(1_000);
      expect(await bench.gate.spentMicros('target')).toBe(300_000);
      const spentIn = monthOf(bench.clock.nowMs());
      bench.clock.stepWall(32 * 24 * 3_600_000);
      await bench.minutes(2);
      expect((await bench.row('a')).state).toBe('done');
      expect(await bench.gate.spentMicros('target')).toBe(300_000);
      const rows = await bench.db.selectFrom('target_spend').selectAll().orderBy('month').execute();
      expect(rows[0]).toMatchObject({ month: spentIn, spent_micros: 0 });
    });
  });

  test('a person’s pause is not replaced by a rate limit', async () => {
    await bench.gate.pause('target', 'by-person', 'held');
    await bench.gate.pause('target', 'rate-limited', 'slow', bench.clock.nowMs() + 1_000);
    await bench.enqueue({ id: 'a' });
    await bench.worker('w').start();
    await bench.minutes(5);
    expect(await bench.gate.paused('target')).toMatchObject({ reason: 'by-person', until_ms: null });
    expect(target.effects).toHaveLength(0);
    expect(bench.alerts).toEqual([]);
  });

  test('one at a time goes to a target by default; more, or spaced, where it is set so', async () => {
    target.accidents.push('silent', 'silent', 'silent');
    for (const id of ['1', '2', '3']) await bench.enqueue({ id });
    await bench.worker('w').start();
    await bench.worker('v').start();
    await bench.clock.advance(1_000);
    const inFlight = async () =>
      (await bench.db.selectFrom('delivery').select('id').where('state', '=', 'sending').execute()).length;
    expect(await inFlight()).toBe(1);
    await bench.db
      .transaction()
      .execute((tx) => bench.operations.tuneTarget(tx as never, 'target', { inFlightMax: 2, spacingMs: 0 }));
    await bench.worker('u').start();
    await bench.clock.advance(1_000);
    expect(await inFlight()).toBe(2);

    await bench.db
      .transaction()
      .execute((tx) =>
        bench.operations.tuneTarget(tx as never, 'spaced', { inFlightMax: 4, spacingMs: 60_000 }),
      );
    target.accidents.length = 0;
    for (const id of ['x', 'y', 'z']) await bench.enqueue({ id, targetId: 'spaced' });
    await bench.clock.advance(50_000);
    expect(target.effects.filter(({ body }) => 'xyz'.includes(body))).toHaveLength(1);
    await bench.minutes(2.2);
    expect(target.effects.filter(({ body }) => 'xyz'.includes(body))).toHaveLength(3);
  });

  test.runIf(on.engine === 'sqlite')(
    'nothing leaves that cannot be recorded, and all goes on when there is room again',
    async () => {
      await bench.enqueue({ id: 'a', steps: [stepOf('post', 'x'.repeat(1_000))] });
      const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(bench.db);
      await sql.raw(`pragma max_page_count = ${rows[0]?.page_count}`).execute(bench.db);
      // Whatever room is left in the pages there are is taken too.
      const filler = { kind: 'filler', payload: '', wanted_by: '', created_at_ms: 0 };
      for (let size = 2_000; size >= 1; size = Math.floor(size / 2))
        for (let index = 0; ; index++) {
          const row = { ...filler, key: `${size}-${index}`, payload: 'x'.repeat(size) };
          if (
            await bench.db
              .insertInto('intent')
              .values(row)
              .execute()
              .then(
                () => false,
                () => true,
              )
          )
            break;
        }
      const alone = sql`create trigger full before insert on delivery_attempt begin
      insert into intent (kind, key, payload, wanted_by, created_at_ms) values ('filler', hex(randomblob(9)), hex(zeroblob(5000)), '', 0); end`;
      await sql.raw('pragma max_page_count = 1000000').execute(bench.db);
      await alone.execute(bench.db);
      const now = await sql<{ page_count: number }>`pragma page_count`.execute(bench.db);
      await sql.raw(`pragma max_page_count = ${now.rows[0]?.page_count}`).execute(bench.db);
      await bench.worker('w').start();
      await bench.minutes(3);
      expect(target.effects).toHaveLength(0);
      await sql.raw('pragma max_page_count = 1000000').execute(bench.db);
      await bench.minutes(3);
      expect(target.effects).toHaveLength(1);
      expect(await bench.row('a')).toMatchObject({ state: 'done', crash_count: 0 });
    },
  );

  test('the journal of what is over is kept for its time, and no longer', async () => {
    target.accidents.push('not-sent');
    await bench.enqueue({ id: 'a' });
    await bench.enqueue({ id: 'b', targetId: 'held' });
    await bench.worker('w').start();
    await bench.minutes(1);
    const journal = new JournalKeeper({ db: bench.db, clock: bench.clock, logger: silentLogger() });
    expect(await journal.purge()).toBe(0);
    bench.clock.stepWall(attemptLifeMs + 60_000);
    expect(await journal.purge()).toBe(3);
    expect(await bench.deliveries.attempts('a', 10)).toEqual([]);
  });
});
