import { describe, expect, test } from 'vitest';
import { compare, median } from '../../bench/compare/statistics.ts';

test('the median of an even number lies between the middle two', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 10])).toBe(3.5);
});

describe('ten runs of each', () => {
  const around = (middle: number) => [-4, -3, -2, -1, -1, 1, 1, 2, 3, 4].map((off) => middle + off);

  test('apart by more than they scatter are proven, and the interval holds the ratio', () => {
    const worse = compare(around(110), around(100));
    expect(worse).toMatchObject({ ours: 110, theirs: 100, verdict: 'worse' });
    expect(worse.interval[0]).toBeGreaterThan(1.05);
    expect(worse.interval[1]).toBeLessThan(1.15);
    expect(compare(around(100), around(110)).verdict).toBe('better');
  });

  test('that overlap are unproven, however the medians lie', () => {
    expect(compare(around(101), around(100)).verdict).toBe('unproven');
    expect(compare(around(100), around(100))).toMatchObject({ ratio: 1, verdict: 'unproven' });
  });

  test('the same numbers give the same interval', () => {
    expect(compare(around(101), around(100))).toEqual(compare(around(101), around(100)));
  });
});

test('a few runs prove nothing', () => {
  expect(compare([200, 201], [100, 101]).verdict).toBe('unproven');
});
