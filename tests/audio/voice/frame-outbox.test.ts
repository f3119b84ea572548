import { describe, expect, test } from 'vitest';
import { FrameOutbox } from '#audio/voice/frame-outbox.ts';
import { framesInFlightMax, framesQueuedMax } from '#audio/voice/limits.ts';
import type { KeyedFrame } from '#audio/voice/protocol.ts';

function keyed(sequence: number, payload = new Uint8Array([1])): KeyedFrame {
  return { streamKey: 's', frame: { streamId: 1, sequence, captureTimeMs: 0, payload } };
}

function setUp() {
  const posted: KeyedFrame[] = [];
  const transferred: ArrayBuffer[] = [];
  const outbox = new FrameOutbox((frames, transfer) => {
    posted.push(...frames);
    transferred.push(...transfer);
  });
  return { outbox, posted, transferred };
}

describe('frame outbox', () => {
  test('hands frames on at once while there is credit', () => {
    const { outbox, posted } = setUp();
    for (let index = 0; index < framesInFlightMax; index++) outbox.push(keyed(index));
    expect(posted).toHaveLength(framesInFlightMax);
    expect(outbox.queuedCount).toBe(0);
  });

  test('is bounded when the worker stalls, and keeps the newest', () => {
    const { outbox, posted } = setUp();
    const pushedCount = framesInFlightMax + 10 * framesQueuedMax;
    for (let index = 0; index < pushedCount; index++) outbox.push(keyed(index));
    expect(posted).toHaveLength(framesInFlightMax);
    expect(outbox.queuedCount).toBe(framesQueuedMax);
    expect(outbox.droppedCount).toBe(9 * framesQueuedMax);

    outbox.acknowledge(framesInFlightMax);
    const sequences = posted.slice(framesInFlightMax).map(({ frame }) => frame.sequence);
    expect(sequences[0]).toBe(pushedCount - framesQueuedMax);
    expect(sequences.at(-1)).toBe(pushedCount - 1);
    expect(outbox.queuedCount).toBe(0);
  });

  test('drops what waits of one stream, and nothing of others', () => {
    const { outbox, posted } = setUp();
    for (let index = 0; index < framesInFlightMax; index++) outbox.push(keyed(index));
    outbox.push(keyed(1_000));
    outbox.push({ ...keyed(2_000), streamKey: 'other' });
    outbox.drop('s');
    outbox.acknowledge(framesInFlightMax);
    expect(posted.slice(framesInFlightMax).map(({ frame }) => frame.sequence)).toEqual([2_000]);
  });

  test('copies the payload alone, not the buffer it is a view of', () => {
    const { outbox, posted, transferred } = setUp();
    const chunk = new Uint8Array(65_536).fill(7);
    outbox.push(keyed(0, chunk.subarray(100, 103)));
    expect(posted[0]?.frame.payload).toEqual(new Uint8Array([7, 7, 7]));
    expect(transferred.map((buffer) => buffer.byteLength)).toEqual([3]);
  });

  test('starts over with a new worker', () => {
    const { outbox, posted } = setUp();
    for (let index = 0; index < framesInFlightMax + 5; index++) outbox.push(keyed(index));
    outbox.reset();
    outbox.push(keyed(9_999));
    expect(posted.at(-1)?.frame.sequence).toBe(9_999);
    expect(posted).toHaveLength(framesInFlightMax + 1);
  });
});
