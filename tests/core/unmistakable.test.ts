import { expect, test } from 'vitest';
import { isUnmistakable } from '#core/unmistakable.ts';

test.each([
  'release',
  'password',
  'guildmesh',
  'Release2026',
  'P4ssw0rd!x',
  'aaaaaaaaaaaaaaa',
  'kxqzvbnmwrt',
  'KXQZvbnmwrt',
  '1234567890',
  '{"guildId":"',
  'Summer2026!!',
  'x1-',
])('holds nobody back: %s', (value) => {
  expect(isUnmistakable(value)).toBe(false);
});

test.each(['kX7qZ2vB9m', 'kxqz-vbnm-7', 'every sixteen is enough', '0123456789abcdef'])(
  'holds its own guild back: %s',
  (value) => {
    expect(isUnmistakable(value)).toBe(true);
  },
);
