import { createServer } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import type { Libp2p } from '@libp2p/interface';
import { expect, onTestFinished, test } from 'vitest';
import { nodeConnect } from '#contracts/actions/node.ts';
import { DialRules } from '#mesh/dial-rules.ts';
import { listensPrivately } from '#mesh/lan.ts';
import { parseAddress } from '#mesh/libp2p/addresses.ts';
import { addressOf, reincarnate, startedHub, type TestHub, trustNow } from './support/hub.ts';
import { dialHub, rawPeer } from './support/raw-peer.ts';

/** Something in the network that is nobody's business: counts who knocks. */
async function trap() {
  let knockCount = 0;
  const server = createServer((socket) => {
    knockCount += 1;
    socket.destroy();
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { port, knockCount: () => knockCount };
}

/** A hub that looks for `peer` in the DHT, where its lies about its address are; both meet at a server only. */
async function searching(peer: Libp2p, lan: boolean): Promise<TestHub> {
  const server = await startedHub('Server', { dhtServer: true, lan: false });
  await peer.dial(parseAddress(await addressOf(server)).multiaddr);
  await expect.poll(() => server.mesh.communities.find(peer.peerId.toString())?.connected).toBe(true);
  const hub = await startedHub('North', { bootstrap: [await addressOf(server)], lan, redialMs: 300 });
  await expect.poll(() => hub.mesh.communities.list().some(({ connected }) => connected)).toBe(true);
  return hub;
}

test.each([
  ['an address', (port: number) => `/ip4/127.0.0.1/tcp/${port}`],
  ['a name that leads there', (port: number) => `/dns4/localhost/tcp/${port}`],
  ['an address as a name', (port: number) => `/dns4/127.0.0.1/tcp/${port}`],
])(
  'the private address of a peer is not dialled when others tell of it, as %s; with mesh.lan it is',
  { timeout: 60_000 },
  async (_, lie) => {
    for (const lan of [false, true]) {
      const { port, knockCount } = await trap();
      const peer = await rawPeer(undefined, { listen: [], announce: [lie(port)] });
      const hub = await searching(peer, lan);
      await trustNow(hub, { community: peer.peerId.toString(), name: 'Looked for' });
      const found = () => hub.mesh.communities.find('Looked for')?.addresses ?? [];
      if (lan) await expect.poll(knockCount, { timeout: 20_000 }).toBeGreaterThan(0);
      else {
        await expect.poll(found, { timeout: 20_000 }).toContain(lie(port));
        await hub.act(nodeConnect, { address: 'Looked for' }).catch(() => {});
        expect(knockCount()).toBe(0);
      }
    }
  },
);

test('a stranger found at a private address is not dialled by name, and the error says what to do', async () => {
  const hub = await startedHub('North', { lan: false });
  const { port, knockCount } = await trap();
  const address = `/ip4/127.0.0.1/tcp/${port}`;
  const peer = await rawPeer(undefined, { listen: [], announce: [address] });
  const connection = await dialHub(peer, hub);
  await expect.poll(() => hub.mesh.communities.find('Raw')?.addresses).toEqual([address]);
  await connection.close();
  await expect.poll(() => hub.mesh.communities.find('Raw')?.connected).toBe(false);
  await expect(hub.act(nodeConnect, { address: 'Raw' })).rejects.toMatchObject({
    code: 'MESH_ADDRESS_PRIVATE',
    next: `If that place is meant, a manager runs /node connect address:${address}; mesh.lan true allows all.`,
  });
  expect(knockCount()).toBe(0);
  await expect(hub.act(nodeConnect, { address })).rejects.toMatchObject({ code: 'MESH_UNREACHABLE' });
  expect(knockCount()).toBe(1);
});

test('typed, bootstrap and trusted addresses are dialled, private or not', { timeout: 40_000 }, async () => {
  const north = await startedHub('North');
  const typed = await startedHub('South', { lan: false });
  const [address] = [await addressOf(north)];
  expect(await typed.act(nodeConnect, { address })).toMatchObject({ name: 'North', connected: true });
  const bootstrapped = await startedHub('East', { lan: false, bootstrap: [address] });
  await expect.poll(() => bootstrapped.mesh.communities.find('North')?.connected).toBe(true);
  // Trusted, and known from before: nobody types anything, mesh.lan or not.
  await trustNow(typed, { community: 'North' });
  await expect.poll(() => [...typed.trust.rows.values()][0]?.lastAddresses.length).toBeGreaterThan(0);
  await typed.mesh.stop?.();
  const again = await reincarnate(typed);
  await expect.poll(() => again.mesh.communities.find('North')?.connected).toBe(true);
});

test('without a host at the beginning nothing is dialled, mesh.lan or not', async () => {
  for (const lan of [false, true]) {
    const rules = new DialRules({ lan, trusted: () => false });
    expect(rules.mayDial('/unix/%2Frun%2Fdocker.sock')).toBe(false);
    expect(rules.mayDial('/ip4/192.168.1.1/tcp/22/p2p/12D3Koo')).toBe(lan);
    expect(rules.mayDial('/ip6/::ffff:10.0.0.1/tcp/22')).toBe(lan);
    expect(rules.mayDial('/ip6zone/eth0/ip6/fe80::1/tcp/22')).toBe(lan);
    expect(rules.mayDial('/ip4/169.254.169.254/tcp/80')).toBe(lan);
    expect(rules.mayDial('/ip4/203.0.114.7/tcp/4180/p2p/12D3Koo')).toBe(true);
  }
});

test('what is meant is allowed while it is, also where two mean it', async () => {
  const rules = new DialRules({ lan: false, trusted: () => false });
  const address = '/ip4/10.0.0.1/tcp/1';
  const name = '/dns4/Hub.lan/tcp/1';
  await rules.meaning([`${address}/p2p/x`, name], async () => {
    await rules.meaning([address], async () => expect(rules.mayDial(address)).toBe(true));
    expect(rules.mayDial(`${address}/p2p/x`)).toBe(true);
    expect(rules.mayResolvePrivately('hub.lan')).toBe(true);
    expect(rules.mayResolvePrivately('other.lan')).toBe(false);
  });
  expect([rules.mayDial(address), rules.mayResolvePrivately('hub.lan')]).toEqual([false, false]);
});

function card(address: string, internal = false): NetworkInterfaceInfo[] {
  const family = address.includes(':') ? ('IPv6' as const) : ('IPv4' as const);
  const common = { address, netmask: '', mac: '', internal, cidr: null };
  return [family === 'IPv4' ? { ...common, family } : { ...common, family, scopeid: 0 }];
}

const loopback = { lo: card('127.0.0.1', true) };
const rented = { ...loopback, eth0: card('203.0.114.7'), eth1: card('fe80::1') };
const home = { ...loopback, eth0: card('192.168.1.5') };

test.each([
  ['a machine at home', ['/ip4/0.0.0.0/tcp/4180'], home, true],
  ['a rented machine', ['/ip4/0.0.0.0/tcp/4180', '/ip6/::/tcp/4180'], rented, false],
  ['a machine without a network', ['/ip4/0.0.0.0/tcp/4180'], loopback, true],
  ['an address of its own at home', ['/ip4/192.168.1.5/tcp/4180'], rented, true],
  ['loopback, meant so', ['/ip4/127.0.0.1/tcp/0'], rented, true],
  ['a public address on a machine at home', ['/ip4/203.0.114.7/tcp/4180'], home, false],
  ['listening nowhere', [], home, false],
])('%s: private or not', (_, listen, interfaces, expected) => {
  expect(listensPrivately(listen, interfaces)).toBe(expected);
});
