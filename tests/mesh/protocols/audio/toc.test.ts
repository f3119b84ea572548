import { expect, test } from 'vitest';
import { lasts20Ms } from '#mesh/protocols/audio/toc.ts';

/** RFC 6716 table 2, in milliseconds, by configuration number. */
const durationsMs = [
  10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10,
  20, 2.5, 5, 10, 20,
];

test('every configuration and frame count is judged as the RFC says', () => {
  for (const [configuration, durationMs] of durationsMs.entries()) {
    for (const stereo of [0, 4]) {
      const toc = (configuration << 3) | stereo;
      expect(lasts20Ms(Uint8Array.of(toc, 0))).toBe(durationMs === 20);
      expect(lasts20Ms(Uint8Array.of(toc | 1, 0))).toBe(durationMs === 10);
      expect(lasts20Ms(Uint8Array.of(toc | 2, 0))).toBe(durationMs === 10);
      for (let count = 0; count < 64; count += 1) {
        expect(lasts20Ms(Uint8Array.of(toc | 3, count | 0x80))).toBe(durationMs * count === 20);
      }
    }
  }
});

test('silence passes, nothing and half a packet do not', () => {
  expect(lasts20Ms(Uint8Array.of(0xf8, 0xff, 0xfe))).toBe(true);
  expect(lasts20Ms(new Uint8Array(0))).toBe(false);
  expect(lasts20Ms(Uint8Array.of(0xfb))).toBe(false);
});
