import type { ConnectionGater } from '@libp2p/interface';
import { meshLimits } from './limits.ts';

export interface GaterRules {
  trusted: (peerId: string) => boolean;
  connectionCount: (peerId: string) => number;
  /** False when as many connections of untrusted peers are open as may be. */
  roomForUntrusted: () => boolean;
}

/**
 * Who may be connected at all. Strangers may, up to a limit, so that communities find one another and learn their
 * names; what they may not do is decided per stream.
 */
export function createGater(rules: GaterRules): ConnectionGater {
  const deny = (peerId: string) =>
    rules.connectionCount(peerId) >= meshLimits.connectionsPerPeerMax ||
    (!rules.trusted(peerId) && !rules.roomForUntrusted());
  return {
    // Communities in one building, or on one machine, are reached at private addresses.
    denyDialMultiaddr: () => false,
    denyInboundEncryptedConnection: (peerId) => deny(peerId.toString()),
    denyOutboundEncryptedConnection: (peerId) => deny(peerId.toString()),
  };
}
