import type { Connection } from '@libp2p/interface';

/** The node's open connections by peer, with the monotonic time of their opening. */
export class ConnectionTable {
  readonly #byPeer = new Map<string, Map<Connection, number>>();

  /** True when it is the peer's first. */
  add(connection: Connection, nowMs: number): boolean {
    const peerId = connection.remotePeer.toString();
    const open = this.#byPeer.get(peerId);
    if (open) {
      open.set(connection, nowMs);
      return false;
    }
    this.#byPeer.set(peerId, new Map([[connection, nowMs]]));
    return true;
  }

  /** True when it was the peer's last. */
  remove(connection: Connection): boolean {
    const peerId = connection.remotePeer.toString();
    const open = this.#byPeer.get(peerId);
    if (!open?.delete(connection) || open.size > 0) return false;
    this.#byPeer.delete(peerId);
    return true;
  }

  connected(peerId: string): boolean {
    return this.#byPeer.has(peerId);
  }

  of(peerId: string): Connection[] {
    return [...(this.#byPeer.get(peerId)?.keys() ?? [])];
  }

  peers(): string[] {
    return [...this.#byPeer.keys()];
  }

  /** Oldest first. */
  all(): { connection: Connection; openedAtMs: number }[] {
    return [...this.#byPeer.values()]
      .flatMap((open) => [...open].map(([connection, openedAtMs]) => ({ connection, openedAtMs })))
      .sort((a, b) => a.openedAtMs - b.openedAtMs);
  }

  clear(): void {
    this.#byPeer.clear();
  }
}
