import ipaddr from 'ipaddr.js';

/**
 * What one holder of an address has at will: of IPv6 a whole /64, as its first four groups; of IPv4 the address itself,
 * also where it is written as IPv6. Anything else is its own text.
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
