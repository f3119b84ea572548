/** What the text of a multiaddr says about the host at its beginning. */
import { isIP } from 'node:net';
import { networkOf } from '#core/network-of.ts';
import { isPublicAddress } from '#core/public-address.ts';

const startPattern = /^(?:\/ip6zone\/[^/]+)?\/(ip4|ip6|dns|dns4|dns6|dnsaddr)\/([^/]+)/;

/** The network one holder has, so that nobody is many by changing addresses; undefined where a name stands. */
export function hostOf(multiaddr: string): string | undefined {
  const [, kind, host] = startPattern.exec(multiaddr) ?? [];
  return host !== undefined && (kind === 'ip4' || kind === 'ip6') ? networkOf(host) : undefined;
}

/** A name at the beginning: what it resolves to is only known when it is dialled. */
export function nameOf(multiaddr: string): string | undefined {
  const [, kind, host] = startPattern.exec(multiaddr) ?? [];
  return kind?.startsWith('dns') ? host?.toLowerCase() : undefined;
}

/** Whether there is a host or a name at its beginning at all, and not a file as in `/unix`. */
export function beginsWithHost(multiaddr: string): boolean {
  return startPattern.test(multiaddr);
}

/** Begins with an address that is no public one, in whatever way it stands there. */
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

/** The peer an address ends at, if it says so. */
export function peerIn(address: string): string | undefined {
  return /\/p2p\/([^/]+)$/.exec(address)?.[1];
}
