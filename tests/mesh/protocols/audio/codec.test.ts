import fc from 'fast-check';
import { expect, test } from 'vitest';
import { audiences } from '#contracts/audio.ts';
import { audioCodec } from '#mesh/protocols/audio/codec.ts';
import { audioLimits } from '#mesh/protocols/audio/limits.ts';
import { codecDescription, endReasons, refusals, type WireRecord } from '#mesh/protocols/audio/records.ts';
import { WireViolation } from '#mesh/protocols/wire/violation.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const title = fc.stringMatching(/^[A-Za-z0-9äöü🎵]{1,40}$/u);
const id = fc.stringMatching(/^[a-z0-9]{1,16}$/);
const record: fc.Arbitrary<WireRecord> = fc.oneof(
  fc.constantFrom<WireRecord>({ type: 'catalogue-request' }, { type: 'heartbeat' }, { type: 'unsubscribe' }),
  u32.map((framesReceived): WireRecord => ({ type: 'ack', framesReceived })),
  id.map((broadcast): WireRecord => ({ type: 'subscribe', broadcast })),
  fc.constantFrom(...refusals).map((code): WireRecord => ({ type: 'refused', code })),
  fc.constantFrom(...endReasons).map((reason): WireRecord => ({ type: 'end', reason })),
  title.map((text): WireRecord => ({ type: 'accepted', title: text, codec: { ...codecDescription } })),
  fc
    .array(
      fc.record({
        id,
        title,
        startedAtMs: fc.integer({ min: 0, max: 2 ** 45 }),
        subscriberCount: fc.integer({ min: 0, max: 1_000 }),
        audience: fc.constantFrom(...audiences),
      }),
      { maxLength: 20 },
    )
    .map((broadcasts): WireRecord => ({ type: 'catalogue', broadcasts })),
  fc
    .record({
      streamId: u32,
      sequence: u32,
      captureTimeMs: fc.double({ min: 0, max: 8.64e15, noNaN: true }),
      payload: fc.uint8Array({ minLength: 1, maxLength: 1_300 }),
    })
    .map((frame): WireRecord => ({ type: 'frame', frame })),
);

function decodeIn(chunks: Uint8Array[]): WireRecord[] {
  const decoder = audioCodec.decoder();
  return chunks.flatMap((chunk) => [...decoder.read(chunk)]);
}

function cut(bytes: Uint8Array, lengths: number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (const length of lengths) {
    chunks.push(bytes.subarray(offset, offset + length));
    offset += length;
  }
  return [...chunks, bytes.subarray(offset)];
}

test('what is encoded is decoded, wherever the bytes are cut', () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), lengths, (records, cuts) => {
      const bytes = Buffer.concat(records.map((record) => audioCodec.encode(record)));
      expect(JSON.parse(JSON.stringify(decodeIn(cut(bytes, cuts))))).toEqual(
        JSON.parse(JSON.stringify(records)),
      );
    }),
    { numRuns: 300 },
  );
});

test('a decoded payload owns its bytes: it survives the buffer it came in', () => {
  const frame = { streamId: 1, sequence: 2, captureTimeMs: 3.5, payload: Uint8Array.of(1, 2, 3) };
  const bytes = Buffer.from(audioCodec.encode({ type: 'frame', frame }));
  const [decoded] = decodeIn([bytes]);
  bytes.fill(0);
  expect(decoded).toEqual({ type: 'frame', frame });
});

test('any mutation is a record or a violation, never another error, and never more than one record is held', () => {
  const mutation = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(record, fc.array(mutation, { minLength: 1, maxLength: 6 }), (original, mutations) => {
      const bytes = audioCodec.encode(original);
      for (const { at, to } of mutations) bytes[at % bytes.length] = to;
      const decoder = audioCodec.decoder();
      try {
        for (const _ of decoder.read(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(WireViolation);
      }
      expect(decoder.unfinishedBytes).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 2_000 },
  );
});

test('arbitrary bytes are refused without another error', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 6 }), (chunks) => {
      try {
        decodeIn(chunks);
      } catch (error) {
        expect(error).toBeInstanceOf(WireViolation);
      }
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['frame', 0x10, audioLimits.frameBytesMax + 1],
  ['subscribe', 0x03, audioLimits.controlBytesMax + 1],
  ['catalogue', 0x02, audioLimits.catalogueBytesMax + 1],
  ['ack', 0x06, 5],
  ['heartbeat', 0x07, 1],
])('a %s record that is too long is refused by its first three bytes', (name, number, contentBytes) => {
  const length = contentBytes + 1;
  const header = Uint8Array.of(length >> 8, length & 0xff, number);
  expect(() => decodeIn([header])).toThrow(`${name} record of ${contentBytes} bytes`);
});

