import ipaddr from 'ipaddr.js';

/**
 * The network that one holder of an address controls: for IPv6 a whole /64, as its first four groups; for IPv4 the
 * address itself, even where it is written as IPv6. Any other text is returned unchanged.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return (parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':');
}
