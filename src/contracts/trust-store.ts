/** A community that a manager chose to trust. Read at the node's start; written by trust and forget. */
export interface TrustedCommunity {
  peerId: string;
  /** The name we gave it. */
  name: string;
  /** `actorKey` of the person who decided it. */
  trustedBy: string;
  trustedAtMs: number;
  /** Multiaddrs it was last reached at, newest first, to dial after a restart. At most `lastAddressesMax`. */
  lastAddresses: string[];
}

/**
 * A name under which a community was trusted. Kept when it is forgotten, so that another community under that name is
 * noticed.
 */
export interface TrustedName {
  /** In lower case. */
  name: string;
  peerId: string;
  trustedAtMs: number;
}

/** Above this, the oldest of the names under which nobody is trusted now are dropped. */
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
