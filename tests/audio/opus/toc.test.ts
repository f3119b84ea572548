import { expect, test } from 'vitest';
import { isTwentyMsPacket, packetShape } from '#audio/opus/toc.ts';

test('takes exactly the packets of one 20 ms frame or two of 10 ms', () => {
  const twenty = [1, 5, 9, 13, 15, 19, 23, 27, 31];
  const ten = [0, 4, 8, 12, 14, 18, 22, 26, 30];
  for (let config = 0; config < 32; config++) {
    const toc = config << 3;
    expect(isTwentyMsPacket(Uint8Array.of(toc, 1)), `config ${config}, one`).toBe(twenty.includes(config));
    for (const code of [1, 2])
      expect(isTwentyMsPacket(Uint8Array.of(toc | code, 1)), `config ${config}, two`).toBe(
        ten.includes(config),
      );
    expect(isTwentyMsPacket(Uint8Array.of(toc | 3, 1))).toBe(twenty.includes(config));
    expect(isTwentyMsPacket(Uint8Array.of(toc | 3, 2))).toBe(ten.includes(config));
    expect(isTwentyMsPacket(Uint8Array.of(toc | 3, 3))).toBe(false);
  }
});

test('refuses packets no decoder would take, and those too large for a frame', () => {
  expect(packetShape(Uint8Array.of())).toBeUndefined();
  expect(packetShape(Uint8Array.of(0xff))).toBeUndefined();
  expect(packetShape(Uint8Array.of(0xff, 0))).toBeUndefined();
  expect(isTwentyMsPacket(new Uint8Array(1_301).fill(0xfc))).toBe(false);
  expect(isTwentyMsPacket(new Uint8Array(1_300).fill(0xfc))).toBe(true);
});
