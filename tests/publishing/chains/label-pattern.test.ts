import { describe, expect, it } from 'vitest';
import { fitsPattern } from '../../../src/publishing/chains/label-pattern.ts';

describe('a pattern of labels', () => {
  it.each([
    ['*.tgz', 'a.TGZ', true],
    ['v?.?', 'v1.2', true],
    ['v?.?', 'v1.22', false],
    ['*', '', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'axxbyy', false],
    ['a.c', 'abc', false],
    ['', 'x', false],
  ])('%s and %s: %s', (pattern, label, fits) => {
    expect(fitsPattern(pattern, label)).toBe(fits);
  });

  it('can’t be made to run long', () => {
    const startedAtMs = performance.now();
    expect(fitsPattern('*a'.repeat(100), `${'a'.repeat(99)}b`.repeat(2))).toBe(false);
    expect(performance.now() - startedAtMs).toBeLessThan(200);
  });
});
