import { expect, test } from 'vitest';
import { z } from 'zod';
import { RecordCodec } from '#mesh/protocols/wire/record-codec.ts';
import { emptyKind, jsonKind, type RecordKind } from '#mesh/protocols/wire/record-kind.ts';
import { WireViolation } from '#mesh/protocols/wire/violation.ts';

type Spoken = { type: 'hello' } | { type: 'word'; text: string } | { type: 'level'; value: number };

const level: RecordKind<Extract<Spoken, { type: 'level' }>> = {
  ...{ type: 'level', number: 3, contentBytesMin: 1, contentBytesMax: 1 },
  encode: ({ value }) => Uint8Array.of(value),
  decode: ([value = 0]) => ({ type: 'level', value }),
};
const word = jsonKind('word', 2, 32, z.object({ text: z.string() }));
const codec = new RecordCodec<Spoken>([emptyKind('hello', 1), word, level]);
const records: Spoken[] = [{ type: 'hello' }, { type: 'word', text: 'wörd' }, { type: 'level', value: 9 }];

test('each kind has its header and its own content', () => {
  const [hello, said, measured] = records.map((record) => Buffer.from(codec.encode(record)));
  expect(hello?.toString('hex')).toBe('000101');
  expect(said?.toString('hex', 0, 3)).toBe('001102');
  expect(said?.toString('utf8', 3)).toBe('{"text":"wörd"}');
  expect(measured?.toString('hex')).toBe('00020309');
});

test('records come out whole, wherever their bytes are cut, and nothing is kept of them', () => {
  const bytes = Buffer.concat(records.map((record) => codec.encode(record)));
  for (let at = 0; at <= bytes.length; at += 1) {
    const decoder = codec.decoder();
    const read = [bytes.subarray(0, at), bytes.subarray(at)].flatMap((part) => [...decoder.read(part)]);
    expect(read).toEqual(records);
    expect(decoder.unfinishedBytes).toBe(0);
  }
});

test.each([
  ['00220207', 'word record of 33 bytes'],
  ['000103', 'level record of 0 bytes'],
  ['000102', 'word record of 0 bytes'],
  ['000177', 'unknown record type'],
  ['0003027b7b', 'malformed word record'],
  [`000b02${Buffer.from('{"text":7}').toString('hex')}`, 'malformed word record'],
])('%s is a violation: %s', (hex, violation) => {
  const read = () => [...codec.decoder().read(Buffer.from(hex, 'hex'))];
  expect(read).toThrow(WireViolation);
  expect(read).toThrow(violation);
});

test('what is longer than its kind may be is not sent', () => {
  expect(() => codec.encode({ type: 'word', text: 'a'.repeat(22) })).toThrow('a word record of 33 bytes');
});

test.each([[[emptyKind('a', 1), emptyKind('b', 1)]], [[emptyKind('a', 1), emptyKind('a', 2)]]])(
  'two kinds of one number or type are refused',
  (kinds) => {
    expect(() => new RecordCodec<{ type: string }>(kinds)).toThrow(RangeError);
  },
);
