import { meshLimits } from './limits.ts';

/** What is known of another hub without trusting it. */
export interface Contact {
  peerId: string;
  /** What it says of itself: unverified. */
  claimedName: string | undefined;
  addresses: string[];
}

export interface Sighting {
  claimedName?: string | undefined;
  addresses?: string[];
}

/** Hubs that were found, in order of the last sighting, bounded: strangers can announce themselves at will. */
export class Contacts {
  readonly #byPeer = new Map<string, Contact>();
  readonly #keep: (peerId: string) => boolean;

  /** `keep`: those never to be dropped for room, and themselves bounded elsewhere (trusted, connected). */
  constructor(keep: (peerId: string) => boolean) {
    this.#keep = keep;
  }

  get(peerId: string): Contact | undefined {
    return this.#byPeer.get(peerId);
  }

  all(): Contact[] {
    return [...this.#byPeer.values()];
  }

  see(peerId: string, sighting: Sighting): Contact {
    const known = this.#byPeer.get(peerId);
    const contact: Contact = {
      peerId,
      claimedName: sighting.claimedName ?? known?.claimedName,
      addresses: mergeAddresses(sighting.addresses ?? [], known?.addresses ?? []),
    };
    this.#byPeer.delete(peerId);
    this.#byPeer.set(peerId, contact);
    this.#makeRoom();
    return contact;
  }

  clear(): void {
    this.#byPeer.clear();
  }

  #makeRoom(): void {
    if (this.#byPeer.size <= meshLimits.contactsMax) return;
    for (const peerId of this.#byPeer.keys()) {
      if (this.#keep(peerId)) continue;
      this.#byPeer.delete(peerId);
      return;
    }
  }
}

/** Newest first, without the peer id they all share, bounded in count and length. */
export function mergeAddresses(fresh: string[], known: string[]): string[] {
  const plain = [...fresh, ...known].map(withoutPeerId);
  const usable = plain.filter(
    (address) => address.length > 0 && address.length <= meshLimits.addressLengthMax,
  );
  return [...new Set(usable)].slice(0, meshLimits.addressesPerContactMax);
}

export function withoutPeerId(address: string): string {
  return address.replace(/\/p2p\/[^/]+$/, '');
}
