import { expect, test } from 'vitest';
import { audioLimits } from '#mesh/protocols/audio/limits.ts';
import { TestSink, testFrame } from '../../support/broadcasts.ts';
import { friends, inTime, startedHub } from '../../support/hub.ts';
import { trustedRawPeer } from '../../support/raw-peer.ts';

const { framesInFlightMax, framesQueuedMax } = audioLimits;

test('a subscriber that acknowledges nothing costs a bounded queue, loses the oldest, and others hear all', async () => {
  const hub = await startedHub('North');
  hub.broadcasts.add('radio');
  const slow = await trustedRawPeer(hub, 'Slow');
  const quick = await trustedRawPeer(hub, 'Quick');
  const [stuck, fine] = [await slow.open(), await quick.open()];
  for (const raw of [stuck, fine]) raw.send({ type: 'subscribe', broadcast: 'radio' });
  await expect.poll(() => hub.broadcasts.sinkCount('radio')).toBe(2);

  for (let sequence = 0; sequence < 500; sequence += 1) {
    hub.broadcasts.send('radio', testFrame(sequence, 1_300));
    if (sequence % 50 === 49) {
      await expect.poll(() => frames(fine.records)).toHaveLength(sequence + 1);
      fine.send({ type: 'ack', framesReceived: sequence + 1 });
      await expect.poll(() => hub.mesh.stats().protocols.audio?.framesSent).toBeGreaterThan(sequence);
    }
  }
  expect(frames(fine.records)).toEqual(Array.from({ length: 500 }, (_, index) => index));
  expect(frames(stuck.records)).toEqual(Array.from({ length: framesInFlightMax }, (_, index) => index));
  expect(hub.mesh.stats().protocols.audio?.framesDropped).toBe(500 - framesInFlightMax - framesQueuedMax);

  // It wakes up: what is left of the queue is the newest, and the stream goes on.
  stuck.send({ type: 'ack', framesReceived: framesInFlightMax });
  await expect.poll(() => frames(stuck.records).length).toBeGreaterThan(framesInFlightMax);
  const late = frames(stuck.records).slice(framesInFlightMax);
  expect(late.at(-1)).toBe(499);
  expect(late[0]).toBeGreaterThanOrEqual(500 - framesQueuedMax);
});

test('a reader that stops reading is written to no further than its window, for as long as it sleeps', async () => {
  const hub = await startedHub('North');
  hub.broadcasts.add('radio');
  const { open } = await trustedRawPeer(hub);
  const raw = await open();
  raw.send({ type: 'subscribe', broadcast: 'radio' });
  await expect.poll(() => hub.broadcasts.sinkCount('radio')).toBe(1);
  raw.stream.pause();
  // 20,000 frames of 1,300 bytes are 25 MiB; without a bound they would all lie in the write buffer.
  for (let sequence = 0; sequence < 20_000; sequence += 1) {
    hub.broadcasts.send('radio', testFrame(sequence, 1_300));
  }
  const stats = hub.mesh.stats().protocols.audio;
  expect(stats?.framesSent).toBeLessThanOrEqual(framesInFlightMax);
  expect(stats?.framesDropped).toBeGreaterThanOrEqual(20_000 - framesInFlightMax - framesQueuedMax);
});

test('a full connection is not written to: frames wait in their queues, and leave when it drains', async () => {
  const hub = await startedHub('North');
  hub.broadcasts.add('radio');
  const { open } = await trustedRawPeer(hub);
  const raws = await Promise.all(Array.from({ length: audioLimits.subscriptionsPerPeerMax }, open));
  for (const raw of raws) raw.send({ type: 'subscribe', broadcast: 'radio' });
  await expect.poll(() => hub.broadcasts.sinkCount('radio')).toBe(raws.length);
  for (let sequence = 0; sequence < framesInFlightMax; sequence += 1) {
    hub.broadcasts.send('radio', testFrame(sequence, 1_300));
  }
  // 2 MiB in one turn of the event loop, of which the socket takes some tens of KiB at once.
  expect(hub.mesh.stats().protocols.audio?.framesSent).toBeLessThan((raws.length * framesInFlightMax) / 4);
  const all = Array.from({ length: framesInFlightMax }, (_, index) => index);
  await expect.poll(() => raws.map((raw) => frames(raw.records))).toEqual(raws.map(() => all));
  expect(hub.mesh.stats().protocols.audio?.framesDropped).toBe(0);
});

test('a real subscriber acknowledges: far more than the limit in flight goes through', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('radio');
  const sink = new TestSink();
  await south.mesh.remote.subscribe(northId, 'radio', sink, inTime());
  const count = framesInFlightMax * 2;
  for (let sequence = 0; sequence < count; sequence += 1) {
    north.broadcasts.send('radio', testFrame(sequence));
    await new Promise((resolve) => setTimeout(resolve, 8));
  }
  await expect.poll(() => sink.sequences).toEqual(Array.from({ length: count }, (_, index) => index));
});

function frames(records: readonly { type: string }[]): number[] {
  return records.flatMap((record) =>
    'frame' in record ? [(record.frame as { sequence: number }).sequence] : [],
  );
}
