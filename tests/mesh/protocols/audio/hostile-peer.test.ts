import type { Stream } from '@libp2p/interface';
import { expect, test } from 'vitest';
import { audioCodec } from '#mesh/protocols/audio/codec.ts';
import { audioLimits } from '#mesh/protocols/audio/limits.ts';
import type { WireRecord } from '#mesh/protocols/audio/records.ts';
import { TestSink, testFrame } from '../../support/broadcasts.ts';
import { connectHubs, inTime, startedHub, type TestHub, trustNow } from '../../support/hub.ts';
import { dialHub, rawPeer, trustedRawPeer, wrapRaw } from '../../support/raw-peer.ts';

/** A trusted peer that answers every subscription with `accepted`, then does what the test says. */
async function subscribedTo(then: (stream: Stream) => void) {
  const hub = await startedHub('South');
  const peer = await rawPeer((stream) => {
    const raw = wrapRaw(stream);
    stream.addEventListener('message', () => {
      if (raw.records.at(-1)?.type !== 'subscribe') return;
      raw.send(accepted);
      then(stream);
    });
  });
  const peerId = peer.peerId.toString();
  await trustNow(hub, { community: peerId, name: 'Raw' });
  await dialHub(peer, hub);
  const sink = new TestSink();
  await hub.mesh.remote.subscribe(peerId, 'radio', sink, inTime());
  return { hub, sink, peer, peerId };
}

const accepted: WireRecord = {
  type: 'accepted',
  title: 'Radio',
  codec: { name: 'opus', sampleRateHz: 48_000, frameDurationMs: 20 },
};

async function sendToHub(bytes: Uint8Array): Promise<TestHub> {
  const hub = await startedHub('North');
  hub.broadcasts.add('radio');
  const { open } = await trustedRawPeer(hub);
  const raw = await open();
  raw.stream.send(bytes);
  await expect.poll(() => raw.ending(), { timeout: 3_000 }).toBe('reset');
  return hub;
}

test('a length no record may have cuts the stream before its content is there', async () => {
  const hub = await sendToHub(Uint8Array.of(0xff, 0xff, 0x03));
  await expect.poll(() => hub.mesh.stats().protocols.audio?.violationCount).toBe(1);
});

test('garbage cuts the stream', async () => {
  const hub = await sendToHub(new Uint8Array(5_000).map((_, index) => (index * 197) % 251));
  await expect.poll(() => hub.mesh.stats().protocols.audio?.violationCount).toBe(1);
});

test('a record that belongs to the other side cuts the stream', async () => {
  await sendToHub(audioCodec.encode({ type: 'frame', frame: testFrame(0) }));
});

test('a flood of tiny records cuts the stream', async () => {
  const hub = await startedHub('North');
  hub.broadcasts.add('radio');
  const { open } = await trustedRawPeer(hub);
  const raw = await open();
  raw.send({ type: 'subscribe', broadcast: 'radio' });
  const ack = audioCodec.encode({ type: 'ack', framesReceived: 0 });
  for (let index = 0; index < audioLimits.controlsBurstMax + 50; index += 1) raw.stream.send(ack);
  await expect.poll(() => raw.ending()).toBe('reset');
  await expect.poll(() => hub.broadcasts.sinkCount('radio')).toBe(0);
});

test('acknowledging frames that never were cuts the stream', async () => {
  const hub = await startedHub('North');
  hub.broadcasts.add('radio');
  const { open } = await trustedRawPeer(hub);
  const raw = await open();
  raw.send({ type: 'subscribe', broadcast: 'radio' });
  raw.send({ type: 'ack', framesReceived: 1 });
  await expect.poll(() => raw.ending()).toBe('reset');
});

test('more subscriptions than a community may hold are refused, the others go on', async () => {
  const hub = await startedHub('North');
  hub.broadcasts.add('radio');
  const { open } = await trustedRawPeer(hub);
  const max = audioLimits.subscriptionsPerPeerMax;
  const raws = await Promise.all(Array.from({ length: max + 2 }, open));
  for (const raw of raws) raw.send({ type: 'subscribe', broadcast: 'radio' });
  await expect.poll(() => raws.filter((raw) => raw.records[0]?.type === 'accepted')).toHaveLength(max);
  await expect
    .poll(() => raws.filter((raw) => raw.records[0]?.type === 'refused').map((raw) => raw.records[0]))
    .toEqual([refusedTooMany, refusedTooMany]);
  expect(hub.broadcasts.sinkCount('radio')).toBe(max);
});

