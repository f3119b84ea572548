import { hostOf, withoutPeerId } from './addresses.ts';
import { meshLimits } from './limits.ts';

/** What is known of another hub without trusting it. */
export interface Contact {
  peerId: string;
  /** The name it gives itself: unverified. */
  claimedName: string | undefined;
  /** Addresses where it was reached, and those it gave over a connection of its own. */
  addresses: string[];
  /** Addresses that anybody else gave: an announcement in the network, an answer of the DHT. */
  rumours: string[];
  /** Hosts at the other end of its connections. */
  hosts: string[];
}

export interface Sighting {
  claimedName?: string | undefined;
  addresses?: string[];
  rumours?: string[];
  /** The multiaddr at the other end of a connection. */
  remote?: string;
}

/** Hubs that were found, in order of the last sighting, bounded: strangers can announce themselves at will. */
export class Contacts {
  readonly #byPeer = new Map<string, Contact>();
  readonly #keep: (peerId: string) => boolean;
  #changeCount = 0;

  /** `keep`: hubs that are never dropped for room, and are bounded elsewhere (trusted, connected). */
  constructor(keep: (peerId: string) => boolean) {
    this.#keep = keep;
  }

  /** Grows with every sighting. */
  get changeCount(): number {
    return this.#changeCount;
  }

  get(peerId: string): Contact | undefined {
    return this.#byPeer.get(peerId);
  }

  all(): Contact[] {
    return [...this.#byPeer.values()];
  }

  see(peerId: string, sighting: Sighting): Contact {
    const known = this.#byPeer.get(peerId);
    const host = hostOf(sighting.remote ?? '');
    const contact: Contact = {
      peerId,
      claimedName: sighting.claimedName ?? known?.claimedName,
      addresses: mergeAddresses(sighting.addresses ?? [], known?.addresses ?? []),
      rumours: mergeAddresses(sighting.rumours ?? [], known?.rumours ?? []),
      hosts: [...new Set([...(host ? [host] : []), ...(known?.hosts ?? [])])].slice(
        0,
        meshLimits.hostsPerContactMax,
      ),
    };
    this.#byPeer.delete(peerId);
    this.#byPeer.set(peerId, contact);
    this.#changeCount += 1;
    this.#makeRoom();
    return contact;
  }

  clear(): void {
    this.#byPeer.clear();
  }

  /**
   * Hubs that were met and hubs that were only mentioned can't push each other out: a mention costs a stranger nothing,
   * and a stranger with many keys can be met many times.
   */
  #makeRoom(): void {
    if (this.#byPeer.size <= meshLimits.contactsMax) return;
    const droppable = this.all().filter(({ peerId }) => !this.#keep(peerId));
    const met = droppable.filter(({ hosts }) => hosts.length > 0);
    const spokenOf = droppable.find(({ hosts }) => hosts.length === 0);
    const oldest = met.length > meshLimits.contactsMax / 2 ? met[0] : (spokenOf ?? met[0]);
    if (oldest) this.#byPeer.delete(oldest.peerId);
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
