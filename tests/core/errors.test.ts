import { expect, test } from 'vitest';
import { defineErrors, errorText, GuildmeshError, isGuildmeshError } from '#core/errors.ts';

const errors = defineErrors({
  TEST_MISSING: {
    kind: 'user',
    message: (d: { name: string }) => `There is no ${d.name}.`,
    next: (d) => `Make ${d.name}.`,
  },
  TEST_PLAIN: { kind: 'operator', message: () => 'It is broken.', next: () => 'Mend it.' },
});

test('a factory makes the error of its definition', () => {
  const cause = new Error('ENOENT');
  const error = errors.TEST_MISSING({ name: 'file' }, { cause });
  expect(error).toBeInstanceOf(GuildmeshError);
  expect(error.cause).toBe(cause);
  expect(error.toRecord()).toEqual({
    code: 'TEST_MISSING',
    kind: 'user',
    message: 'There is no file.',
    next: 'Make file.',
    details: { name: 'file' },
  });
  expect(errors.TEST_PLAIN().message).toBe('It is broken.');
});

test('an error survives a thread border', () => {
  const record = structuredClone(errors.TEST_MISSING({ name: 'file' }).toRecord());
  expect(new GuildmeshError(record).toRecord()).toEqual(record);
});

test('errors are told apart by code', () => {
  expect(isGuildmeshError(errors.TEST_PLAIN(), 'TEST_PLAIN')).toBe(true);
  expect(isGuildmeshError(errors.TEST_PLAIN(), 'TEST_MISSING')).toBe(false);
  expect(isGuildmeshError(errors.TEST_PLAIN())).toBe(true);
  expect(isGuildmeshError(new Error('TEST_PLAIN'))).toBe(false);
  expect(errorText('thrown text')).toBe('thrown text');
});
