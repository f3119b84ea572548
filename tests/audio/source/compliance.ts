import { describe, expect, test } from 'vitest';
import { isTwentyMsPacket } from '#audio/opus/toc.ts';
import type { AudioSource, SourceFrame } from '#audio/source/contract.ts';
import { rejection } from '../../support/rejection.ts';
import { until } from '../support/harness.ts';

export interface ComplianceSubject {
  /** A new source, not started, each time it is called. */
  source(): AudioSource;
  /** Sends frames to those that wait for them, where a source doesn't fetch them. */
  push?: () => void;
  /** Whether anything it opened is still there. */
  isFree(): boolean;
}

const never = new AbortController().signal;

/** What owners of an AudioSource rely on, whatever its kind. */
export function complies(kind: string, subject: () => ComplianceSubject): void {
  describe(`a source: ${kind}`, () => {
    test('opens nothing before it starts, starts once, and can be stopped without', async () => {
      const { source, isFree } = subject();
      const idle = source();
      expect(idle.health()).toMatchObject({ state: 'idle', framesGiven: 0 });
      expect(isFree()).toBe(true);
      await idle.start(never);
      await expect(idle.start(never)).rejects.toThrow();
      idle.stop();
      idle.stop();
      expect(idle.health().state).toBe('over');
      await until(isFree, 3_000);
      const unused = source();
      unused.stop();
      await expect(unused.start(never)).rejects.toThrow();
    });

    test('gives facts, then 20 ms packets with times that make sense', async () => {
      const { source, push, isFree } = subject();
      const fromMs = Date.now();
      const playing = source();
      const facts = await playing.start(never);
      expect(facts.title).not.toBe('');
      const frames = await read(playing, 10, push);
      expect(frames.length).toBe(10);
      for (const { payload } of frames) expect(isTwentyMsPacket(payload)).toBe(true);
      const times = frames.flatMap(({ captureTimeMs }) =>
        captureTimeMs === undefined ? [] : [captureTimeMs],
      );
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      for (const time of times) {
        expect(time).toBeGreaterThan(fromMs - 60_000);
        expect(time).toBeLessThanOrEqual(Date.now());
      }
      // Leaving the reader has stopped it.
      expect(playing.health()).toMatchObject({ state: 'over' });
      expect(playing.health().framesGiven).toBeGreaterThanOrEqual(10);
      await until(isFree, 3_000);
    });

    test('lets a waiting reader go when it is stopped', async () => {
      const { source, push, isFree } = subject();
      const playing = source();
      await playing.start(never);
      let count = 0;
      const reading = (async () => {
        for await (const _ of playing.frames()) if (++count === 3) setTimeout(() => playing.stop(), 50);
      })();
      const pushing = setInterval(() => count < 3 && push?.(), 10);
      await reading.finally(() => clearInterval(pushing));
      expect(count).toBeGreaterThanOrEqual(3);
      await until(isFree, 3_000);
    });

    test('starts no more when it was no longer wanted', async () => {
      const { source, isFree } = subject();
      const reason = new Error('no longer wanted');
      expect(await rejection(source().start(AbortSignal.abort(reason)))).toBe(reason);
      const late = new AbortController();
      const starting = rejection(source().start(late.signal));
      late.abort(reason);
      expect(await starting).toBe(reason);
      await until(isFree, 3_000);
    });
  });
}

async function read(source: AudioSource, count: number, push?: () => void): Promise<SourceFrame[]> {
  const frames: SourceFrame[] = [];
  const pushing = setInterval(() => push?.(), 5);
  try {
    for await (const frame of source.frames()) {
      frames.push(frame);
      if (frames.length === count) break;
    }
  } finally {
    clearInterval(pushing);
  }
  return frames;
}
