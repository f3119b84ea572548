import type { ConnectionGater } from '@libp2p/interface';
import { hostOf } from './addresses.ts';
import { meshLimits } from './limits.ts';
import type { PendingPlaces } from './pending-places.ts';

export interface GaterRules {
  trusted: (peerId: string) => boolean;
  connectionCount: (peerId: string) => number;
  /** False when the limit of open connections to untrusted peers is reached, for one more with that host. */
  roomForUntrusted: (host: string) => boolean;
  pending: PendingPlaces;
  /** False when libp2p dials as many hubs as it may on its own, and this dial isn't ours. */
  mayDialPeer: (peerId: string) => boolean;
  /** False when the host has connected too often just now. */
  mayCome: (host: string) => boolean;
  /** `address`: a multiaddr, usually with the peer's id at its end. */
  mayDial: (address: string) => boolean;
}

/** Used where the other end has no network address. */
const nowhere = '';

/**
 * Which peers may be connected at all. Strangers may, up to a limit, so that communities find one another and learn
 * their names; what they may do is decided per stream.
 *
 * libp2p 3.3.11 calls `denyInboundConnection` once for each accepted socket, right after checking its own number of
 * pending connections; each admitted one either reaches `denyInboundUpgradedConnection`, its last call, or closes.
 */
export function createGater(rules: GaterRules): ConnectionGater {
  const { pending } = rules;
  const deny = (peerId: string, remote: { toString(): string }) =>
    rules.connectionCount(peerId) >= meshLimits.connectionsPerPeerMax ||
    (!rules.trusted(peerId) && !rules.roomForUntrusted(hostOf(remote.toString()) ?? nowhere));
  return {
    denyDialMultiaddr: (address) => !rules.mayDial(address.toString()),
    denyDialPeer: (peerId) => !rules.mayDialPeer(peerId.toString()),
    denyInboundConnection: (connection) => {
      const host = hostOf(connection.remoteAddr.toString()) ?? nowhere;
      return !rules.mayCome(host) || !pending.take(connection, host);
    },
    denyInboundEncryptedConnection: (peerId, { remoteAddr }) => deny(peerId.toString(), remoteAddr),
    denyOutboundEncryptedConnection: (peerId, { remoteAddr }) => deny(peerId.toString(), remoteAddr),
    denyInboundUpgradedConnection: (_, connection) => {
      pending.release(connection);
      return false;
    },
  };
}
