import { framesInFlightMax, framesQueuedMax } from './limits.ts';
import type { KeyedFrame } from './protocol.ts';

/**
 * Hands frames to the worker by credit: only a limited number may be unacknowledged, only a limited number may wait,
 * and the oldest waiting one is dropped for a newer. A worker that stalls costs frames, never memory.
 */
export class FrameOutbox {
  readonly #post: (frames: KeyedFrame[], transfer: ArrayBuffer[]) => void;
  #inFlightCount = 0;
  #queue: KeyedFrame[] = [];
  #droppedCount = 0;

  constructor(post: (frames: KeyedFrame[], transfer: ArrayBuffer[]) => void) {
    this.#post = post;
  }

  get queuedCount(): number {
    return this.#queue.length;
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  push(keyed: KeyedFrame): void {
    this.#queue.push(keyed);
    if (this.#inFlightCount < framesInFlightMax) {
      this.#send();
      return;
    }
    if (this.#queue.length <= framesQueuedMax) return;
    this.#queue.shift();
    this.#droppedCount++;
  }

  /** Frames of this stream that wait aren't wanted any more. */
  drop(streamKey: string): void {
    this.#queue = this.#queue.filter((keyed) => keyed.streamKey !== streamKey);
  }

  acknowledge(count: number): void {
    this.#inFlightCount = Math.max(0, this.#inFlightCount - count);
    if (this.#queue.length > 0) this.#send();
  }

  /** The worker is gone, and the frames sent to it are lost. */
  reset(): void {
    this.#inFlightCount = 0;
    this.#queue = [];
  }

  #send(): void {
    const batch = this.#queue.splice(0, framesInFlightMax - this.#inFlightCount);
    if (batch.length === 0) return;
    this.#inFlightCount += batch.length;
    // Copied, since cloning a view would clone its whole buffer.
    const transfer: ArrayBuffer[] = [];
    const frames = batch.map(({ streamKey, frame }) => {
      const payload = new Uint8Array(frame.payload);
      transfer.push(payload.buffer);
      const { streamId, sequence, captureTimeMs } = frame;
      return { streamKey, frame: { streamId, sequence, captureTimeMs, payload } };
    });
    this.#post(frames, transfer);
  }
}