test.each([
  ['an unknown type', Uint8Array.of(0, 1, 0xee), 'unknown record type'],
  ['no content length at all', Uint8Array.of(0, 0, 0x07), 'heartbeat record of -1 bytes'],
  ['broken JSON', json(0x03, '{"broadcast":'), 'malformed subscribe record'],
  ['broken UTF-8', Uint8Array.of(0, 4, 0x03, 0xff, 0xfe, 0xfd), 'malformed subscribe record'],
  ['a wrong field', json(0x03, '{"broadcast":7}'), 'malformed subscribe record'],
  ['an unknown refusal', json(0x05, '{"code":"because"}'), 'malformed refused record'],
  ['a negative time', frameAt(-1), 'impossible capture time'],
  ['no time at all', frameAt(Number.NaN), 'impossible capture time'],
])('%s is a violation', (_, bytes, violation) => {
  expect(() => decodeIn([bytes])).toThrow(violation);
});

test('a catalogue of too many entries is refused, fields nobody knows are ignored, texts are cleaned', () => {
  const entry = { id: 'a', title: 't', startedAtMs: 1, subscriberCount: 0 };
  const many = Array.from({ length: audioLimits.catalogueEntriesMax + 1 }, () => entry);
  expect(() => decodeIn([json(0x02, JSON.stringify({ broadcasts: many }))])).toThrow('malformed catalogue');
  const odd = { ...entry, title: 'a\u202eb\nc\u0000', extra: 1, ['__proto__']: { polluted: true } };
  const [decoded] = decodeIn([json(0x02, JSON.stringify({ broadcasts: [odd] }))]);
  expect(decoded).toEqual({ type: 'catalogue', broadcasts: [{ ...entry, title: 'ab c' }] });
});

test('an audience that isn’t known counts as the narrowest, so that it is passed on to nobody', () => {
  const entry = { id: 'a', title: 't', startedAtMs: 1, subscriberCount: 0 };
  const odd = ['friends', 7, null].map((audience) => ({ ...entry, audience }));
  const [decoded] = decodeIn([json(0x02, JSON.stringify({ broadcasts: odd }))]);
  expect(decoded).toMatchObject({ broadcasts: odd.map(() => ({ audience: 'server' })) });
});

test('the fullest catalogue fits, and a record that does not fit is not sent', () => {
  const entry = {
    id: 'a'.repeat(16),
    title: 'ᚠ'.repeat(100),
    startedAtMs: 1.7e12,
    subscriberCount: 1_000_000,
    audience: 'neighbours' as const,
  };
  const broadcasts = Array.from({ length: audioLimits.catalogueEntriesMax }, () => entry);
  expect(decodeIn([audioCodec.encode({ type: 'catalogue', broadcasts })])).toEqual([
    { type: 'catalogue', broadcasts },
  ]);
  const payload = new Uint8Array(1_301);
  const frame = { streamId: 1, sequence: 1, captureTimeMs: 1, payload };
  expect(() => audioCodec.encode({ type: 'frame', frame })).toThrow(RangeError);
});

function json(type: number, text: string): Uint8Array {
  const content = new TextEncoder().encode(text);
  const length = content.length + 1;
  return Uint8Array.of(length >> 8, length & 0xff, type, ...content);
}

function frameAt(captureTimeMs: number): Uint8Array {
  const frame = { streamId: 1, sequence: 1, captureTimeMs, payload: Uint8Array.of(0xf8) };
  return audioCodec.encode({ type: 'frame', frame });
}
