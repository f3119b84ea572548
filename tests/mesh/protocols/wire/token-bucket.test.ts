import { expect, test } from 'vitest';
import { TokenBucket } from '#mesh/protocols/wire/token-bucket.ts';

test('a burst at once, then no more than so many a second, and never more than a burst after a pause', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 }, 1_000);
  const taken = (nowMs: number) => [1, 2, 3, 4].filter(() => bucket.take(nowMs)).length;
  expect(taken(1_000)).toBe(3);
  expect(taken(1_400)).toBe(0);
  expect(taken(1_500)).toBe(1);
  expect(taken(2_500)).toBe(2);
  expect(taken(100_000)).toBe(3);
});
