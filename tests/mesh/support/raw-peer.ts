import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, Libp2p, Stream } from '@libp2p/interface';
import { expect, onTestFinished } from 'vitest';
import { systemChance } from '#core/clock.ts';
import { parseAddress } from '#mesh/libp2p/addresses.ts';
import { loadOrCreateKey } from '#mesh/libp2p/identity.ts';
import { type OpenNodeInit, openNode } from '#mesh/libp2p/open-node.ts';
import { audioCodec } from '#mesh/protocols/audio/codec.ts';
import { audioProtocol, type WireRecord } from '#mesh/protocols/audio/records.ts';
import { addressOf, type TestHub, trustNow } from './hub.ts';

/** A libp2p node that speaks bytes: the other side of our protocol, free to break it. */
export async function rawPeer(
  serve?: (stream: Stream, connection: Connection) => void,
  options: Partial<OpenNodeInit> = {},
): Promise<Libp2p> {
  const directory = await mkdtemp(join(tmpdir(), 'raw-peer-'));
  const node = await openNode(
    {
      privateKey: await loadOrCreateKey(join(directory, 'key'), systemChance()),
      userAgent: 'guildmesh/9.9.9 (Raw)',
      gater: {},
      listen: ['/ip4/127.0.0.1/tcp/0'],
      announce: [],
      mdns: false,
      dhtServer: false,
      connectionsMax: 64,
      inboundConnectionsPerSecondMax: 200,
      prepare: async (made) => {
        if (serve) await made.handle(audioProtocol, serve);
      },
      ...options,
    },
    new AbortController().signal,
  );
  onTestFinished(async () => {
    await node.stop();
    await rm(directory, { recursive: true, force: true });
  });
  return node;
}

export async function dialHub(peer: Libp2p, hub: TestHub): Promise<Connection> {
  const connection = await peer.dial(parseAddress(await addressOf(hub)).multiaddr);
  const peerId = peer.peerId.toString();
  await expect.poll(() => hub.mesh.communities.find(peerId)?.connected).toBe(true);
  return connection;
}

/** A raw peer that the hub trusts, with a connection to it. */
export async function trustedRawPeer(hub: TestHub, name = 'Raw') {
  const peer = await rawPeer();
  await trustNow(hub, { community: peer.peerId.toString(), name });
  const connection = await dialHub(peer, hub);
  return { peer, connection, open: () => openRaw(connection) };
}

export interface RawStream {
  stream: Stream;
  records: WireRecord[];
  send: (record: WireRecord) => void;
  /** Undefined while open. */
  ending: () => 'closed' | 'reset' | undefined;
}

export async function openRaw(connection: Connection): Promise<RawStream> {
  const stream = await connection.newStream(audioProtocol);
  return wrapRaw(stream);
}

export function wrapRaw(stream: Stream): RawStream {
  const records: WireRecord[] = [];
  const decoder = audioCodec.decoder();
  let ending: 'closed' | 'reset' | undefined;
  stream.addEventListener('message', ({ data }) => records.push(...decoder.read(data.subarray())));
  stream.addEventListener('remoteCloseWrite', () => {
    ending ??= 'closed';
  });
  stream.addEventListener('close', ({ error }) => {
    ending ??= error ? 'reset' : 'closed';
  });
  return {
    stream,
    records,
    send: (record) => void stream.send(audioCodec.encode(record)),
    ending: () => ending,
  };
}
