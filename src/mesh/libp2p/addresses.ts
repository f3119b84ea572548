import type { PeerId } from '@libp2p/interface';
import { peerIdFromString } from '@libp2p/peer-id';
import { CODE_P2P, type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { meshErrors } from '../errors.ts';

export interface DialAddress {
  multiaddr: Multiaddr;
  /** The peer at the end of the address, if it names one. */
  peerId: string | undefined;
}

/** Throws MESH_ADDRESS_INVALID for anything that isn't a TCP multiaddr. */
export function parseAddress(address: string): DialAddress {
  try {
    const parsed = multiaddr(address);
    const parts = parsed.getComponents();
    const port = parts.find((part) => part.name === 'tcp')?.value;
    if (!port || Number(port) === 0) throw new Error('no TCP port to dial');
    const peerId = parts.findLast((part) => part.code === CODE_P2P)?.value;
    if (peerId) peerIdFromString(peerId);
    return { multiaddr: parsed, peerId };
  } catch (error) {
    throw meshErrors.MESH_ADDRESS_INVALID({ address }, { cause: error });
  }
}

/** The same address, bound to `peerId`: any other peer there is refused. */
export function addressOf(peerId: string, address: string): Multiaddr {
  const parsed = multiaddr(address);
  return parsed.getComponents().some((part) => part.code === CODE_P2P)
    ? parsed
    : parsed.encapsulate(`/p2p/${peerId}`);
}

/** The canonical text of a peer id of an Ed25519 key; undefined for anything else. */
export function parsePeerId(text: string): string | undefined {
  try {
    const peerId = peerIdFromString(text);
    return peerId.type === 'Ed25519' ? peerId.toString() : undefined;
  } catch {
    return undefined;
  }
}

export function peerIdOf(text: string): PeerId {
  return peerIdFromString(text);
}
