import { expect, test } from 'vitest';
import { Rounds } from '#core/rounds.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('a round follows the end of the one before, also of one that failed', async () => {
  const clock = new FakeClock();
  const failures: unknown[] = [];
  let count = 0;
  const run = async () => {
    if (++count === 2) throw new Error('the disk is full');
  };
  const rounds = new Rounds({ clock }, { everyMs: 1_000, run, failed: (error) => failures.push(error) });
  rounds.begin();
  await clock.advance(999);
  expect(count).toBe(1);
  await clock.advance(1);
  await clock.advance(1_000);
  expect(count).toBe(3);
  expect(failures).toEqual([new Error('the disk is full')]);
  await rounds.stop();
  expect(clock.pendingCount).toBe(0);
});

test('the first may begin later; none begins after the stop', async () => {
  const clock = new FakeClock();
  let count = 0;
  const rounds = new Rounds({ clock }, { everyMs: 1_000, run: async () => count++, failed: () => undefined });
  rounds.beginLater();
  expect(count).toBe(0);
  await rounds.stop();
  await clock.advance(10_000);
  expect(count).toBe(0);
});

test('stopping aborts the round under way and waits for it, and its failure is nobody’s', async () => {
  const clock = new FakeClock();
  const failures: unknown[] = [];
  const run = (signal: AbortSignal) => clock.sleep(60_000, signal);
  const rounds = new Rounds({ clock }, { everyMs: 1_000, run, failed: (error) => failures.push(error) });
  rounds.begin();
  await rounds.stop();
  expect(failures).toEqual([]);
  expect(clock.pendingCount).toBe(0);
});
