import { expect, test } from 'vitest';
import { nodePeers, nodeTrust } from '#contracts/actions/node.ts';
import { TestSink, testFrame } from './support/broadcasts.ts';
import {
  connectHubs,
  forget,
  friends,
  inTime,
  peerIdOf,
  startedHub,
  trust,
  trustNow,
} from './support/hub.ts';
import { dialHub, openRaw, rawPeer } from './support/raw-peer.ts';

async function strangers() {
  const [north, south] = await Promise.all([startedHub('North'), startedHub('South')]);
  north.broadcasts.add('radio');
  await connectHubs(south, north);
  return { north, south, northId: await peerIdOf(north), southId: await peerIdOf(south) };
}

test('without trust nothing is asked of a community, and the next step is named', async () => {
  const { south, northId } = await strangers();
  await expect(south.mesh.remote.list(northId, inTime())).rejects.toMatchObject({
    code: 'MESH_NOT_TRUSTED',
    next: expect.stringContaining('/node trust community:North'),
  });
  await expect(south.mesh.remote.subscribe(northId, 'radio', new TestSink(), inTime())).rejects.toMatchObject(
    { code: 'MESH_NOT_TRUSTED' },
  );
});

test('trust of one side alone gives the other side away nothing', async () => {
  const { north, south, northId, southId } = await strangers();
  await trust(south, north);
  const refused = { code: 'MESH_NOT_TRUSTED_BY_PEER', next: expect.stringContaining('/node trust') };
  await expect(south.mesh.remote.list(northId, inTime())).rejects.toMatchObject(refused);
  const sink = new TestSink();
  await expect(south.mesh.remote.subscribe(northId, 'radio', sink, inTime())).rejects.toMatchObject(refused);
  expect(north.broadcasts.sinkCount('radio')).toBe(0);
  expect(north.mesh.stats().streamsRefused).toBe(2);
  expect(sink.ends).toEqual([]);

  await trust(north, south);
  await expect(south.mesh.remote.list(northId, inTime())).resolves.toHaveLength(1);
  await expect(north.mesh.remote.list(southId, inTime())).resolves.toEqual([]);
});

test('an untrusted peer gets no application stream, however often it tries', async () => {
  const hub = await startedHub('North');
  hub.broadcasts.add('radio');
  const peer = await rawPeer();
  const connection = await dialHub(peer, hub);
  const attempts = await Promise.all(
    Array.from({ length: 20 }, async () => {
      try {
        const raw = await openRaw(connection);
        raw.send({ type: 'subscribe', broadcast: 'radio' });
        await expect.poll(() => raw.ending()).toBe('reset');
        return raw.records.length;
      } catch {
        return 0;
      }
    }),
  );
  expect(attempts).toEqual(attempts.map(() => 0));
  expect(hub.mesh.stats()).toMatchObject({
    streamsRefused: 20,
    protocols: { audio: { subscriptionCount: 0 } },
  });
  expect(hub.broadcasts.sinkCount('radio')).toBe(0);
});

test('forgetting cuts a running subscription and the connection at once, and both sides hear of it', async () => {
  const { north, south, northId, southId } = await friends();
  north.broadcasts.add('radio');
  const sink = new TestSink();
  await south.mesh.remote.subscribe(northId, 'radio', sink, inTime());
  north.broadcasts.send('radio', testFrame(0));
  await expect.poll(() => sink.frames.length).toBe(1);
  const forgotten: string[] = [];
  north.mesh.communities.onForgotten((peerId) => forgotten.push(peerId));

  const done = forget(north, south);
  north.broadcasts.send('radio', testFrame(1));
  await done;
  expect(forgotten).toEqual([southId]);
  expect(north.broadcasts.sinkCount('radio')).toBe(0);
  await expect.poll(() => sink.ends).toEqual(['revoked']);
  expect(sink.sequences).toEqual([0]);
  expect(north.trust.rows.size).toBe(0);

  // South still trusts North and comes back automatically, but gets nothing any more.
  await expect
    .poll(() => south.mesh.remote.list(northId, inTime()).catch(({ code }) => code), { timeout: 10_000 })
    .toBe('MESH_NOT_TRUSTED_BY_PEER');
});

test('a hub that forgets the broadcaster ends its own relays as revoked', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('radio');
  const sink = new TestSink();
  await south.mesh.remote.subscribe(northId, 'radio', sink, inTime());
  await forget(south, north);
  expect(sink.ends).toEqual(['revoked']);
  await expect.poll(() => north.broadcasts.sinkCount('radio')).toBe(0);
  await expect(south.mesh.remote.list(northId, inTime())).rejects.toMatchObject({ code: 'MESH_NOT_TRUSTED' });
});

test('a name given at trust is ours alone: a stranger that claims it is not found by it', async () => {
  const { north, south, southId } = await strangers();
  await trust(north, south);
  const impostor = await startedHub('south');
  await connectHubs(impostor, north).catch(() => {});
  const impostorId = await peerIdOf(impostor);
  await expect.poll(() => north.mesh.communities.find(impostorId)?.name).toBe('south');
  expect(north.mesh.communities.find('SOUTH')?.peerId).toBe(southId);
  await expect(north.act(nodeTrust, { community: impostorId })).rejects.toMatchObject({
    code: 'MESH_NAME_TAKEN',
  });
  await trustNow(north, { community: impostorId, name: 'Other' });
  const { communities } = await north.act(nodePeers, {});
  expect(communities.map(({ name, trusted }) => [name, trusted])).toEqual([
    ['South', true],
    ['Other', true],
  ]);
});

test('two strangers of one name have to be told apart by peer id', async () => {
  const [north, one, two] = await Promise.all([startedHub('North'), startedHub('Twin'), startedHub('Twin')]);
  await connectHubs(one, north);
  await connectHubs(two, north);
  const ids = [await peerIdOf(one), await peerIdOf(two)];
  await expect(north.act(nodeTrust, { community: 'twin' })).rejects.toMatchObject({
    code: 'MESH_AMBIGUOUS_COMMUNITY',
    details: { peerIds: expect.arrayContaining(ids) },
  });
  expect(north.mesh.communities.find('Twin')).toBeUndefined();
  await expect(trustNow(north, { community: ids[0]! })).resolves.toMatchObject({ trusted: true });
});

test('trusted communities are announced when they connect, also when trust comes second', async () => {
  const { north, south, northId, southId } = await strangers();
  const seen: string[] = [];
  north.mesh.communities.onConnected((peerId) => seen.push(peerId));
  const off = south.mesh.communities.onConnected((peerId) => seen.push(peerId));
  await trust(north, south);
  expect(seen).toEqual([southId]);
  off();
  await trust(south, north);
  expect(seen).not.toContain(northId);
});
