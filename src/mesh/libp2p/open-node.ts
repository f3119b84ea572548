import type { LookupFunction } from 'node:net';
import { identify } from '@libp2p/identify';
import type { ConnectionGater, Ed25519PrivateKey, Libp2p } from '@libp2p/interface';
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht';
import { mdns } from '@libp2p/mdns';
import { ping } from '@libp2p/ping';
import { createLibp2p } from 'libp2p';
import { errorText } from '#core/errors.ts';
import { meshErrors } from '../errors.ts';
import { meshLimits } from '../limits.ts';
import { BoundedDatastore } from './bounded-datastore.ts';
import { connectionStack } from './connection-stack.ts';

const dhtProtocol = '/guildmesh/kad/1.0.0';

export interface OpenNodeInit {
  privateKey: Ed25519PrivateKey;
  userAgent: string;
  gater: ConnectionGater;
  /** How names in addresses resolve; the system's way unless given. */
  lookup?: LookupFunction;
  /** Multiaddrs to bind. */
  listen: string[];
  /** Multiaddrs told to others besides those bound. */
  announce: string[];
  mdns: boolean;
  mdnsGroup?: string | undefined;
  dhtServer: boolean;
  connectionsMax: number;
  inboundConnectionsPerSecondMax: number;
  /** Called between construction and start, for listeners and protocol handlers. */
  prepare: (node: Libp2p) => Promise<void>;
}

/** A started libp2p node. Leaves nothing behind when it fails or the signal aborts. */
export async function openNode(init: OpenNodeInit, signal: AbortSignal): Promise<Libp2p> {
  const node = await createLibp2p(optionsOf(init));
  try {
    await init.prepare(node);
    signal.throwIfAborted();
    await node.start();
    signal.throwIfAborted();
  } catch (error) {
    await node.stop();
    signal.throwIfAborted();
    throw listenErrorOf(error, init.listen) ?? error;
  }
  return node;
}

function optionsOf(init: OpenNodeInit) {
  return {
    start: false,
    privateKey: init.privateKey,
    datastore: new BoundedDatastore({ bytesMax: meshLimits.datastoreBytesMax }),
    nodeInfo: { userAgent: init.userAgent },
    addresses: { listen: init.listen, appendAnnounce: init.announce },
    ...connectionStack(init),
    connectionGater: init.gater,
    connectionManager: {
      maxConnections: init.connectionsMax,
      // The default of 5 shuts out communities that share a host or a NAT. The gater's own count knows IPv6 networks.
      inboundConnectionThreshold: init.inboundConnectionsPerSecondMax,
      // A higher limit than the gater's, which counts by host: libp2p's would let anybody fill all of it.
      maxIncomingPendingConnections: meshLimits.pendingInboundMax * 2,
      maxParallelDials: meshLimits.parallelDialsMax,
      dialTimeout: meshLimits.dialTimeoutMs,
      // The hub redials itself, with a limit on the pause rather than on the number of attempts.
      reconnectRetries: 0,
    },
    peerDiscovery: init.mdns ? [mdns({ serviceTag: mdnsServiceTag(init.mdnsGroup) })] : [],
    services: {
      identify: identify(),
      ping: ping(),
      dht: kadDHT({
        protocol: dhtProtocol,
        clientMode: !init.dhtServer,
        // Without it private addresses are removed, and communities in one network never find each other.
        peerInfoMapper: passthroughMapper,
      }),
    },
  };
}

function listenErrorOf(error: unknown, addresses: string[]): Error | undefined {
  if (!(error instanceof Error) || error.name !== 'UnsupportedListenAddressesError') return undefined;
  const taken = /^\s+(\/\S+): .*EADDRINUSE/m.exec(error.message)?.[1];
  if (taken) return meshErrors.MESH_PORT_TAKEN({ address: taken }, { cause: error });
  const reason = /\b(E[A-Z]{4,})\b/.exec(errorText(error))?.[1] ?? 'not an address this node can bind';
  return meshErrors.MESH_LISTEN_FAILED({ addresses, reason }, { cause: error });
}

function mdnsServiceTag(group: string | undefined): string {
  return `_guildmesh${group === undefined ? '' : `-${group}`}._udp.local`;
}
