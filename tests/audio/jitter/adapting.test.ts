import { describe, expect, test } from 'vitest';
import { JitterBuffer } from '#audio/jitter/jitter-buffer.ts';
import { delayRangeOf } from '#audio/jitter/profiles.ts';

const excessMsMax = 500;
const targetCount = 20;
const quietBytes = 4;
const loudBytes = 200;

/** Frames of which every tenth is quiet; a turn pushes as many as have arrived and pulls one. */
class Stream {
  readonly buffer: JitterBuffer;
  readonly leftOut: number[] = [];
  readonly waitedFor: number[] = [];
  sequence = 0;
  #before = -1;
  #concealed = 0;
  readonly #bytesOf: (sequence: number) => number;

  constructor(
    bytesOf = (sequence: number) => (sequence % 10 === 0 ? quietBytes : loudBytes),
    buffer = new JitterBuffer({ delay: delayRangeOf('music'), excessMsMax }),
  ) {
    this.#bytesOf = bytesOf;
    this.buffer = buffer;
    this.arrive(targetCount - 1);
  }

  arrive(count: number): void {
    for (let index = 0; index < count; index++, this.sequence++) {
      const payload = new Uint8Array(this.#bytesOf(this.sequence));
      this.buffer.push({ streamId: 1, sequence: this.sequence, captureTimeMs: 0, payload });
    }
  }

  turn(arrivingCount: number): void {
    this.arrive(arrivingCount);
    const pulled = this.buffer.pull();
    if (pulled.kind === 'missing') this.#concealed++;
    if (pulled.kind !== 'frame') return;
    const { sequence } = pulled.frame;
    for (let each = this.#before + 1; each < sequence; each++) this.leftOut.push(each);
    if (this.#concealed > 0) this.waitedFor.push(sequence);
    this.#concealed = 0;
    this.#before = sequence;
  }
}

function run(stream: Stream, turnCount: number, arrivingAt: (turn: number) => number): void {
  for (let turn = 0; turn < turnCount; turn++) stream.turn(arrivingAt(turn));
}

describe('a clock that drifts', () => {
  test('too slow: quiet frames are drawn out, and nothing runs dry', () => {
    const stream = new Stream();
    run(stream, 6_000, (turn) => (turn % 100 === 99 ? 0 : 1));
    expect(stream.buffer.counts).toMatchObject({ underruns: 0, missed: 0, shortened: 0 });
    expect(stream.buffer.counts.stretched).toBeGreaterThan(50);
    expect(stream.waitedFor.filter((sequence) => sequence % 10 !== 0)).toEqual([]);
    expect(Math.abs(stream.buffer.heldCount - targetCount)).toBeLessThanOrEqual(4);
  });

  test('too fast: quiet frames are left out, and the delay stays', () => {
    const stream = new Stream();
    run(stream, 6_000, (turn) => (turn % 100 === 99 ? 2 : 1));
    expect(stream.buffer.counts).toMatchObject({ underruns: 0, dropped: 0, stretched: 0, concealed: 0 });
    expect(stream.leftOut).toHaveLength(stream.buffer.counts.shortened);
    expect(stream.leftOut.length).toBeGreaterThan(50);
    expect(stream.leftOut.filter((sequence) => sequence % 10 !== 0)).toEqual([]);
    expect(Math.abs(stream.buffer.heldCount - targetCount)).toBeLessThanOrEqual(4);
  });

  test('with no quiet frame in sight: one of the smallest after a while', () => {
    const stream = new Stream(() => loudBytes);
    run(stream, 10, () => 1);
    stream.arrive(5);
    run(stream, 300, () => 1);
    expect(stream.buffer.counts.shortened).toBe(0);
    run(stream, 600, () => 1);
    expect(stream.buffer.counts.shortened).toBeGreaterThan(2);
    expect(stream.buffer.counts.shortened).toBeLessThanOrEqual(5);
  });

  test('that only jitters: next to nothing is touched', () => {
    const stream = new Stream();
    run(stream, 6_000, (turn) => [3, 0, 0, 2, 0, 1][turn % 6] as number);
    const { shortened, stretched, missed, underruns } = stream.buffer.counts;
    expect(shortened + stretched).toBeLessThanOrEqual(2);
    expect(missed + underruns).toBe(0);
  });
});

describe('the playout delay', () => {
  test('grows with every hole and shrinks by a frame in 30 calm seconds, to its floor', () => {
    const stream = new Stream();
    run(stream, 100, () => 1);
    for (let stall = 0; stall < 3; stall++) {
      run(stream, 60 + 60 * stall, () => 0);
      stream.arrive(60 + 60 * stall);
      run(stream, 1_000, () => 1);
    }
    const grownMs = stream.buffer.targetMs;
    expect(stream.buffer.counts.underruns).toBe(3);
    expect(grownMs).toBeGreaterThanOrEqual(400 + 3 * 60);
    run(stream, 1_600, () => 1);
    expect(stream.buffer.targetMs).toBeLessThan(grownMs);
    expect(stream.buffer.targetMs).toBeGreaterThanOrEqual(grownMs - 60);
    run(stream, 40_000, () => 1);
    expect(stream.buffer.targetMs).toBe(400);
    expect(Math.abs(stream.buffer.heldCount - targetCount)).toBeLessThanOrEqual(3);
  });

  test('stays under the ceiling, whatever comes', () => {
    const stream = new Stream();
    for (let stall = 0; stall < 60; stall++) {
      run(stream, 250, () => 0);
      stream.arrive(100);
      run(stream, 20, () => 1);
    }
    expect(stream.buffer.targetMs).toBe(2_000);
  });

  test('is what the profile says, unless a number is given', () => {
    expect(delayRangeOf('talk')).toEqual({ startMs: 200, floorMs: 120, ceilingMs: 1_000 });
    expect(delayRangeOf('music').startMs).toBe(400);
    expect(delayRangeOf('robust').startMs).toBe(1_500);
    expect(delayRangeOf('talk', 1_200)).toEqual({ startMs: 1_200, floorMs: 1_200, ceilingMs: 1_200 });
  });
});
