import { expect, test } from 'vitest';
import { shortId } from '#core/short-id.ts';

test('an id has its length, and no letters that look like digits', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
  const id = shortId({ bytes: (count) => bytes.slice(0, count) }, 256);
  expect(id).toHaveLength(256);
  expect(id).not.toMatch(/[lo01]/);
  expect(new Set(id).size).toBe(32);
});
