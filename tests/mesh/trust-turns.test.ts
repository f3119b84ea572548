import { generateKeyPair } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { expect, test } from 'vitest';
import { nodeForget, nodePeers } from '#contracts/actions/node.ts';
import { startedHub, type TestHub, trustNow } from './support/hub.ts';

async function freshPeerId(): Promise<string> {
  return peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString();
}

/** The next trust is written only when told; resolves `begun` once it waits. */
function holdNextPut({ trust }: TestHub) {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const put = trust.put.bind(trust);
  trust.put = async (community) => {
    trust.put = put;
    begun.resolve();
    await released.promise;
    await put(community);
  };
  return { begun: begun.promise, release: released.resolve };
}

test('two who give one name at once: the second hears that it is taken', async () => {
  const hub = await startedHub('North');
  const [first, second] = [await freshPeerId(), await freshPeerId()];
  const held = holdNextPut(hub);
  const byOne = trustNow(hub, { community: first, name: 'South' });
  await held.begun;
  const byOther = trustNow(hub, { community: second, name: 'south' });
  const refused = expect(byOther).rejects.toMatchObject({ code: 'MESH_NAME_TAKEN' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  held.release();
  await byOne;
  await refused;
  expect([...hub.trust.rows.keys()]).toEqual([first]);
});

test('a community forgotten while its trust is written stays forgotten', async () => {
  const hub = await startedHub('North');
  const peerId = await freshPeerId();
  await trustNow(hub, { community: peerId, name: 'South' });
  const trustedNow = async () => (await hub.act(nodePeers, {})).communities.some(({ trusted }) => trusted);
  const held = holdNextPut(hub);
  const renamed = trustNow(hub, { community: peerId, name: 'Far South' });
  await held.begun;
  // The forgetting is slow too: until it is written, nothing may bring the trust back.
  const removed = Promise.withResolvers<void>();
  const remove = hub.trust.remove.bind(hub.trust);
  hub.trust.remove = async (id) => {
    await removed.promise;
    await remove(id);
  };
  const forgotten = hub.act(nodeForget, { community: peerId });
  expect(await trustedNow()).toBe(false);
  held.release();
  expect(await renamed).toMatchObject({ trusted: false });
  expect(await trustedNow()).toBe(false);
  removed.resolve();
  await forgotten;
  expect(hub.trust.rows.size).toBe(0);

  await trustNow(hub, { community: peerId, name: 'South' });
  expect(await trustedNow()).toBe(true);
});
