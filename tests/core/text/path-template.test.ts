import { describe, expect, test } from 'vitest';
import { fillPath, pathProblem, slugOf } from '#core/text/path-template.ts';

const fields = {
  title: 'Größe & Ende: v1.2!',
  key: 'c0ffee00c0ffee00c0ffee00',
  createdAtMs: Date.UTC(2026, 0, 5),
};

describe('paths', () => {
  test('take date, slug and key', () => {
    const path = fillPath('{year}/{month}/{day}/{date}-{slug}-{key}.md', fields);
    expect(path).toBe('2026/01/05/2026-01-05-große-ende-v1-2-c0ffee00c0ffee00c0ffee00.md');
  });

  test('of a title without letters take the key', () => {
    expect(fillPath('{slug}.md', { ...fields, title: '🎉🎉' })).toBe('c0ffee00c0.md');
  });

  test('are filled once: what a title holds is no placeholder', () => {
    expect(fillPath('{slug}', { ...fields, title: '{key}' })).toBe('key');
  });

  test.each(['a.md', 'a/b-c/d.e', 'ü/ß.md', '.nojekyll', '.github/x.yml'])('%s is fine', (path) => {
    expect(pathProblem(path)).toBeUndefined();
  });

  test.each([
    '',
    '/a',
    'a/',
    'a//b',
    './a',
    'a/../b',
    '.git/config',
    'a/.GIT/b',
    'a\\b',
    'a\u0000b',
    '{nope}.md',
    'a'.repeat(1_025),
  ])('%j is not, and says why', (path) => {
    expect(pathProblem(path)).toMatch(/: (use|end|shorten|change)/);
  });
});

test('slugs are bounded and keep other scripts', () => {
  expect(slugOf('音楽 と 光')).toBe('音楽-と-光');
  expect(slugOf('x'.repeat(200))).toHaveLength(60);
});
