import { generateKeyPair } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { multiaddr } from '@multiformats/multiaddr';
import { expect, test } from 'vitest';
import { BoundedDatastore, type Datastore } from '#mesh/libp2p/bounded-datastore.ts';
import { rawPeer } from './support/raw-peer.ts';

type Key = Parameters<Datastore['put']>[0];

/** All that is used of a key here. */
function keyOf(name: string): Key {
  return { toString: () => name } as Key;
}

const bytes = (count: number) => new Uint8Array(count);

test('the entry not written for longest makes room, and the sum is never above the limit', () => {
  const store = new BoundedDatastore({ bytesMax: 1_000 });
  for (const name of ['/a', '/b', '/c']) store.put(keyOf(name), bytes(300));
  store.put(keyOf('/a'), bytes(300));
  store.put(keyOf('/d'), bytes(300));
  expect([...store.queryKeys({})].map(String)).toEqual(['/c', '/a', '/d']);
  for (let index = 0; index < 10_000; index += 1) {
    store.put(keyOf(`/flood/${index}`), bytes(index % 700));
    expect(store.bytes).toBeLessThanOrEqual(1_000);
  }
  store.put(keyOf('/too large'), bytes(2_000));
  expect([[...store.query({})].length, store.bytes]).toEqual([0, 0]);
});

test('it keeps, finds and forgets as libp2p asks', async () => {
  const store = new BoundedDatastore({ bytesMax: 1_000 });
  const batch = store.batch();
  batch.put(keyOf('/p/1'), Uint8Array.of(1));
  batch.put(keyOf('/p/2'), Uint8Array.of(2));
  batch.put(keyOf('/q/3'), Uint8Array.of(3));
  batch.delete(keyOf('/p/1'));
  expect(store.has(keyOf('/p/2'))).toBe(false);
  await batch.commit();
  expect([...store.query({ prefix: '/p' })].map(({ value }) => [...value])).toEqual([[2]]);
  expect([...store.queryKeys({ orders: [() => -1], offset: 1, limit: 1 })].map(String)).toHaveLength(1);
  expect(() => store.get(keyOf('/p/1'))).toThrow(expect.objectContaining({ name: 'NotFoundError' }));
  store.delete(keyOf('/p/2'));
  store.delete(keyOf('/p/2'));
  expect(store.bytes).toBe('/q/3'.length + 1);
});

test('a node remembers peers in it', async () => {
  const node = await rawPeer();
  const peerId = peerIdFromPrivateKey(await generateKeyPair('Ed25519'));
  const address = multiaddr('/ip4/198.51.100.1/tcp/1');
  await node.peerStore.merge(peerId, { multiaddrs: [address] });
  expect((await node.peerStore.get(peerId)).addresses.map(({ multiaddr: each }) => String(each))).toEqual([
    String(address),
  ]);
  await node.peerStore.delete(peerId);
  expect(await node.peerStore.has(peerId)).toBe(false);
});
