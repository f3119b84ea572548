import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JitterBuffer } from '#audio/jitter/jitter-buffer.ts';
import type { Frame } from '#contracts/audio.ts';

const targetCount = 20;
const init = { targetMs: 400, excessMsMax: 500 };
const spanCountMax = 45;

function frame(sequence: number, streamId = 1): Frame {
  return { streamId, sequence: sequence >>> 0, captureTimeMs: 0, payload: new Uint8Array([sequence & 255]) };
}

function push(buffer: JitterBuffer, from: number, count: number, streamId = 1): void {
  for (let index = 0; index < count; index++) buffer.push(frame(from + index, streamId));
}

/** Sequences pulled; `missing` as -1, `waiting` as -2. */
function pull(buffer: JitterBuffer, count: number): number[] {
  return Array.from({ length: count }, () => {
    const pulled = buffer.pull();
    if (pulled.kind === 'frame') return pulled.frame.sequence;
    return pulled.kind === 'missing' ? -1 : -2;
  });
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

describe('jitter buffer', () => {
  it('gathers the target before it plays', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount - 1);
    expect(pull(buffer, 3)).toEqual([-2, -2, -2]);
    push(buffer, targetCount - 1, 1);
    expect(pull(buffer, targetCount)).toEqual(range(0, targetCount));
  });

  it('starts at the target when more came in one go, and not later', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount + 10);
    expect(pull(buffer, 5)).toEqual(range(10, 5));
    expect(buffer.counts).toMatchObject({ skipped: 10, missed: 0, dropped: 0 });
    push(buffer, targetCount + 10, 10);
    expect(pull(buffer, 25)).toEqual(range(15, 25));
  });

  it('orders frames, and lets one that was overtaken at the start go first', () => {
    const buffer = new JitterBuffer(init);
    for (const sequence of [1, 0, 3, 2]) buffer.push(frame(sequence));
    push(buffer, 4, targetCount - 4);
    expect(pull(buffer, 10)).toEqual(range(0, 10));
    expect(buffer.counts.late).toBe(0);
  });

  it('counts late and duplicate frames and plays neither', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount);
    buffer.push(frame(7));
    expect(pull(buffer, 10)).toEqual(range(0, 10));
    buffer.push(frame(3));
    expect(pull(buffer, 10)).toEqual(range(10, 10));
    expect(buffer.counts).toMatchObject({ played: 20, duplicate: 1, late: 1, missed: 0 });
  });

  it('leaves a hole for a lost frame', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, 5);
    push(buffer, 6, targetCount - 6);
    expect(pull(buffer, 8)).toEqual([0, 1, 2, 3, 4, -1, 6, 7]);
    expect(buffer.counts.missed).toBe(1);
  });

  it('gathers again after an underrun and loses nothing by it', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount);
    expect(pull(buffer, targetCount + 250).slice(targetCount)).toEqual(new Array(250).fill(-2));
    push(buffer, targetCount, targetCount - 1);
    expect(pull(buffer, 1)).toEqual([-2]);
    push(buffer, 2 * targetCount - 1, 1);
    expect(pull(buffer, targetCount)).toEqual(range(targetCount, targetCount));
    expect(buffer.counts).toMatchObject({ played: 40, missed: 0, late: 0, underruns: 1 });
  });

  it('plays out what it holds when the source is interrupted', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, 3);
    expect(pull(buffer, 1)).toEqual([-2]);
    buffer.playOut();
    expect(pull(buffer, 4)).toEqual([0, 1, 2, -2]);
    expect(buffer.counts.underruns).toBe(0);
    push(buffer, 3, 2);
    expect(pull(buffer, 1)).toEqual([-2]);
  });

  it('cuts back to the target when it grows too long, dropping the oldest', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount);
    expect(pull(buffer, 1)).toEqual([0]);
    push(buffer, targetCount, spanCountMax - targetCount + 1);
    expect(buffer.counts.dropped).toBe(0);
    push(buffer, spanCountMax + 1, 1);
    expect(buffer.heldCount).toBe(targetCount);
    expect(pull(buffer, targetCount)).toEqual(range(spanCountMax + 2 - targetCount, targetCount));
    expect(buffer.counts.dropped).toBe(spanCountMax + 1 - targetCount);
  });

  it('holds no more than it may before anything played, which is no loss', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, 10 * spanCountMax);
    expect(buffer.heldCount).toBeLessThanOrEqual(spanCountMax);
    expect(pull(buffer, 1)).toEqual([10 * spanCountMax - targetCount]);
    expect(buffer.counts).toMatchObject({ dropped: 0, missed: 0 });
  });

  it('starts anew with a new stream, and is not disturbed by the tail of the one before', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 500, targetCount, 1);
    pull(buffer, 5);
    push(buffer, 0, targetCount, 2);
    buffer.push(frame(530, 1));
    expect(pull(buffer, targetCount)).toEqual(range(0, targetCount));
    expect(buffer.counts).toMatchObject({ late: 1, dropped: targetCount - 5 });
  });

  it('goes on over the wrap of the sequence', () => {
    const buffer = new JitterBuffer(init);
    const from = 2 ** 32 - 10;
    push(buffer, from, targetCount);
    expect(pull(buffer, targetCount)).toEqual(range(0, targetCount).map((index) => (from + index) >>> 0));
    expect(buffer.counts.missed).toBe(0);
  });

  it('takes a jump far ahead in constant time and plays from there', () => {
    const buffer = new JitterBuffer(init);
    push(buffer, 0, targetCount);
    pull(buffer, 5);
    push(buffer, 2_000_000_000, targetCount);
    const pulled = pull(buffer, 2 * targetCount).filter((sequence) => sequence >= 0);
    expect(pulled).toEqual(range(2_000_000_000, targetCount));
    expect(buffer.counts.missed).toBeGreaterThan(1_999_999_000);
  });

  it('refuses a size its slots cannot hold', () => {
    expect(() => new JitterBuffer({ targetMs: 5_000, excessMsMax: 500 })).toThrow(RangeError);
  });

  it('never repeats, never goes back, never holds more than it may, and accounts for every frame', () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 0, max: 300 }) }),
      fc.constant({ push: undefined }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const buffer = new JitterBuffer(init);
        const played: number[] = [];
        let pushedCount = 0;
        for (const { push: sequence } of steps) {
          if (sequence === undefined) played.push(...pull(buffer, 1).filter((value) => value >= 0));
          else {
            buffer.push(frame(sequence));
            pushedCount++;
          }
          expect(buffer.heldCount).toBeLessThanOrEqual(spanCountMax);
        }
        expect(played).toEqual([...new Set(played)].sort((a, b) => a - b));
        const { played: playedCount, late, duplicate, dropped, skipped } = buffer.counts;
        expect(playedCount + late + duplicate + dropped + skipped + buffer.heldCount).toBe(pushedCount);
      }),
    );
  });
});
