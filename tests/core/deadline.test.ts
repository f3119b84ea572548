import { expect, test } from 'vitest';
import { atMost } from '#core/deadline.ts';
import { FakeClock } from '../support/fake-clock.ts';

const never = new Promise<never>(() => undefined);

test('work in time gives what it gives, and leaves no timer behind', async () => {
  const clock = new FakeClock();
  expect(await atMost(clock, 1_000, Promise.resolve('done'))).toBe('done');
  await expect(atMost(clock, 1_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(clock.pendingCount).toBe(0);
});

test('work that takes longer is left alone', async () => {
  const clock = new FakeClock();
  const waiting = atMost(clock, 1_000, never);
  await clock.advance(1_000);
  expect(await waiting).toBeUndefined();
});
