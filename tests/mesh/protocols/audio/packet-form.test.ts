import { describe, expect, test } from 'vitest';
import { isWellFormed } from '#mesh/protocols/audio/packet-form.ts';

/** CELT, 20 ms or less: configuration 31, by the code of the frame count. */
const toc = (code: 0 | 1 | 2 | 3) => 0xf8 | code;
const packet = (code: 0 | 1 | 2 | 3, ...body: number[]) => Uint8Array.of(toc(code), ...body);
const filled = (code: 0 | 1 | 2 | 3, head: number[], length: number) =>
  Uint8Array.of(toc(code), ...head, ...new Uint8Array(length));

describe('what RFC 6716 §3.4 allows', () => {
  test.each<[string, Uint8Array]>([
    ['silence', packet(0, 0xff, 0xfe)],
    ['DTX: no frame byte at all', packet(0)],
    ['the longest frame', filled(0, [], 1_275)],
    ['two alike', packet(1, 1, 2)],
    ['two of different lengths', packet(2, 1, 9, 8, 7)],
    ['two, the first of 300 bytes', filled(2, [252, 12], 305)],
    ['two empty ones', packet(2, 0)],
    ['eight alike', filled(3, [8], 16)],
    ['padded', packet(3, 0b0100_0001, 2, 9, 0, 0)],
    ['of different lengths and padded', packet(3, 0b1100_0010, 1, 1, 9, 8, 0)],
  ])('%s', (_, bytes) => expect(isWellFormed(bytes)).toBe(true));
});

describe('what it forbids', () => {
  test.each<[string, Uint8Array]>([
    ['R1: nothing', new Uint8Array(0)],
    ['R2: a frame that is too long', filled(0, [], 1_276)],
    ['R3: two alike, but an odd number of bytes', packet(1, 1)],
    ['R4: a length that is cut off', packet(2, 252)],
    ['R4: no length', packet(2)],
    ['R4: more than there is', packet(2, 5, 1, 2)],
    ['R5: no frame', packet(3, 0)],
    ['R5: no count', packet(3)],
    ['R6: three alike that don’t divide', packet(3, 3, 1, 2)],
    ['R6: more padding than bytes', packet(3, 0b0100_0001, 9)],
    ['R6: padding without end', packet(3, 0b0100_0001, 255, 255)],
    ['R7: a length beyond the end', packet(3, 0b1000_0010, 9, 1)],
    ['a second frame that is too long', filled(2, [1], 1_277)],
  ])('%s', (_, bytes) => expect(isWellFormed(bytes)).toBe(false));
});
