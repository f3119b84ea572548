import ipaddr from 'ipaddr.js';

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Proxies that are believed about the client's address, host and scheme: `web.trustedProxies`. */
export class TrustedProxies {
  readonly #ranges: readonly Range[];

  /** Addresses or networks in CIDR notation. */
  constructor(entries: readonly string[]) {
    this.#ranges = entries.map(rangeOf);
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  has(address: string | undefined): boolean {
    if (address === undefined || !ipaddr.isValid(address)) return false;
    const asked = ipaddr.process(address);
    return this.#ranges.some(
      ([network, bits]) => asked.kind() === network.kind() && asked.match(network, bits),
    );
  }
}

function rangeOf(entry: string): Range {
  if (entry.includes('/')) return ipaddr.parseCIDR(entry);
  const address = ipaddr.process(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
