/** What the text of a multiaddr says about the host at its beginning. */
import { isIP } from 'node:net';
import { networkOf } from '#core/network-of.ts';
import { isPublicAddress } from '#core/public-address.ts';

const startPattern = /^(?:\/ip6zone\/[^/]+)?\/(ip4|ip6|dns|dns4|dns6|dnsaddr)\/([^/]+)/;

/**
 * The network that one holder controls, so that nobody counts as many by changing addresses; undefined where a name
 * stands.
 */
export function hostOf(multiaddr: string): string | undefined {
  const [, kind, host] = startPattern.exec(multiaddr) ?? [];
  return host !== undefined && (kind === 'ip4' || kind === 'ip6') ? networkOf(host) : undefined;
}

/** The name at its beginning: what it resolves to is known only when it is dialled. */
export function nameOf(multiaddr: string): string | undefined {
  const [, kind, host] = startPattern.exec(multiaddr) ?? [];
  return kind?.startsWith('dns') ? host?.toLowerCase() : undefined;
}

/** Whether it begins with a host or a name at all, and not with a file as `/unix` does. */
export function beginsWithHost(multiaddr: string): boolean {
  return startPattern.test(multiaddr);
}

/** Whether it begins with a non-public address, in any notation. */
export function isPrivate(multiaddr: string): boolean {
  if (multiaddr.startsWith('/ip6zone/')) return true;
  const [, kind, host = ''] = startPattern.exec(multiaddr) ?? [];
  // An address in the place of a name is never looked up.
  if (kind?.startsWith('dns') && isIP(host) === 0) return false;
  return !isPublicAddress(host);
}

export function withoutPeerId(address: string): string {
  return address.replace(/\/p2p\/[^/]+$/, '');
}

/** The peer at the end of the address, if it names one. */
export function peerIn(address: string): string | undefined {
  return /\/p2p\/([^/]+)$/.exec(address)?.[1];
}
