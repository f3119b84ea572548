import type { Frame } from '#contracts/audio.ts';
import { frameBytes } from './plan.ts';

/** Calls `send` 50 times a second until stopped; counts what it made. */
export function pace(send: (frame: Frame) => void) {
  const startedAtMs = performance.now();
  let frames = 0;
  let lateMs = 0;
  let timer: NodeJS.Timeout;
  const next = () => {
    lateMs = Math.max(lateMs, performance.now() - startedAtMs - frames * 20);
    send(frameOf(frames));
    frames += 1;
    timer = setTimeout(next, Math.max(0, startedAtMs + frames * 20 - performance.now()));
  };
  timer = setTimeout(next, 0);
  return { count: () => frames, lateMs: () => lateMs, stop: () => clearTimeout(timer) };
}

function frameOf(sequence: number): Frame {
  const payload = new Uint8Array(frameBytes).fill(sequence & 0xff);
  // CELT, one frame of 20 ms.
  payload[0] = 0xf8;
  return { streamId: 1, sequence, captureTimeMs: performance.timeOrigin + performance.now(), payload };
}
