/** A map that keeps the newest: with more than `max` entries the oldest leaves. */
export class BoundedMap<Key, Value> {
  readonly max: number;
  readonly #entries = new Map<Key, Value>();
  readonly #onDrop: (value: Value) => void;

  constructor(max: number, onDrop: (value: Value) => void = () => {}) {
    this.max = max;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.set(key, value);
    for (const [oldest, dropped] of this.#entries) {
      if (this.#entries.size <= this.max) return;
      this.#entries.delete(oldest);
      this.#onDrop(dropped);
    }
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  /** Oldest first. */
  values(): Value[] {
    return [...this.#entries.values()];
  }

  /** Newest first. */
  newest(): Value[] {
    return this.values().reverse();
  }
}
