/** Another hub, identified by its key. Trust is ours to give; the other side gives its own. */
export interface Community {
  peerId: string;
  /** The name we gave it when trusting; before that, what it says of itself, unverified. */
  name: string;
  trusted: boolean;
  connected: boolean;
  addresses: string[];
}

/** What services other than the mesh may know of communities. */
export interface CommunityDirectory {
  /** Trusted and discovered communities, trusted ones first. */
  list(): Community[];
  /** By peer id, or by the name given at trust (case-insensitive, if unique). */
  find(reference: string): Community | undefined;
  /** The trusted community that now has a name under which `peerId` was trusted before it was forgotten. */
  successorOf(peerId: string): Community | undefined;
  /** Calls back when a trusted community connects; used to resume relays. Returns the unsubscriber. */
  onConnected(listener: (peerId: string) => void): () => void;
  /** Calls back when trust in a community is withdrawn. Returns the unsubscriber. */
  onForgotten(listener: (peerId: string) => void): () => void;
}
