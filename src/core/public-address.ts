/** The network addresses that may be fetched from: public unicast only, however the address is written. */
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
/** Inside 2000::/3, but no public hosts: they lead to IPv4 addresses or nowhere. */
const specialIPv6: readonly [ipaddr.IPv6, number][] = [
  ipaddr.IPv6.parseCIDR('2001::/23'),
  ipaddr.IPv6.parseCIDR('2001:db8::/32'),
  ipaddr.IPv6.parseCIDR('2002::/16'),
  ipaddr.IPv6.parseCIDR('3fff::/20'),
];

export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.range() === 'unicast';
  const ipv6 = parsed as ipaddr.IPv6;
  if (ipv6.zoneId) return false;
  return (
    ipv6.match(globalUnicast) && !specialIPv6.some((range) => ipv6.match(range)) && ipv6.range() === 'unicast'
  );
}

/**
 * Whether the operator listed this host, as `host` (any port) or `host:port`; IPv6 in brackets. Compared by name
 * as the URL gives it: a listed name may resolve to any address.
 */
export function isAllowedPrivateHost(allowed: readonly string[], hostname: string, port: number): boolean {
  const host = hostname.toLowerCase();
  return allowed.some((entry) => {
    const wanted = entry.toLowerCase();
    return (
      wanted === host ||
      wanted === `[${host}]` ||
      wanted === `${host}:${port}` ||
      wanted === `[${host}]:${port}`
    );
  });
}

/**
 * Resolves names to public addresses only, and fails with `refusal` where there is none. The checked address is the one
 * that is connected to, so a name that resolves differently a moment later gains nothing.
 */
export function publicLookup(resolve: LookupFunction, refusal: (hostname: string) => Error): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const addresses = (Array.isArray(found) ? found : []).filter(({ address }) => isPublicAddress(address));
      const [first] = addresses;
      if (!first) return callback(refusal(hostname) as NodeJS.ErrnoException, '', 0);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
