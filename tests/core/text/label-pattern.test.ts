import { describe, expect, test } from 'vitest';
import { fitsPattern, fitted, versionIn } from '#core/text/label-pattern.ts';

describe('a pattern of labels', () => {
  test.each([
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

  test('can’t be made to run long', () => {
    const startedAtMs = performance.now();
    expect(fitsPattern('*a'.repeat(100), `${'a'.repeat(99)}b`.repeat(2))).toBe(false);
    expect(performance.now() - startedAtMs).toBeLessThan(200);
  });
});

describe('a pattern with {version}', () => {
  test.each([
    ['app-{version}-*', 'app-1.2.0-linux.tgz', '1.2.0'],
    ['app-{version}*', 'app-v2.0-rc.1.zip', 'v2.0-rc.1'],
    ['APP-{version}.sha256', 'app-1.2.0.sha256', '1.2.0'],
    ['*-{version}.tgz', 'a-1.0-b-2.0.tgz', '2.0'],
    ['app-{version}-*', 'app-linux.tgz', undefined],
    ['app-{version}', 'app-1.2.0-linux', undefined],
  ])('%s and %s: %s', (pattern, label, version) => {
    expect(fitted(pattern, label)?.version).toBe(version);
  });

  test('without one it says only whether it fits', () => {
    expect(fitted('*.tgz', 'a-1.2.tgz')).toEqual({});
    expect(fitted('*.tgz', 'a.zip')).toBeUndefined();
  });

  test.each([
    ['guildmesh-1.4.0+7.tgz', '1.4.0+7'],
    ['2026-notes', undefined],
    ['a1.2.3', '1.2.3'],
  ])('the version in %s is %s', (text, version) => {
    expect(versionIn(text)).toBe(version);
  });
});
