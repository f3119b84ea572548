/** A community that a manager chose to trust. Read at the node's start; written by trust and forget. */
export interface TrustedCommunity {
  peerId: string;
  /** The name we gave it. */
  name: string;
  /** Who decided: `actorKey`. */
  trustedBy: string;
  trustedAtMs: number;
  /** Multiaddrs it was last reached at, newest first: where to dial after a restart. At most `lastAddressesMax`. */
  lastAddresses: string[];
}

/** That a community was trusted under a name: kept when it is forgotten, so that another under that name is noticed. */
export interface TrustedName {
  /** In lower case. */
  name: string;
  peerId: string;
  trustedAtMs: number;
}

/** Of names under which nobody is trusted now, the oldest go first. */
export const trustedNamesMax = 4_000;
export const trustedCommunitiesMax = 1_000;
export const lastAddressesMax = 16;

export interface TrustStore {
  list(): Promise<TrustedCommunity[]>;
  /** Oldest first. */
  names(): Promise<TrustedName[]>;
  /** Adds or replaces by peer id, and notes the name. Throws STORAGE_LIMIT_REACHED for one more than `trustedCommunitiesMax`. */
  put(community: TrustedCommunity): Promise<void>;
  remove(peerId: string): Promise<void>;
}
