import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateKeyPair } from '@libp2p/crypto/keys';
import type { Libp2p, MultiaddrConnection } from '@libp2p/interface';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { multiaddr } from '@multiformats/multiaddr';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { perSecond, RateLimiter } from '#core/rate-limiter.ts';
import { Communities } from '#mesh/communities.ts';
import { ConnectionTable } from '#mesh/connection-table.ts';
import { Contacts } from '#mesh/contacts.ts';
import { DialRules } from '#mesh/dial-rules.ts';
import { createGater, type GaterRules } from '#mesh/gater.ts';
import * as library from '#mesh/libp2p/addresses.ts';
import { meshLimits } from '#mesh/limits.ts';
import { Outbound } from '#mesh/outbound.ts';
import { PendingPlaces } from '#mesh/pending-places.ts';
import { audioProtocol } from '#mesh/protocols/audio/records.ts';
import { TrustList } from '#mesh/trust-list.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { inTime, MemoryTrust } from './support/hub.ts';
import { rawPeer } from './support/raw-peer.ts';

const open: GaterRules = {
  trusted: () => true,
  connectionCount: () => 0,
  roomForUntrusted: () => true,
  mayDial: () => true,
  mayDialPeer: () => true,
  mayCome: () => true,
  pending: new PendingPlaces({ trustedHost: () => true }),
};

/** Accepts and never answers: each dial to it lasts until it is given up. */
async function silence(): Promise<{ address: () => Promise<string>; knockCount: () => number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on('error', () => {})));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const address = async () => {
    const peerId = peerIdFromPrivateKey(await generateKeyPair('Ed25519'));
    return `/ip4/127.0.0.1/tcp/${port}/p2p/${peerId}`;
  };
  return { address, knockCount: () => sockets.size };
}

/** As a DHT query does that was answered with peers that don't answer. */
async function dialMany(node: Libp2p, address: () => Promise<string>): Promise<void> {
  for (let count = 0; count < meshLimits.parallelDialsMax * 3; count += 1)
    node.dial(multiaddr(await address())).catch(() => {});
}

test('dials that libp2p begins on its own leave places to ours', async () => {
  const { address, knockCount } = await silence();
  const rules = new DialRules({ lan: true, trusted: () => false });
  const mayDialPeer = (peerId: string) => rules.mayDialPeer(peerId);
  const node = await rawPeer(undefined, { gater: createGater({ ...open, mayDialPeer }) });
  rules.watch(node);
  const friend = await rawPeer();
  await dialMany(node, address);
  await expect.poll(knockCount).toBe(meshLimits.parallelDialsOfOthersMax);
  const [target] = friend.getMultiaddrs();
  const before = performance.now();
  await rules.dialling(friend.peerId.toString(), () => node.dial(target!));
  expect(performance.now() - before).toBeLessThan(3_000);
  expect(knockCount()).toBe(meshLimits.parallelDialsOfOthersMax);
});

test('a trusted community is dialled where it said itself that it is before where others say', async () => {
  const dialled: string[][] = [];
  const refuse = async (targets: unknown) => {
    dialled.push([targets].flat().map(String));
    throw new Error('nobody there');
  };
  const libp2p = { dial: refuse, getMultiaddrs: () => [] } as unknown as Libp2p;
  const trust = new TrustList(new MemoryTrust());
  const contacts = new Contacts(() => true);
  const connections = new ConnectionTable();
  const communities = new Communities({ trust, contacts, connections });
  const peerId = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString();
  const lastAddresses = ['/ip4/198.51.100.1/tcp/1'];
  await trust.put({ peerId, name: 'Friend', trustedBy: 'x', trustedAtMs: 0, lastAddresses });
  const lies = Array.from({ length: 20 }, (_, index) => `/ip4/203.0.113.${index}/tcp/1`);
  contacts.see(peerId, { rumours: lies });
  const outbound = new Outbound({
    libp2p,
    library,
    rules: new DialRules({ lan: false, trusted: () => true }),
    parts: { trust, communities, connections, clock: systemClock() },
  });
  await expect(outbound.connect(peerId, inTime())).rejects.toMatchObject({ code: 'MESH_UNREACHABLE' });
  const [first, second] = dialled;
  expect(first).toEqual([`/ip4/198.51.100.1/tcp/1/p2p/${peerId}`]);
  expect(second).toContain(`/ip4/203.0.113.0/tcp/1/p2p/${peerId}`);
});

test('one connection can’t hold streams without end, whatever protocol they are of', async () => {
  let streamCount = 0;
  const host = await rawPeer(undefined, {
    prepare: (node) => {
      const count = () => {
        streamCount += 1;
      };
      return node.handle(audioProtocol, count, { maxInboundStreams: 10_000 });
    },
  });
  const peer = await rawPeer();
  const connection = await peer.dial(host.getMultiaddrs()[0]!);
  const asked = Array.from({ length: meshLimits.inboundStreamsPerConnectionMax * 2 }, () =>
    connection.newStream(audioProtocol, { maxOutboundStreams: 10_000 }).catch(() => undefined),
  );
  await Promise.race([Promise.all(asked), sleep(3_000)]);
  expect(streamCount).toBeGreaterThan(meshLimits.inboundStreamsPerConnectionMax / 2);
  expect(streamCount).toBeLessThanOrEqual(meshLimits.inboundStreamsPerConnectionMax);
});

test('all addresses of one IPv6 network together come no more often than one address', async () => {
  const comers = new RateLimiter({ clock: new FakeClock() }, perSecond(5));
  const gater = createGater({ ...open, mayCome: (host) => comers.take(host) === 0 });
  const comesFrom = (address: string) => {
    const connection = { remoteAddr: multiaddr(`${address}/tcp/1`), addEventListener: () => {} };
    return !gater.denyInboundConnection?.(connection as unknown as MultiaddrConnection);
  };
  const comes = Array.from({ length: 50 }, (_, index) => comesFrom(`/ip6/2001:db8:1:2::${index + 1}`));
  expect(comes.filter(Boolean)).toHaveLength(5);
  expect(comesFrom('/ip6/2001:db8:1:3::1')).toBe(true);
  expect(comesFrom('/ip4/198.51.100.1')).toBe(true);
});
