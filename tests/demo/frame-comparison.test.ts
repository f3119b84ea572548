import { describe, expect, test } from 'vitest';
import { compareFrames, percentile } from '#demo/frame-comparison.ts';

const source = Array.from({ length: 100 }, (_, sequence) => ({
  sequence,
  captureTimeMs: 1_000 + sequence * 20,
  sha256: `frame-${sequence}`,
}));

function heardFrom(indexes: number[], latencyMs = 400) {
  return indexes.map((index) => ({
    sha256: `frame-${index}`,
    arrivedAtMs: (source[index]?.captureTimeMs ?? 0) + latencyMs,
  }));
}

describe('compareFrames', () => {
  test('finds a whole programme whole, from wherever it was joined', () => {
    const result = compareFrames(source, heardFrom([40, 41, 42, 43, 44]));
    expect(result).toEqual({
      framesHeard: 5,
      framesIdentical: 5,
      framesLost: 0,
      framesDuplicated: 0,
      latencyMs: { p50: 400, p99: 400 },
      jitterMs: { p99: 0 },
    });
  });

  test('counts what is missing between the first and the last heard frame', () => {
    expect(compareFrames(source, heardFrom([10, 11, 14, 15])).framesLost).toBe(2);
  });

  test('counts a repeat once as duplicated and never as lost', () => {
    const result = compareFrames(source, heardFrom([10, 11, 11, 12]));
    expect(result).toMatchObject({ framesDuplicated: 1, framesLost: 0, framesIdentical: 4 });
  });

  test('does not call a changed payload identical, and misses the one it replaced', () => {
    const heard = heardFrom([10, 11, 12]);
    heard[1] = { sha256: 'other', arrivedAtMs: 0 };
    expect(compareFrames(source, heard)).toMatchObject({ framesHeard: 3, framesIdentical: 2, framesLost: 1 });
  });

  test('tells equal payloads of a looped programme apart by order', () => {
    const looped = [
      ...source.slice(0, 10),
      ...source.slice(0, 10).map((f) => ({ ...f, captureTimeMs: f.captureTimeMs + 200 })),
    ];
    const heard = looped.slice(5, 15).map((f) => ({ sha256: f.sha256, arrivedAtMs: f.captureTimeMs + 400 }));
    expect(compareFrames(looped, heard)).toMatchObject({
      framesLost: 0,
      framesDuplicated: 0,
      framesIdentical: 10,
    });
  });

  test('measures jitter as change of latency', () => {
    const heard = heardFrom([1, 2, 3]);
    heard[2] = { sha256: 'frame-3', arrivedAtMs: (source[3]?.captureTimeMs ?? 0) + 430 };
    expect(compareFrames(source, heard)).toMatchObject({ latencyMs: { p99: 430 }, jitterMs: { p99: 30 } });
  });

  test('says nothing was heard when nothing was', () => {
    expect(compareFrames(source, [])).toMatchObject({ framesHeard: 0, framesLost: 0, latencyMs: { p50: 0 } });
  });
});

describe('percentile', () => {
  test('is the nearest rank', () => {
    expect(percentile([5, 1, 4, 2, 3], 50)).toBe(3);
    expect(percentile([5, 1, 4, 2, 3], 99)).toBe(5);
    expect(percentile([], 50)).toBe(0);
  });
});
