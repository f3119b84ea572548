import { beginsWithHost, isPrivate, nameOf, withoutPeerId } from './addresses.ts';

export interface DialRulesInit {
  /** Private addresses that anybody named are dialled, too. */
  lan: boolean;
}

/**
 * Which addresses are dialled at all. Strangers name addresses for themselves and for others, and every dial shows them
 * whether something is there: nobody outside finds out in this way what runs in the network the hub stands in.
 */
export class DialRules {
  readonly #lan: boolean;
  /** Addresses and names meant by a person, the operator or a trusted community, with how often at this moment. */
  readonly #meant = new Map<string, number>();

  constructor(init: DialRulesInit) {
    this.#lan = init.lan;
  }

  /** `address`: a multiaddr, with or without the peer's id. Of a name only its resolved addresses can be judged. */
  mayDial(address: string): boolean {
    if (!beginsWithHost(address)) return false;
    return this.#lan || !isPrivate(address) || this.#meant.has(withoutPeerId(address));
  }

  /** Whether a name may resolve to a private address. */
  mayResolvePrivately(name: string): boolean {
    return this.#lan || this.#meant.has(name.toLowerCase());
  }

  /** While `run` lasts, these may be dialled wherever they lead. */
  async meaning<T>(addresses: readonly string[], run: () => Promise<T>): Promise<T> {
    const keys = addresses.flatMap((address) => [withoutPeerId(address), nameOf(address) ?? []].flat());
    for (const key of keys) this.#meant.set(key, (this.#meant.get(key) ?? 0) + 1);
    try {
      return await run();
    } finally {
      for (const key of keys) {
        const left = (this.#meant.get(key) ?? 1) - 1;
        if (left > 0) this.#meant.set(key, left);
        else this.#meant.delete(key);
      }
    }
  }
}
