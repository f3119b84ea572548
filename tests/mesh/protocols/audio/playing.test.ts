import { expect, test } from 'vitest';
import type { Frame, Playing } from '#contracts/audio.ts';
import { audioCodec } from '#mesh/protocols/audio/codec.ts';
import { audioLimits } from '#mesh/protocols/audio/limits.ts';
import { codecDescription, type WireRecord } from '#mesh/protocols/audio/records.ts';
import { TestSink, testFrame } from '../../support/broadcasts.ts';
import { connectHubs, friends, inTime, peerIdOf, startedHub, trustNow } from '../../support/hub.ts';
import { dialHub, rawPeer, trustedRawPeer, wrapRaw } from '../../support/raw-peer.ts';

const begins = (sequence: number, title: string): Playing => ({
  ...{ streamId: 7, sequence, name: 'Evening', title },
});
const playing = (sequence: number, what: Playing): Frame => ({ ...testFrame(sequence), playing: what });

/** The records of hubs that know of none that says what plays: any other number cuts their stream. */
const numbersOfBefore = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x10];

test('what plays comes with the very frame that it begins with, as one line', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('radio');
  const [one, two] = [begins(0, 'One\u202e\n@everyone'), begins(52, 'Two')];
  const frameOf = (sequence: number) => playing(sequence, sequence < 52 ? one : two);
  // A later subscriber learns what had begun before, and with which frame.
  north.broadcasts.past = [50, 51, 52].map(frameOf);
  const sink = new TestSink({ burstMs: 1_000 });
  await south.mesh.remote.subscribe(northId, 'radio', sink, inTime());
  for (let sequence = 53; sequence < 70; sequence++) north.broadcasts.send('radio', frameOf(sequence));
  north.broadcasts.send('radio', { ...testFrame(0), streamId: 8 });
  await expect.poll(() => sink.frames.length).toBe(21);
  const told = sink.frames.map((frame) => frame.playing);
  expect(told.slice(0, 2)).toEqual(Array(2).fill({ ...one, title: 'One @everyone' }));
  expect(told[2]).toEqual(two);
  // One object, so that a listener sees a change at a glance.
  expect(new Set(told.slice(2, 20)).size).toBe(1);
  // Nothing is known of another start.
  expect(sink.frames[20]).toEqual({ ...testFrame(0), streamId: 8 });
});

test('a catalogue tells what a broadcast is called from what plays in it', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('radio', 'Evening: Song');
  Object.assign(north.broadcasts, {
    list: () => [
      { id: 'radio', title: 'Evening: Song', name: 'Evening', startedAtMs: 0, subscriberCount: 0 },
    ],
  });
  expect(await south.mesh.remote.list(northId, inTime())).toMatchObject([
    { title: 'Evening: Song', name: 'Evening' },
  ]);
});

test('a hub that passes a broadcast on passes on what plays in it', async () => {
  const origin = await startedHub('Origin', { directSubscriptionsMax: 1 });
  origin.broadcasts.add('radio');
  const hub = await startedHub('Hub', { rebroadcastMax: 2 });
  const leaf = await startedHub('Leaf');
  const pairs = [
    [hub, origin],
    [leaf, origin],
    [leaf, hub],
  ] as const;
  for (const [from, to] of pairs) {
    await connectHubs(from, to);
    await trustNow(from, { community: await peerIdOf(to), name: to.name });
    await trustNow(to, { community: await peerIdOf(from), name: from.name });
  }
  const sinks = [new TestSink(), new TestSink()] as const;
  await hub.mesh.remote.subscribe(await peerIdOf(origin), 'radio', sinks[0], inTime());
  await leaf.mesh.remote.subscribe(await peerIdOf(origin), 'radio', sinks[1], inTime());
  expect(origin.broadcasts.sinkCount('radio')).toBe(1);
  const song = begins(4, 'Song');
  for (const sequence of [4, 5, 6]) origin.broadcasts.send('radio', playing(sequence, song));
  await expect.poll(() => sinks[1].frames.length).toBe(3);
  expect(sinks[1].frames.map((frame) => frame.playing)).toEqual([song, song, song]);
});

test('a subscriber of before gets the records that it knows, and nothing else', async () => {
  const hub = await startedHub('North');
  hub.broadcasts.add('radio');
  const { open } = await trustedRawPeer(hub);
  const raw = await open();
  const numbers: number[] = [];
  let rest = Buffer.alloc(0);
  raw.stream.addEventListener('message', ({ data }) => {
    rest = Buffer.concat([rest, data.subarray()]);
    while (rest.length >= 3 && rest.length >= 2 + rest.readUInt16BE()) {
      numbers.push(rest[2] as number);
      rest = rest.subarray(2 + rest.readUInt16BE());
    }
  });
  raw.send({ type: 'subscribe', broadcast: 'radio' });
  await expect.poll(() => hub.broadcasts.sinkCount('radio')).toBe(1);
  for (let sequence = 0; sequence < 10; sequence++)
    hub.broadcasts.send('radio', playing(sequence, begins(sequence, `Song ${sequence}`)));
  await expect.poll(() => raw.records.filter(({ type }) => type === 'frame').length).toBe(10);
  expect(numbers.filter((number) => !numbersOfBefore.includes(number))).toEqual([]);
});

/** A trusted community whose answers the test writes. */
async function subscribedTo(...answers: WireRecord[]): Promise<TestSink> {
  const hub = await startedHub('South');
  const peer = await rawPeer((stream) => {
    const raw = wrapRaw(stream);
    stream.addEventListener('message', () => {
      if (raw.records.at(-1)?.type === 'subscribe')
        stream.send(Buffer.concat(answers.map((record) => audioCodec.encode(record))));
    });
  });
  const peerId = peer.peerId.toString();
  await trustNow(hub, { community: peerId, name: 'Raw' });
  await dialHub(peer, hub);
  const sink = new TestSink();
  await hub.mesh.remote.subscribe(peerId, 'radio', sink, inTime());
  return sink;
}

const accepted: WireRecord = { type: 'accepted', title: 'Radio', codec: codecDescription };

test('of a broadcaster of before frames come as they came, without a word of what plays', async () => {
  const sink = await subscribedTo(accepted, { type: 'frame', frame: testFrame(0) });
  await expect.poll(() => sink.frames).toEqual([testFrame(0)]);
});

test('an announcement of frames that never come is forgotten, and a flood of them cuts the stream', async () => {
  const song = (sequence: number): WireRecord => ({
    ...{ type: 'playing', ...begins(sequence, `Song ${sequence}`) },
  });
  const far = Array.from({ length: audioLimits.announcedMax + 2 }, (_, index) => song(1_000 + index));
  const frames = [1_000, 1_005].map(
    (sequence): WireRecord => ({ type: 'frame', frame: testFrame(sequence) }),
  );
  const sink = await subscribedTo(accepted, ...far, ...frames);
  await expect.poll(() => sink.frames.length).toBe(2);
  expect(sink.frames.map((frame) => frame.playing?.title)).toEqual([undefined, 'Song 1005']);

  const flooded = await subscribedTo(accepted, ...Array.from({ length: 60 }, (_, index) => song(index)));
  await expect.poll(() => flooded.ends).toEqual(['lost']);
});
