import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { nodeForget, nodePeers, nodeStart } from '#contracts/actions/node.ts';
import { TestSink, testFrame } from './support/broadcasts.ts';
import {
  addressOf,
  connectHubs,
  createHub,
  inTime,
  peerIdOf,
  reincarnate,
  startedHub,
  trust,
} from './support/hub.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a community that restarts on its port is reached again automatically, and audio can go on', async () => {
  const north = await startedHub('North', { listen: [`/ip4/127.0.0.1/tcp/${await freePort()}`] });
  const south = await startedHub('South', { listen: [] });
  await connectHubs(south, north);
  await trust(north, south);
  await trust(south, north);
  const northId = await peerIdOf(north);
  const connected: string[] = [];
  south.mesh.communities.onConnected((peerId) => connected.push(peerId));

  await north.mesh.stop?.();
  await expect.poll(() => south.mesh.communities.find('North')?.connected).toBe(false);
  await expect(south.mesh.remote.list(northId, inTime())).rejects.toMatchObject({
    code: 'MESH_UNREACHABLE',
    details: { community: 'North', tried: [expect.stringContaining('/tcp/')] },
  });
  const back = await reincarnate(north);
  await expect.poll(() => connected, { timeout: 5_000 }).toEqual([northId]);
  back.broadcasts.add('radio');
  const sink = new TestSink();
  await south.mesh.remote.subscribe(northId, 'radio', sink, inTime());
  back.broadcasts.send('radio', testFrame(0));
  await expect.poll(() => sink.sequences).toEqual([0]);
});

test('a trusted community is dialled at its last address when the node starts', async () => {
  const north = await startedHub('North', { listen: [`/ip4/127.0.0.1/tcp/${await freePort()}`] });
  const south = await startedHub('South', { listen: [] });
  await connectHubs(south, north);
  await trust(south, north);
  const northId = await peerIdOf(north);
  await expect
    .poll(() => south.trust.rows.get(northId)?.lastAddresses)
    .toEqual([expect.stringMatching(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/)]);
  await south.mesh.stop?.();
  const back = await reincarnate(south);
  await expect.poll(() => back.mesh.communities.find('North')?.connected, { timeout: 5_000 }).toBe(true);
});

test('a bootstrap node that comes late is reached all the same', async () => {
  const port = await freePort();
  const late = await createHub('Late', { listen: [`/ip4/127.0.0.1/tcp/${port}`] });
  const hub = await startedHub('North', { listen: [], bootstrap: [`/ip4/127.0.0.1/tcp/${port}`] });
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect((await hub.act(nodePeers, {})).communities).toEqual([]);
  await late.act(nodeStart, {});
  await expect.poll(() => hub.mesh.communities.find('Late')?.connected, { timeout: 5_000 }).toBe(true);
});

test('a forgotten community is not dialled any more', async () => {
  const north = await startedHub('North');
  const south = await startedHub('South', { listen: [] });
  await connectHubs(south, north);
  await trust(south, north);
  await south.act(nodeForget, { community: 'North' });
  await expect.poll(() => south.mesh.communities.find('North')?.connected).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(south.mesh.communities.find('North')).toMatchObject({ connected: false, trusted: false });
  expect(await addressOf(north)).toBeTruthy();
});
