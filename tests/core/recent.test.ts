import { expect, test } from 'vitest';
import { Recent } from '#core/recent.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('gives what came last, within the time and the number it keeps', async () => {
  const clock = new FakeClock();
  const recent = new Recent<number>({ clock }, { spanMs: 100, countMax: 3 });
  expect(recent.last(100)).toEqual([]);
  for (const item of [1, 2, 3, 4]) {
    recent.add(item);
    await clock.advance(20);
  }
  expect(recent.last(100)).toEqual([2, 3, 4]);
  expect(recent.last(50)).toEqual([3, 4]);
  expect(recent.last(0)).toEqual([]);
  await clock.advance(70);
  expect(recent.last(10_000)).toEqual([4]);
});
