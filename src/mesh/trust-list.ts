import {
  type TrustedCommunity,
  type TrustedName,
  type TrustStore,
  trustedNamesMax,
} from '#contracts/trust-store.ts';
import { foldName, sameName } from '#core/text/names.ts';

/** The stored trust, held in memory too: every stream checks it, and must not wait. */
export class TrustList {
  readonly #store: TrustStore;
  readonly #byPeer = new Map<string, TrustedCommunity>();
  /** Writes one after the other, so that a late address can't bring back a forgotten community. */
  #writing: Promise<unknown> = Promise.resolve();
  #askedCount = 0;
  #changeCount = 0;
  /** Oldest first. */
  #names: TrustedName[] = [];
  /** Communities being forgotten, with the request count at that time: earlier requests don't bring them back. */
  readonly #forgetting = new Map<string, number>();

  constructor(store: TrustStore) {
    this.#store = store;
  }

  async load(): Promise<void> {
    const [stored, names] = [await this.#store.list(), await this.#store.names()];
    this.#names = names;
    this.#byPeer.clear();
    for (const community of stored) this.#set(community);
  }

  /** Grows whenever the list changes. */
  get changeCount(): number {
    return this.#changeCount;
  }

  has(peerId: string): boolean {
    return this.#byPeer.has(peerId);
  }

  get(peerId: string): TrustedCommunity | undefined {
    return this.#byPeer.get(peerId);
  }

  byName(name: string): TrustedCommunity | undefined {
    return this.all().find((community) => sameName(community.name, name));
  }

  /** The other key that was trusted last under the name, even if it was forgotten since. */
  formerKeyOf(name: string, peerId: string): string | undefined {
    return this.#names.findLast((known) => sameName(known.name, name) && known.peerId !== peerId)?.peerId;
  }

  /** The community that now has a name under which this one, no longer trusted, was trusted before. */
  successorOf(peerId: string): TrustedCommunity | undefined {
    if (this.has(peerId)) return undefined;
    const held = this.#names.filter((known) => known.peerId === peerId);
    return this.all().find((community) => held.some(({ name }) => sameName(name, community.name)));
  }

  all(): TrustedCommunity[] {
    return [...this.#byPeer.values()];
  }

  /** Durable before it counts; ignored if the community was forgotten meanwhile. */
  put(community: TrustedCommunity): Promise<void> {
    const { peerId } = community;
    const asked = ++this.#askedCount;
    return this.#write(async () => {
      await this.#store.put(community);
      this.#noteName(community);
      if (asked > (this.#forgetting.get(peerId) ?? 0)) this.#set(community);
    });
  }

  /** Remembers where a community was last reached, if it is trusted and the addresses are new. */
  putAddresses(peerId: string, lastAddresses: string[]): Promise<void> {
    return this.#write(async () => {
      const community = this.#byPeer.get(peerId);
      if (!community || sameList(community.lastAddresses, lastAddresses)) return;
      const moved = { ...community, lastAddresses };
      await this.#store.put(moved);
      if (this.#byPeer.has(peerId)) this.#set(moved);
    });
  }

  /**
   * Takes effect immediately, even if the store fails: then the caller gets the error, and trust returns only with a
   * restart.
   */
  remove(peerId: string): Promise<void> {
    const asked = ++this.#askedCount;
    this.#forgetting.set(peerId, asked);
    this.#byPeer.delete(peerId);
    this.#changeCount += 1;
    return this.#write(async () => {
      try {
        await this.#store.remove(peerId);
      } finally {
        if (this.#forgetting.get(peerId) === asked) this.#forgetting.delete(peerId);
      }
    });
  }

  #set(community: TrustedCommunity): void {
    this.#byPeer.set(community.peerId, community);
    this.#changeCount += 1;
  }

  #noteName({ name, peerId, trustedAtMs }: TrustedCommunity): void {
    const others = this.#names.filter((known) => known.peerId !== peerId || !sameName(known.name, name));
    this.#names = [...others, { name: foldName(name), peerId, trustedAtMs }].slice(-trustedNamesMax);
  }

  #write(run: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(run);
    this.#writing = done.catch(() => {});
    return done;
  }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}
