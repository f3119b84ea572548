import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '#core/redact.ts';

const clean = (text: string) => text.replaceAll('hush', '[secret]');

test('takes a secret out of each text and each key, however deep, and leaves the rest as it is', () => {
  const value = { a: ['hush', { hush: 1, b: 'not hush' }], n: 7, no: null, yes: true };
  expect(redact(value, clean)).toEqual({
    a: ['[secret]', { '[secret]': 1, b: 'not [secret]' }],
    n: 7,
    no: null,
    yes: true,
  });
  expect(value.a[0]).toBe('hush');
});

test('two keys that hold a secret stay two', () => {
  expect(redact({ hush: 1, '[secret]': 2 }, clean)).toEqual({ '[secret]': 1, '[secret] 2': 2 });
});

test('no key becomes a prototype', () => {
  const made = redact(JSON.parse('{"__proto__":{"hush":1}}'), clean);
  expect(JSON.stringify(made)).toBe('{"__proto__":{"[secret]":1}}');
  expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
});

test('of an error message, stack, fields and causes are clean', () => {
  const cause = new AggregateError([new Error('inner hush')], 'cause hush');
  const error = Object.assign(new TypeError('outer hush', { cause }), { code: 'E1', url: 'http://hush/' });
  const made = redact({ err: error }, clean);
  expect(made).toMatchObject({
    err: {
      type: 'TypeError',
      message: 'outer [secret]',
      code: 'E1',
      url: 'http://[secret]/',
      cause: { type: 'AggregateError', message: 'cause [secret]', errors: [{ message: 'inner [secret]' }] },
    },
  });
  expect(JSON.stringify(made)).not.toContain('hush');
  expect(JSON.stringify(made)).toContain('redact.test.ts');
});

describe('serialises whatever it is given', () => {
  const circular: Record<string, unknown> = { name: 'hush' };
  circular.self = circular;
  const deep = Array.from({ length: 10_000 }).reduce<unknown>((inner) => ({ inner }), 'hush');
  const trap = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  test.each([
    ['a circle', circular, '[circular]'],
    ['great depth', deep, '[too deep]'],
    [
      'a field that throws',
      Object.defineProperty({}, 'x', { enumerable: true, get: () => missing() }),
      '[unreadable]',
    ],
    ['an object that throws', { trap }, '[unreadable]'],
    ['a toJSON that throws', { toJSON: () => missing() }, '[unreadable]'],
    ['a large integer', { n: 10n }, '10'],
    ['bytes', { body: new Uint8Array(5) }, '[5 bytes]'],
    ['an instant', { at: new Date(0) }, '1970'],
  ])('%s', (_, value, said) => {
    const text = JSON.stringify(redact(value, clean));
    expect(text).toContain(said);
    expect(text).not.toContain('hush');
  });

  test('and any JSON, whose form it keeps', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const before = JSON.stringify(value);
        expect(JSON.stringify(redact(value, (text) => text))).toBe(before);
      }),
      { numRuns: 300 },
    );
  });
});

function missing(): never {
  throw new Error('hush');
}
