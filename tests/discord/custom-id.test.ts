import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemChance } from '#core/clock.ts';
import { CustomIdCodec, everybody } from '#discord/interactions/custom-id.ts';
import { customIdKey } from '#discord/interactions/custom-id-key.ts';
import { customIdLengthMax, customIdLifetimeMs } from '#discord/interactions/limits.ts';

const chance = systemChance();
const codec = new CustomIdCodec({ chance }, { key: chance.bytes(32) });
const binding = { userId: '100000000000000001', originId: '900000000000000001' };
const nowMs = Date.UTC(2026, 0, 1);
const data = fc.string({ unit: 'grapheme', maxLength: 24 }).filter((text) => text.length <= 24);

function refusal(customId: string, bound = binding, atMs = nowMs): string {
  try {
    codec.decode(customId, bound, atMs);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('what was encoded comes back, within Discord’s 100 characters', () => {
  fc.assert(
    fc.property(data, (text) => {
      const customId = codec.encode('broadcast', 'stop-listed', text, binding, nowMs);
      expect(customId.length).toBeLessThanOrEqual(customIdLengthMax);
      const decoded = codec.decode(customId, binding, nowMs);
      expect(decoded).toMatchObject({ command: 'broadcast', name: 'stop-listed', data: text });
    }),
  );
});

test('what is for everybody works for anybody on any message, as long as the message stands', () => {
  const customId = codec.encode('publish', 'refresh', 'p1', everybody, nowMs);
  expect(refusal(customId)).toBe('accepted');
  expect(refusal(customId, { userId: '1', originId: '' })).toBe('accepted');
  expect(refusal(customId.replace('refresh', 'discard'))).toBe('DISCORD_CONTROL_FOREIGN');
  expect(refusal(customId, binding, nowMs + 1_000 * customIdLifetimeMs)).toBe('accepted');
});

test('any change of any character is refused', () => {
  fc.assert(
    fc.property(data, fc.nat(), fc.string({ minLength: 0, maxLength: 2 }), (text, where, instead) => {
      const customId = codec.encode('relay', 'stop', text, binding, nowMs);
      const at = where % customId.length;
      const changed = customId.slice(0, at) + instead + customId.slice(at + 1);
      fc.pre(changed !== customId);
      expect(refusal(changed)).toBe('DISCORD_CONTROL_FOREIGN');
    }),
    { numRuns: 2_000 },
  );
});

test('data moved from one button to another is refused', () => {
  const one = codec.encode('relay', 'stop', 'A', binding, nowMs);
  const two = codec.encode('relay', 'stop', 'B', binding, nowMs);
  expect(refusal(one.slice(0, -1) + two.slice(-1))).toBe('DISCORD_CONTROL_FOREIGN');
});

test('another person, another message and another key are refused', () => {
  const customId = codec.encode('relay', 'stop', '1', binding, nowMs);
  expect(refusal(customId)).toBe('accepted');
  expect(refusal(customId, { ...binding, userId: '100000000000000002' })).toBe('DISCORD_CONTROL_FOREIGN');
  expect(refusal(customId, { ...binding, originId: '900000000000000002' })).toBe('DISCORD_CONTROL_FOREIGN');
  const other = new CustomIdCodec({ chance }, { key: chance.bytes(32) });
  expect(() => other.decode(customId, binding, nowMs)).toThrow();
});

test('it ends with its time', () => {
  const customId = codec.encode('relay', 'stop', '1', binding, nowMs);
  expect(refusal(customId, binding, nowMs + customIdLifetimeMs - 1_000)).toBe('accepted');
  expect(refusal(customId, binding, nowMs + customIdLifetimeMs + 1_000)).toBe('DISCORD_CONTROL_EXPIRED');
});

test('no two are alike, so each control can act once', () => {
  const keys = Array.from({ length: 100 }, () => {
    const customId = codec.encode('relay', 'stop', '1', binding, nowMs);
    return codec.decode(customId, binding, nowMs).key;
  });
  expect(new Set(keys).size).toBe(keys.length);
});

describe('a view that asks for too much', () => {
  test.each([
    ['data that does not fit', 'stop', 'x'.repeat(80)],
    ['a name with a dot', 'st.op', ''],
    ['no name', '', ''],
  ])('%s is a defect', (_, name, text) => {
    expect(() => codec.encode('relay', name, text, binding, nowMs)).toThrow(RangeError);
  });
});

describe('the key', () => {
  function storeOf(map: Map<string, unknown>) {
    return {
      get: async (key: string) => map.get(key),
      set: async (key: string, value: unknown) => map.set(key, value),
      delete: async (key: string) => map.delete(key),
    };
  }

  test('is kept, and replaced when what was kept is unusable', async () => {
    const map = new Map<string, unknown>();
    const store = storeOf(map);
    const first = await customIdKey({ store, chance });
    expect(Buffer.from(await customIdKey({ store, chance }))).toEqual(Buffer.from(first));
    for (const broken of ['', 'short', 7, null]) {
      map.set([...map.keys()][0]!, broken);
      const made = await customIdKey({ store, chance });
      expect(made).toHaveLength(32);
      expect(Buffer.from(made)).not.toEqual(Buffer.from(first));
    }
  });
});
