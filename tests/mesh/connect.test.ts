import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { nodeConnect, nodeForget, nodePeers, nodeTrust } from '#contracts/actions/node.ts';
import { withoutPeerId } from '#mesh/addresses.ts';
import { addressOf, createHub, peerIdOf, startedHub } from './support/hub.ts';

test('a multiaddr with or without its peer id leads to the community and its name', async () => {
  const [north, south, east] = await Promise.all([
    startedHub('North'),
    startedHub('South'),
    startedHub('East'),
  ]);
  const bare = withoutPeerId(await addressOf(north));
  expect(bare).not.toContain('/p2p/');
  const expected = { peerId: await peerIdOf(north), name: 'North', trusted: false, connected: true };
  expect(await south.act(nodeConnect, { address: bare })).toMatchObject(expected);
  expect(await east.act(nodeConnect, { address: await addressOf(north) })).toMatchObject(expected);
  expect(await south.act(nodeConnect, { address: 'north' })).toMatchObject(expected);
  await expect
    .poll(async () => (await north.act(nodePeers, {})).communities.map(({ name }) => name).sort())
    .toEqual(['East', 'South']);
});

test('nobody there: the error says what was tried', async () => {
  const hub = await startedHub('North');
  const address = '/ip4/127.0.0.1/tcp/1';
  await expect(hub.act(nodeConnect, { address })).rejects.toMatchObject({
    code: 'MESH_UNREACHABLE',
    message: expect.stringContaining(address),
  });
});

test('another hub behind the address than the one named is nobody', async () => {
  const [north, south] = await Promise.all([startedHub('North'), startedHub('South')]);
  const wrong = `${withoutPeerId(await addressOf(north))}/p2p/12D3KooWN1LjoB6sfxVQ28fzR35TuJBMJdDjVkFZFzVz8LnSHvUw`;
  await expect(south.act(nodeConnect, { address: wrong })).rejects.toMatchObject({
    code: 'MESH_UNREACHABLE',
  });
});

test.each([
  '/ip4/999.1.1.1/tcp/4001',
  '/ip4/127.0.0.1',
  '/ip4/127.0.0.1/tcp/0',
  '/ip4/127.0.0.1/tcp/4001/p2p/nonsense',
  'example.org:4001',
  'nobody',
  '12D3KooWnonsense',
])('%s is no address', async (address) => {
  const hub = await startedHub('North');
  await expect(hub.act(nodeConnect, { address })).rejects.toMatchObject({ code: 'MESH_ADDRESS_INVALID' });
});

test('the hub itself is not to be dialled or trusted', async () => {
  const hub = await startedHub('North');
  const own = await addressOf(hub);
  const self = { code: 'MESH_SELF' };
  await expect(hub.act(nodeConnect, { address: own })).rejects.toMatchObject(self);
  await expect(hub.act(nodeConnect, { address: withoutPeerId(own) })).rejects.toMatchObject(self);
  await expect(hub.act(nodeTrust, { community: await peerIdOf(hub) })).rejects.toMatchObject(self);
});

test('without a node nothing can be dialled; unknown communities are neither trusted nor forgotten', async () => {
  const hub = await createHub('North');
  await expect(hub.act(nodeConnect, { address: '/ip4/127.0.0.1/tcp/4001' })).rejects.toMatchObject({
    code: 'MESH_NODE_STOPPED',
  });
  const unknown = { code: 'MESH_UNKNOWN_COMMUNITY' };
  await expect(hub.act(nodeTrust, { community: '12D3KooWnonsense' })).rejects.toMatchObject(unknown);
  await expect(hub.act(nodeForget, { community: 'nobody' })).rejects.toMatchObject(unknown);
});

test('a dial nobody waits for any more is given up', async () => {
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void mute.close());
  const hub = await startedHub('North');
  const cancel = new AbortController();
  const address = `/ip4/127.0.0.1/tcp/${(mute.address() as { port: number }).port}`;
  const dialling = hub.act(nodeConnect, { address }, cancel.signal);
  setTimeout(() => cancel.abort(new Error('asker left')), 50);
  await expect(dialling).rejects.toThrow('asker left');
});