const refusedTooMany: WireRecord = { type: 'refused', code: 'too-many-subscriptions' };

test('a flood of frames is cut, and what was delivered is bounded', async () => {
  const { sink, hub } = await subscribedTo((stream) => {
    for (let sequence = 0; sequence < 5_000 && stream.status === 'open'; sequence += 1) {
      stream.send(audioCodec.encode({ type: 'frame', frame: testFrame(sequence, 20) }));
    }
  });
  await expect.poll(() => sink.ends).toEqual(['lost']);
  expect(sink.frames.length).toBeGreaterThanOrEqual(audioLimits.framesBurstMax);
  expect(sink.frames.length).toBeLessThan(audioLimits.framesBurstMax + 100);
  expect(hub.mesh.communities.find('Raw')?.connected).toBe(true);
});

test('a frame that does not last 20 ms is not delivered', async () => {
  const wrong = { ...testFrame(1), payload: Uint8Array.of(0xf0, 1, 2) };
  const { sink } = await subscribedTo((stream) => {
    stream.send(audioCodec.encode({ type: 'frame', frame: testFrame(0) }));
    stream.send(audioCodec.encode({ type: 'frame', frame: wrong }));
    stream.send(audioCodec.encode({ type: 'frame', frame: testFrame(2) }));
  });
  await expect.poll(() => sink.ends).toEqual(['lost']);
  expect(sink.sequences).toEqual([0]);
});

test('only an end record is a clean end: a closed stream and a cut connection are losses', async () => {
  const closed = await subscribedTo((stream) => void stream.close());
  await expect.poll(() => closed.sink.ends).toEqual(['lost']);
  const reset = await subscribedTo((stream) => stream.abort(new Error('test')));
  await expect.poll(() => reset.sink.ends).toEqual(['lost']);
  const clean = await subscribedTo((stream) => {
    stream.send(audioCodec.encode({ type: 'end', reason: 'broadcast-ended' }));
    void stream.close();
  });
  await expect.poll(() => clean.sink.ends).toEqual(['broadcast-ended']);
  const vanished = await subscribedTo(() => {});
  await vanished.peer.stop();
  await expect.poll(() => vanished.sink.ends).toEqual(['lost']);
});

test('a peer that accepts a stream and says nothing is given up in time', { timeout: 20_000 }, async () => {
  const hub = await startedHub('South');
  const peer = await rawPeer(() => {});
  const peerId = peer.peerId.toString();
  await trustNow(hub, { community: peerId, name: 'Silent' });
  await dialHub(peer, hub);
  const before = performance.now();
  await expect(hub.mesh.remote.list(peerId, inTime(15_000))).rejects.toMatchObject({
    code: 'MESH_NO_ANSWER',
  });
  expect(performance.now() - before).toBeLessThan(audioLimits.answerTimeoutMs + 1_500);
  const cancel = new AbortController();
  const asked = hub.mesh.remote.list(peerId, cancel.signal);
  cancel.abort(new Error('nobody waits'));
  await expect(asked).rejects.toThrow('nobody waits');
});

test('answers that break the rules are named as such', async () => {
  const hub = await startedHub('South');
  const peer = await rawPeer((stream) => void stream.send(audioCodec.encode({ type: 'heartbeat' })));
  const peerId = peer.peerId.toString();
  await trustNow(hub, { community: peerId, name: 'Odd' });
  await dialHub(peer, hub);
  await expect(hub.mesh.remote.list(peerId, inTime())).rejects.toMatchObject({
    code: 'MESH_PROTOCOL_VIOLATION',
    details: { violation: 'unexpected heartbeat record' },
  });
});

test('a peer without our protocol and an unknown broadcast have their own errors', async () => {
  const [hub, other] = await Promise.all([startedHub('South'), startedHub('North')]);
  const peer = await rawPeer();
  await trustNow(hub, { community: peer.peerId.toString(), name: 'Bare' });
  await dialHub(peer, hub);
  await expect(hub.mesh.remote.list(peer.peerId.toString(), inTime())).rejects.toMatchObject({
    code: 'MESH_PROTOCOL_UNSUPPORTED',
  });
  await connectHubs(hub, other);
  await trustNow(hub, { community: 'North' });
  await trustNow(other, { community: 'South' });
  const north = hub.mesh.communities.find('North')!;
  await expect(
    hub.mesh.remote.subscribe(north.peerId, 'nothing', new TestSink(), inTime()),
  ).rejects.toMatchObject({ code: 'MESH_UNKNOWN_BROADCAST' });
});
