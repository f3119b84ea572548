/** Something that people can look at now. */
export interface Arrival {
  service: string;
  /** "Release v1.2 in acme/site" */
  what: string;
  /** The page where it stands, from the root. */
  path: string;
  atMs: number;
}

/** The newest ones, of all services together. */
export const arrivalsKeptMax = 100;

/** Tells pages that something changed, and what arrived. */
export class Changes {
  readonly #listeners = new Set<() => void>();
  readonly #arrivals: Arrival[] = [];
  #count = 0;

  /** Since the start: more than what is kept. */
  get arrivedCount(): number {
    return this.#count;
  }

  /** Newest first. */
  get arrivals(): readonly Arrival[] {
    return this.#arrivals;
  }

  arrived(arrival: Omit<Arrival, 'atMs'>): void {
    this.#count += 1;
    const others = this.#arrivals.filter(({ path }) => path !== arrival.path);
    const kept = [{ ...arrival, atMs: Date.now() }, ...others].slice(0, arrivalsKeptMax);
    this.#arrivals.splice(0, this.#arrivals.length, ...kept);
    this.changed();
  }

  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Returns the unsubscriber. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
