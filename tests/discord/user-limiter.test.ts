import { expect, test } from 'vitest';
import { limiterUsersMax } from '#discord/interactions/limits.ts';
import { UserLimiter } from '#discord/interactions/user-limiter.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('a burst, then one for each refill', async () => {
  const clock = new FakeClock();
  const limiter = new UserLimiter({ clock }, { burstMax: 3, refillMs: 1_000 });
  expect([1, 2, 3].map(() => limiter.take('a'))).toEqual([0, 0, 0]);
  expect(limiter.take('a')).toBe(1_000);
  await clock.advance(400);
  expect(limiter.take('a')).toBeCloseTo(600);
  await clock.advance(600);
  expect(limiter.take('a')).toBe(0);
  expect(limiter.take('b')).toBe(0);
});

test('waiting does not fill it beyond the burst', async () => {
  const clock = new FakeClock();
  const limiter = new UserLimiter({ clock }, { burstMax: 2, refillMs: 10 });
  await clock.advance(60_000);
  expect([1, 2, 3].map(() => limiter.take('a') === 0)).toEqual([true, true, false]);
});

test('remembers a bounded number of people, the idlest forgotten first', () => {
  const limiter = new UserLimiter({ clock: new FakeClock() }, { burstMax: 1, refillMs: 1_000 });
  limiter.take('first');
  for (let user = 0; user < limiterUsersMax - 1; user++) limiter.take(`user-${user}`);
  expect(limiter.take('first')).toBeGreaterThan(0);
  limiter.take('one too many');
  expect(limiter.take('user-0')).toBe(0);
});
