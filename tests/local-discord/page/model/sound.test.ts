import { describe, expect, test } from 'vitest';
import { levelOf, meterPercent } from '../../../../packages/local-discord/src/page/model/pcm-level.ts';
import {
  playoutAheadMaxS,
  playoutDelayS,
  playoutTime,
} from '../../../../packages/local-discord/src/page/model/playout.ts';
import { SequenceCounter } from '../../../../packages/local-discord/src/page/model/sequence-counter.ts';
import {
  decodeAudioPacket,
  encodeAudioPacket,
} from '../../../../packages/local-discord/src/page-api/audio-packet.ts';

describe('levelOf', () => {
  test('is nothing for silence and for no samples', () => {
    expect(levelOf([new Float32Array(960)])).toEqual({ peak: 0, rms: 0 });
    expect(levelOf([])).toEqual({ peak: 0, rms: 0 });
  });

  test('has the peak and root mean square of a sine', () => {
    const sine = Float32Array.from(
      { length: 4_800 },
      (_, index) => 0.5 * Math.sin((2 * Math.PI * 440 * index) / 48_000),
    );
    const { peak, rms } = levelOf([sine, sine]);
    expect(peak).toBeCloseTo(0.5, 2);
    expect(rms).toBeCloseTo(0.5 / Math.SQRT2, 2);
  });
});

describe('meterPercent', () => {
  test.each([
    [0, 0],
    [0.0005, 0],
    [0.001, 0],
    [Math.sqrt(0.001), 50],
    [1, 100],
    [2, 100],
  ])('rms %d shows %d', (rms, percent) => {
    expect(meterPercent(rms)).toBe(percent);
  });
});

describe('playoutTime', () => {
  test('starts with the delay, then goes on where the last frame ends', () => {
    expect(playoutTime(10, undefined)).toBe(10 + playoutDelayS);
    expect(playoutTime(10, 10.05)).toBe(10.05);
  });

  test('starts over after an underrun and drops what is too far ahead', () => {
    expect(playoutTime(10, 9.99)).toBe(10 + playoutDelayS);
    expect(playoutTime(10, 10 + playoutAheadMaxS + 0.01)).toBeUndefined();
  });
});

describe('SequenceCounter', () => {
  test('counts gaps by speaker, across the wrap, and no new stream', () => {
    const counter = new SequenceCounter();
    for (const sequence of [65_534, 65_535, 0, 3]) counter.add('a', sequence);
    counter.add('b', 40_000);
    expect(counter.lostCount).toBe(2);
    counter.add('a', 30_000);
    expect(counter.lostCount).toBe(2);
  });

  test('does not count a repeat or a late frame', () => {
    const counter = new SequenceCounter();
    for (const sequence of [5, 5, 4]) counter.add('a', sequence);
    expect(counter.lostCount).toBe(0);
  });
});

describe('audio packets', () => {
  const packet = {
    speakerId: '1100000000000000002',
    rtpSequence: 65_535,
    rtpTimestamp: 4_294_967_295,
    e2ee: true,
    silence: false,
    payload: Uint8Array.of(0xf8, 1, 2),
  };

  test('come back as they were', () => {
    expect(decodeAudioPacket(encodeAudioPacket(packet))).toEqual(packet);
    const quiet = { ...packet, e2ee: false, silence: true };
    expect(decodeAudioPacket(encodeAudioPacket(quiet))).toEqual(quiet);
  });

  test('are refused in another form or without a payload', () => {
    const bytes = encodeAudioPacket(packet);
    expect(decodeAudioPacket(bytes.subarray(0, 16))).toBeUndefined();
    expect(decodeAudioPacket(bytes.with(0, 2))).toBeUndefined();
  });
});
