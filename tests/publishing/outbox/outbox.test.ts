import { beforeEach, describe, expect, test } from 'vitest';
import { describeEngines } from '../../support/engines.ts';
import { type Accident, FakeTarget } from '../support/fake-target.ts';
import { type OutboxBench, outboxBench, stepOf } from '../support/outbox-bench.ts';

describeEngines('the outbox', (on) => {
  let target: FakeTarget;
  let bench: OutboxBench;

  beforeEach(async () => {
    target = new FakeTarget();
    bench = await outboxBench(on, target.publisher());
  });

  const minutes = (count: number) => bench.minutes(count);

  describe('a delivery', () => {
    test('leaves once and keeps its receipt', async () => {
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await minutes(1);
      expect(target.effects).toHaveLength(1);
      expect(await bench.row('a')).toMatchObject({
        state: 'done',
        open: 0,
        claim_at_ms: null,
        receipt: JSON.stringify({ remoteId: 'key-a/post', url: 'https://target.example/key-a/post' }),
      });
    });

    test('is enqueued once, however often it is asked for', async () => {
      await bench.enqueue({ id: 'a' });
      await bench.enqueue({ id: 'b', key: 'key-a' });
      await bench.worker('w').start();
      await minutes(1);
      expect(target.effects).toHaveLength(1);
    });

    test('waits for its time', async () => {
      await bench.enqueue({ id: 'a', state: 'scheduled', dueAtMs: bench.clock.nowMs() + 600_000 });
      await bench.worker('w').start();
      await minutes(9);
      expect(target.effects).toHaveLength(0);
      await minutes(2);
      expect(target.effects).toHaveLength(1);
    });

    test('is not sent when its time is long past', async () => {
      await bench.enqueue({ id: 'a', notAfterMs: bench.clock.nowMs() - 120_000 });
      await bench.worker('w').start();
      await minutes(1);
      expect(target.effects).toHaveLength(0);
      expect(await bench.row('a')).toMatchObject({ state: 'failed', error_code: 'OUTBOX_MISSED' });
    });

    test('sends its steps in order and resumes at the first that is missing', async () => {
      const steps = ['one', 'two', 'three'].map((id) => stepOf(id, id));
      target.accidents.push('none', 'not-sent', 'none', 'lost-after-effect');
      await bench.enqueue({ id: 'a', steps });
      await bench.worker('w').start();
      await minutes(5);
      expect(target.effects.map(({ body }) => body)).toEqual(['one', 'two', 'three']);
      expect((await bench.row('a')).state).toBe('done');
    });
  });

  describe('an attempt of unknown fate', () => {
    test('is looked up, and not sent again when it landed', async () => {
      target.accidents.push('lost-after-effect');
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await minutes(1);
      expect(target.effects).toHaveLength(1);
      expect(target.lookUpCount).toBe(1);
      expect((await bench.row('a')).state).toBe('done');
    });

    test('is sent again when the look-up says it is not there', async () => {
      target.accidents.push('lost-before-effect');
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await minutes(1);
      expect(target.effects).toHaveLength(1);
      expect((await bench.row('a')).state).toBe('done');
    });

    test('is not looked up before the target has settled', async () => {
      target.accidents.push('lost-after-effect');
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await bench.clock.advance(900);
      expect(target.lookUpCount).toBe(0);
      expect((await bench.row('a')).state).toBe('unknown');
    });

    test('goes to a person when the target cannot tell, and is never sent blindly', async () => {
      target.readable = false;
      target.accidents.push('lost-after-effect');
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await minutes(12);
      expect(target.effects).toHaveLength(1);
      expect(await bench.row('a')).toMatchObject({
        state: 'unknown',
        claim_at_ms: null,
        error_code: 'OUTBOX_FATE_UNKNOWN',
      });
    });

    test('duplicates when the look-up is off: the control that proves these tests can fail', async () => {
      target.accidents.push('lost-after-effect');
      await bench.enqueue({ id: 'a' });
      await bench.worker('w', { lookUpBeforeRetry: false }).start();
      await minutes(1);
      expect(target.effects).toHaveLength(2);
    });
  });

  describe('a worker that dies', () => {
    test.each<[Accident, number]>([
      ['crash-before-effect', 1],
      ['crash-after-effect', 1],
    ])('%s: the next one looks up and finishes', async (accident, effects) => {
      target.accidents.push(accident);
      await bench.enqueue({ id: 'a' });
      await bench.worker('dies').start();
      await minutes(0.1);
      await bench.worker('lives', { soleProcess: true }).start();
      await minutes(2);
      expect(target.effects).toHaveLength(effects);
      expect((await bench.row('a')).state).toBe('done');
    });

    test('tells the next that there was an attempt before', async () => {
      target.accidents.push('crash-before-effect', 'lost-before-effect');
      await bench.enqueue({ id: 'a' });
      await bench.worker('dies').start();
      await minutes(0.1);
      await bench.worker('lives', { soleProcess: true }).start();
      await minutes(2);
      expect(target.attempts).toEqual([1, 2, 3]);
    });

    test('keeps its delivery while its lease lasts', async () => {
      target.accidents.push('crash-before-effect');
      await bench.enqueue({ id: 'a' });
      await bench.worker('dies').start();
      await bench.clock.advance(1_000);
      await bench.worker('other').start();
      await bench.clock.advance(20_000);
      expect(target.effects).toHaveLength(0);
      expect((await bench.row('a')).worker).toBe('dies');
      await minutes(2);
      expect(target.effects).toHaveLength(1);
    });

    test('is set aside when it takes workers down again and again, and the rest goes on', async () => {
      target.accidents.push('crash-before-effect', 'crash-before-effect', 'crash-before-effect');
      await bench.enqueue({ id: 'a' });
      for (const name of ['w1', 'w2', 'w3', 'w4']) {
        await bench.worker(name, { soleProcess: true }).start();
        await bench.clock.advance(10_000);
      }
      await bench.enqueue({ id: 'b' });
      await minutes(1);
      expect(await bench.row('a')).toMatchObject({ state: 'failed', error_code: 'OUTBOX_POISON' });
      expect((await bench.row('b')).state).toBe('done');
    });
  });

  describe('a target that says no', () => {
    test('refuses for good: a dead letter with its reason', async () => {
      target.accidents.push('refused');
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await minutes(12);
      expect(await bench.row('a')).toMatchObject({ state: 'failed', error_code: 'OUTBOX_REJECTED' });
      expect((await bench.row('a')).error_text).toContain('the text is too long');
    });

    test('asks to slow down: nothing leaves for it before that', async () => {
      target.retryAfterMs = 1_163_000;
      target.accidents.push('rate-limited');
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await bench.clock.advance(1_000);
      await bench.enqueue({ id: 'b' });
      await minutes(19);
      expect(target.effects).toHaveLength(0);
      await minutes(2);
      expect(target.effects).toHaveLength(2);
      expect(bench.alerts).toEqual([]);
    });

    test('has lost our authorisation: the target pauses, people are notified once, nothing is lost', async () => {
      target.accidents.push('authorisation-lost');
      await bench.enqueue({ id: 'a' });
      await bench.enqueue({ id: 'b' });
      await bench.worker('w').start();
      await minutes(12);
      expect(bench.alerts).toEqual(['target: authorisation-lost']);
      expect((await bench.row('a')).state).toBe('pending');
      await bench.gate.resume('target');
      await minutes(1);
      expect((await bench.row('a')).state).toBe('done');
      expect((await bench.row('b')).state).toBe('done');
    });

    test('is not there at all: a dead letter after the last attempt', async () => {
      target.accidents.push(...Array.from({ length: 20 }, () => 'not-sent' as const));
      await bench.enqueue({ id: 'a' });
      await bench.worker('w').start();
      await minutes(12);
      expect(await bench.row('a')).toMatchObject({ state: 'failed', error_code: 'OUTBOX_GAVE_UP' });
      expect(target.accidents).toHaveLength(15);
    });
  });

  describe('order and money', () => {
    test('keeps the order of a target that asks for it', async () => {
      target.accidents.push('not-sent', 'not-sent');
      for (const id of ['1', '2', '3']) await bench.enqueue({ id, orderKey: 'target' });
      await bench.worker('w').start();
      await minutes(5);
      expect(target.effects.map(({ body }) => body)).toEqual(['1', '2', '3']);
    });

    test('stops at the monthly budget and goes on in the next month', async () => {
      bench.setBudget(500_000);
      for (const id of ['1', '2', '3']) await bench.enqueue({ id, costMicros: 200_000 });
      await bench.worker('w').start();
      await minutes(5);
      expect(target.effects).toHaveLength(2);
      expect(bench.alerts).toEqual(['target: out-of-budget']);
      bench.clock.stepWall(32 * 24 * 3_600_000);
      await minutes(5);
      expect(target.effects).toHaveLength(3);
    });
  });
});
