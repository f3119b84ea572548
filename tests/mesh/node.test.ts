import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import {
  nodeForget,
  nodePeers,
  nodeStart,
  nodeStatus,
  nodeStop,
  nodeTrust,
} from '#contracts/actions/node.ts';
import { TestSink, testFrame } from './support/broadcasts.ts';
import {
  addressOf,
  createHub,
  friends,
  inTime,
  peerIdOf,
  reincarnate,
  startedHub,
  type TestHub,
} from './support/hub.ts';

async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

test('a node that never started knows nothing and says how to start it', async () => {
  const hub = await createHub('North');
  await expect(hub.act(nodeStatus, {})).resolves.toEqual({
    state: 'stopped',
    communityName: 'North',
    addresses: [],
    connectionCount: 0,
    trustedConnectedCount: 0,
    trustedCount: 0,
    discoveredCount: 0,
    encrypters: [],
  });
  await expect(hub.act(nodePeers, {})).resolves.toEqual({ communities: [] });
  const peerId = '12D3KooWN1LjoB6sfxVQ28fzR35TuJBMJdDjVkFZFzVz8LnSHvUw';
  const stopped = { code: 'MESH_NODE_STOPPED', next: expect.stringContaining('/node start') };
  await expect(hub.act(nodeTrust, { community: peerId, name: 'Far' })).rejects.toMatchObject(stopped);
  await expect(hub.act(nodeTrust, { community: 'Far' })).rejects.toMatchObject(stopped);
  await hub.trust.put({ peerId, name: 'Far', trustedBy: 'test', trustedAtMs: 0, lastAddresses: [] });
  const later = await reincarnate(hub);
  await expect(later.mesh.remote.list(peerId, inTime())).rejects.toMatchObject(stopped);
});

test('starting twice, also at once, is one node; its key and peer id survive a restart', async () => {
  const hub = await createHub('North');
  const [first, second] = await Promise.all([hub.act(nodeStart, {}), hub.act(nodeStart, {})]);
  expect(first).toMatchObject({ state: 'running', peerId: second.peerId });
  expect(await hub.act(nodeStart, {})).toMatchObject({ startedAtMs: first.startedAtMs });
  expect(await hub.act(nodeStop, {})).toMatchObject({ state: 'stopped', addresses: [] });
  expect(await hub.act(nodeStop, {})).toMatchObject({ state: 'stopped' });
  const again = await hub.act(nodeStart, {});
  expect(again.peerId).toBe(first.peerId);
  expect(again.startedAtMs).toBeGreaterThan(first.startedAtMs!);
});

test('a port in use is named, and the node starts once it is free', async () => {
  const port = await takenPort();
  const address = `/ip4/127.0.0.1/tcp/${port}`;
  const hub = await createHub('North', { listen: [address] });
  await expect(hub.act(nodeStart, {})).rejects.toMatchObject({
    code: 'MESH_PORT_TAKEN',
    details: { address },
  });
  expect(hub.intents.rows).toEqual([]);
  await expect(hub.act(nodeStatus, {})).resolves.toMatchObject({ state: 'stopped' });
});

test('an address that is not of this machine is refused with the reason', async () => {
  const hub = await createHub('North', { listen: ['/ip4/203.0.113.77/tcp/4001'] });
  await expect(hub.act(nodeStart, {})).rejects.toMatchObject({
    code: 'MESH_LISTEN_FAILED',
    details: { reason: 'EADDRNOTAVAIL' },
  });
});

test('a start that is cancelled leaves nothing: the port is free, the state is stopped', async () => {
  const hub = await createHub('North', { listen: ['/ip4/127.0.0.1/tcp/0'] });
  const cancel = new AbortController();
  const starting = hub.act(nodeStart, {}, cancel.signal);
  expect((await hub.act(nodeStatus, {})).state).toBe('starting');
  cancel.abort(new Error('asker left'));
  await expect(starting).rejects.toThrow('asker left');
  expect(hub.intents.rows).toEqual([]);
  await expect(hub.act(nodeStatus, {})).resolves.toMatchObject({ state: 'stopped', addresses: [] });
  await expect(hub.act(nodeStart, {})).resolves.toMatchObject({ state: 'running' });
});

test('a stop during a start wins', async () => {
  const hub = await createHub('North');
  const starting = hub.act(nodeStart, {});
  const stopped = hub.act(nodeStop, {});
  await expect(starting).rejects.toMatchObject({ code: 'MESH_NODE_STOPPED' });
  expect(await stopped).toMatchObject({ state: 'stopped' });
  expect(hub.intents.rows).toEqual([]);
});

test('what people wanted is remembered: a started node comes back, a stopped one does not', async () => {
  const hub = await startedHub('North');
  const peerId = await peerIdOf(hub);
  expect(hub.intents.rows).toMatchObject([{ kind: 'node', key: '', wantedBy: 'system:test' }]);
  await hub.mesh.stop?.();
  const back = await reincarnate(hub);
  expect(await back.act(nodeStatus, {})).toMatchObject({ state: 'running', peerId });
  await back.act(nodeStop, {});
  const still = await reincarnate(back);
  expect(await still.act(nodeStatus, {})).toMatchObject({ state: 'stopped' });
});

test('a node that shall start with its hub does so though nobody asked', async () => {
  const hub = await createHub('North', { autostart: true });
  expect(await hub.act(nodeStatus, {})).toMatchObject({ state: 'running' });
});

test('a hub whose node cannot come back starts all the same, and the doctor says why', async () => {
  const hub = await startedHub('North');
  await hub.mesh.stop?.();
  const port = await takenPort();
  const back = await reincarnate(hub, { listen: [`/ip4/127.0.0.1/tcp/${port}`] });
  const findings = await back.mesh.examiner.examine({ guildId: '1' }, inTime());
  expect(findings).toMatchObject([
    { id: 'mesh.node', level: 'problem', text: expect.stringContaining(`${port}`) },
  ]);
});

test('stopping tells subscribers; they keep hoping, and can come back', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('radio');
  const sink = new TestSink();
  await south.mesh.remote.subscribe(northId, 'radio', sink, inTime());
  north.broadcasts.send('radio', testFrame(0));
  await north.act(nodeStop, {});
  await expect.poll(() => sink.ends).toEqual(['lost']);
  expect(sink.sequences).toEqual([0]);
  expect(north.broadcasts.sinkCount('radio')).toBe(0);
});

test('stopping the subscriber gives its subscriptions back', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('radio');
  const sink = new TestSink();
  await south.mesh.remote.subscribe(northId, 'radio', sink, inTime());
  await south.act(nodeStop, {});
  expect(sink.ends).toEqual(['lost']);
  await expect.poll(() => north.broadcasts.sinkCount('radio')).toBe(0);
});

test('a stop is quick even when the other side is gone', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('radio');
  await south.mesh.remote.subscribe(northId, 'radio', new TestSink(), inTime());
  await Promise.all([timed(north), timed(south)]);
});

async function timed(hub: TestHub): Promise<void> {
  const fromMs = performance.now();
  await hub.act(nodeStop, {});
  expect(performance.now() - fromMs).toBeLessThan(2_500);
}

test('trust can be withdrawn and looked at while the node is stopped', async () => {
  const { north, south, southId } = await friends();
  await north.act(nodeStop, {});
  expect(await north.act(nodeForget, { community: 'South' })).toMatchObject({
    peerId: southId,
    trusted: false,
  });
  expect(north.trust.rows.size).toBe(0);
  expect(await addressOf(south)).toContain('/tcp/');
});
