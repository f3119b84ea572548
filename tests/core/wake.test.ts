import { expect, test } from 'vitest';
import { Wake } from '#core/wake.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('a wait ends when something changes, and leaves no timer behind', async () => {
  const clock = new FakeClock();
  const wake = new Wake({ clock });
  const waiting = wake.next(1_000);
  wake.now();
  await waiting;
  expect(clock.pendingCount).toBe(0);
});

test('a wait ends when its time has passed; without one it goes on', async () => {
  const clock = new FakeClock();
  const wake = new Wake({ clock });
  const ended: string[] = [];
  const first = wake.next(1_000).then(() => ended.push('first'));
  await clock.advance(1_000);
  await first;
  const second = wake.next().then(() => ended.push('second'));
  await clock.advance(1_000_000);
  expect(ended).toEqual(['first']);
  wake.now();
  await second;
});

test('what changes while nobody waits ends no later wait', async () => {
  const clock = new FakeClock();
  const wake = new Wake({ clock });
  wake.now();
  let isOver = false;
  const waiting = wake.next(1_000).then(() => (isOver = true));
  await clock.advance(999);
  expect(isOver).toBe(false);
  await clock.advance(1);
  await waiting;
});
