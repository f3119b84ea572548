import { meshLimits } from './limits.ts';

export interface PendingRules {
  /** Whether a trusted community is known to come from there. Called each time, because trust changes. */
  trustedHost: (host: string) => boolean;
}

/** An incoming connection whose handshake is not finished; emits `close` however it ends before that. */
export interface PendingConnection {
  addEventListener(type: 'close', listener: () => void, options: { once: true }): void;
}

/**
 * Places for incoming connections before their peer is known; libp2p has one number for all. Counted by host here, so
 * that silent sockets of one host, or of all strangers together, leave places for others. Every host is bounded.
 */
export class PendingPlaces {
  readonly #rules: PendingRules;
  readonly #hosts = new Map<PendingConnection, string>();
  readonly #counts = new Map<string, number>();

  constructor(rules: PendingRules) {
    this.#rules = rules;
  }

  get count(): number {
    return this.#hosts.size;
  }

  /** False when there is none. A place is returned at the latest when the connection closes. */
  take(connection: PendingConnection, host: string): boolean {
    if (!this.#isFreeFor(host)) return false;
    this.#hosts.set(connection, host);
    this.#counts.set(host, (this.#counts.get(host) ?? 0) + 1);
    connection.addEventListener('close', () => this.release(connection), { once: true });
    return true;
  }

  /** The handshake ended. Does nothing when the place was returned before. */
  release(connection: PendingConnection): void {
    const host = this.#hosts.get(connection);
    if (host === undefined) return;
    this.#hosts.delete(connection);
    const left = (this.#counts.get(host) ?? 1) - 1;
    if (left > 0) this.#counts.set(host, left);
    else this.#counts.delete(host);
  }

  #isFreeFor(host: string): boolean {
    if (this.count >= meshLimits.pendingInboundMax) return false;
    const own = this.#counts.get(host) ?? 0;
    if (this.#rules.trustedHost(host)) return own < meshLimits.pendingPerTrustedHostMax;
    return own < meshLimits.pendingPerHostMax && this.#strangersCount() < meshLimits.pendingStrangersMax;
  }

  #strangersCount(): number {
    let count = 0;
    for (const [host, own] of this.#counts) if (!this.#rules.trustedHost(host)) count += own;
    return count;
  }
}
