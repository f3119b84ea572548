import { hostOf } from './addresses.ts';
import type { MeshParts } from './mesh-parts.ts';

/** The hosts that trusted communities are currently known to come from. */
export class TrustedHosts {
  readonly #parts: Pick<MeshParts, 'trust' | 'contacts'>;
  #hosts: ReadonlySet<string> = new Set();
  #madeAt = '';

  constructor(parts: Pick<MeshParts, 'trust' | 'contacts'>) {
    this.#parts = parts;
  }

  has(host: string): boolean {
    const { trust, contacts } = this.#parts;
    const nowAt = `${trust.changeCount}:${contacts.changeCount}`;
    // Called for every connection of a flood: computed again only when the result may have changed.
    if (nowAt !== this.#madeAt) {
      this.#hosts = this.#gather();
      this.#madeAt = nowAt;
    }
    return this.#hosts.has(host);
  }

  #gather(): Set<string> {
    const hosts = new Set<string>();
    for (const { peerId, lastAddresses } of this.#parts.trust.all()) {
      const contact = this.#parts.contacts.get(peerId);
      for (const host of contact?.hosts ?? []) hosts.add(host);
      for (const address of [...(contact?.addresses ?? []), ...lastAddresses]) {
        const host = hostOf(address);
        if (host !== undefined) hosts.add(host);
      }
    }
    return hosts;
  }
}
