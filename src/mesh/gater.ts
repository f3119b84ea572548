import type { ConnectionGater } from '@libp2p/interface';
import { hostOf } from './addresses.ts';
import { meshLimits } from './limits.ts';
import type { PendingPlaces } from './pending-places.ts';

export interface GaterRules {
  trusted: (peerId: string) => boolean;
  connectionCount: (peerId: string) => number;
  /** False when as many connections of untrusted peers are open as may be, for one more with that host. */
  roomForUntrusted: (host: string) => boolean;
  pending: PendingPlaces;
  /** False when as many hubs are being dialled as libp2p may by itself, and this one is none of ours. */
  mayDialPeer: (peerId: string) => boolean;
  /** False when the host has come too often for a moment. */
  mayCome: (host: string) => boolean;
  /** `address`: a multiaddr, most often with the id of the peer at its end. */
  mayDial: (address: string) => boolean;
}

/** Where the other end is no network address. */
const nowhere = '';

/**
 * Who may be connected at all. Strangers may, up to a limit, so that communities find one another and learn their
 * names; what they may not do is decided per stream.
 *
 * libp2p 3.3.11 asks `denyInboundConnection` once for each accepted socket, right after its own number of pending
 * connections; each that it let in either comes to `denyInboundUpgradedConnection`, its last question, or closes.
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
