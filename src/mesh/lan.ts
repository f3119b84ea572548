import type { NetworkInterfaceInfo } from 'node:os';
import ipaddr from 'ipaddr.js';
import { isPrivate } from './addresses.ts';

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/**
 * Whether a node with these listening addresses is in a private network, so that the hubs it looks for may be, too. The
 * wildcard address counts as private if one of the machine's interfaces is; loopback is the only interface of a closed
 * machine.
 */
export function listensPrivately(listen: readonly string[], interfaces: Interfaces): boolean {
  return listen.some((address) => {
    if (/^\/ip4\/0\.0\.0\.0\//.test(address)) return isMachinePrivate(interfaces, ['IPv4']);
    if (/^\/ip6\/(?:::|0::0|::0)\//.test(address)) return isMachinePrivate(interfaces, ['IPv4', 'IPv6']);
    return isPrivate(address);
  });
}

function isMachinePrivate(interfaces: Interfaces, families: readonly string[]): boolean {
  const outer = Object.values(interfaces)
    .flatMap((each) => each ?? [])
    .filter(
      ({ family, internal, address }) => families.includes(family) && !internal && !isLinkLocal(address),
    );
  return (
    outer.length === 0 ||
    outer.some(({ family, address }) => isPrivate(`/${family === 'IPv4' ? 'ip4' : 'ip6'}/${address}`))
  );
}

/** Every interface has one, in any network. */
function isLinkLocal(address: string): boolean {
  return ipaddr.process(address).range() === 'linkLocal';
}
