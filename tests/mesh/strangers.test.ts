import type { Libp2p } from '@libp2p/interface';
import { type TCPSocketOptions, tcp } from '@libp2p/tcp';
import type { Multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { expect, onTestFinished, test } from 'vitest';
import { nodeConnect, nodeForget, nodeStart, nodeStatus } from '#contracts/actions/node.ts';
import { parseAddress } from '#mesh/libp2p/addresses.ts';
import { connectionStack } from '#mesh/libp2p/connection-stack.ts';
import { meshLimits } from '#mesh/limits.ts';
import { TestSink } from './support/broadcasts.ts';
import {
  addressOf,
  connectHubs,
  friends,
  inTime,
  peerIdOf,
  startedHub,
  trust,
  trustNow,
} from './support/hub.ts';
import { dialHub, rawPeer } from './support/raw-peer.ts';

test('only so many strangers may be connected; a trusted community always finds a place', async () => {
  const hub = await startedHub('North', { untrustedConnectionsMax: 2 });
  const friend = await rawPeer();
  await trustNow(hub, { community: friend.peerId.toString(), name: 'Friend' });
  for (let index = 0; index < 2; index += 1) await dialHub(await rawPeer(), hub);
  const target = parseAddress(await addressOf(hub)).multiaddr;
  for (let index = 0; index < 3; index += 1) {
    const late = await rawPeer();
    await late.dial(target).catch(() => {});
    await expect.poll(() => late.getConnections().length).toBe(0);
  }
  expect((await hub.act(nodeStatus, {})).connectionCount).toBe(2);
  await dialHub(friend, hub);
  expect(await hub.act(nodeStatus, {})).toMatchObject({ connectionCount: 3, trustedConnectedCount: 1 });
});

test('a person’s connect makes room by closing the oldest stranger', async () => {
  const hub = await startedHub('North', { untrustedConnectionsMax: 1 });
  const oldest = await rawPeer();
  await dialHub(oldest, hub);
  const wanted = await startedHub('Wanted');
  const met = await hub.act(nodeConnect, { address: await addressOf(wanted) });
  expect(met).toMatchObject({ name: 'Wanted', connected: true });
  await expect.poll(() => oldest.getConnections().length).toBe(0);
});

test('strangers of one host give a place to one of another, and not the other way round', async () => {
  const hub = await startedHub('North', { untrustedConnectionsMax: 3 });
  const target = parseAddress(await addressOf(hub)).multiaddr;
  const crowd = [await rawPeer(), await rawPeer(), await rawPeer()];
  for (const peer of crowd) await dialHub(peer, hub);
  const elsewhere = await peerAt('127.0.0.7', target);
  await expect.poll(() => elsewhere.getConnections().length).toBe(1);
  await expect.poll(() => crowd.map((peer) => peer.getConnections().length)).toEqual([0, 1, 1]);
  // Two of three are of the first host still: it gets no third.
  const late = await rawPeer();
  await late.dial(target).catch(() => {});
  await expect.poll(() => late.getConnections().length).toBe(0);
  expect(elsewhere.getConnections()).toHaveLength(1);
  expect((await hub.act(nodeStatus, {})).connectionCount).toBe(3);
});

/** A stranger whose connections come from `localAddress`. */
async function peerAt(localAddress: string, target: Multiaddr): Promise<Libp2p> {
  const dialOpts: TCPSocketOptions & { localAddress: string } = { localAddress };
  const peer = await createLibp2p({ ...connectionStack(), transports: [tcp({ dialOpts })] });
  onTestFinished(async () => peer.stop());
  await peer.dial(target);
  return peer;
}

test('one peer can’t hold all places', async () => {
  const hub = await startedHub('North', { untrustedConnectionsMax: 32 });
  const peer = await rawPeer();
  const target = parseAddress(await addressOf(hub)).multiaddr;
  for (let index = 0; index < meshLimits.connectionsPerPeerMax + 3; index += 1) {
    await peer.dial(target, { force: true }).catch(() => {});
  }
  await expect
    .poll(async () => (await hub.act(nodeStatus, {})).connectionCount)
    .toBe(meshLimits.connectionsPerPeerMax);
});

test('a peer known by nothing but its id is found through the DHT', { timeout: 40_000 }, async () => {
  const server = await startedHub('Server', { dhtServer: true });
  const bootstrap = [await addressOf(server)];
  const [north, south] = await Promise.all([
    startedHub('North', { bootstrap }),
    startedHub('South', { bootstrap }),
  ]);
  await expect
    .poll(() =>
      server.mesh.communities
        .list()
        .map(({ name }) => name)
        .sort(),
    )
    .toEqual(['North', 'South']);
  const southId = await peerIdOf(south);
  expect(north.mesh.communities.find(southId)).toBeUndefined();
  await trustNow(north, { community: southId, name: 'South' });
  await expect.poll(() => north.mesh.communities.find('South')?.connected, { timeout: 25_000 }).toBe(true);
});

test('the doctor finds a healthy mesh healthy', async () => {
  const { north, southId } = await friends();
  const findings = await north.mesh.examiner.examine({ guildId: '1' }, inTime());
  expect(findings.map(({ id, level }) => [id.replace(/\d+$/, 'PORT'), level])).toEqual([
    ['mesh.node', 'ok'],
    ['mesh.port.127.0.0.1.PORT', 'ok'],
    ['mesh.addresses', 'warning'],
    [`mesh.community.${southId}`.replace(/\d+$/, 'PORT'), 'ok'],
  ]);
});

test('the doctor names what is missing: node, trust, the other side’s trust, an address that leads nowhere', async () => {
  const lonely = await startedHub('Lonely', { listen: [] });
  expect(await lonely.mesh.examiner.examine({ guildId: '1' }, inTime())).toMatchObject([
    { id: 'mesh.node', level: 'ok' },
    { id: 'mesh.addresses', level: 'warning', fix: expect.stringContaining('mesh.listen') },
    { id: 'mesh.trust', level: 'warning', fix: expect.stringContaining('/node trust') },
  ]);
  const [north, south] = await Promise.all([
    startedHub('North', { announce: ['/ip4/127.0.0.1/tcp/1'] }),
    startedHub('South'),
  ]);
  await connectHubs(south, north);
  await trust(south, north);
  await trust(north, south);
  await south.act(nodeForget, { community: 'North' });
  const findings = await north.mesh.examiner.examine({ guildId: '1' }, inTime());
  expect(findings).toContainEqual(expect.objectContaining({ id: 'mesh.port.127.0.0.1.1', level: 'problem' }));
  expect(findings).toContainEqual({
    id: `mesh.community.${await peerIdOf(south)}`,
    level: 'problem',
    text: 'South does not trust us yet.',
    fix: expect.stringContaining('/node trust'),
  });
});

test('a hub that was told of the connection can use it at once', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('radio');
  await south.mesh.stop?.();
  const subscribed = new Promise((resolve, reject) => {
    south.mesh.communities.onConnected((peerId) => {
      south.mesh.remote.subscribe(peerId, 'radio', new TestSink(), inTime()).then(resolve, reject);
    });
  });
  await south.act(nodeStart, {});
  await subscribed;
  expect(north.broadcasts.sinkCount('radio')).toBe(1);
  expect(northId).toBe(await peerIdOf(north));
});
