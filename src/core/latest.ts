/** Values by their keys, at most `countMax` of them: a further one takes the place of the one set longest ago. */
export class Latest<Key, Value> {
  readonly #countMax: number;
  /** The one set longest ago first. */
  readonly #values = new Map<Key, Value>();

  constructor({ countMax }: { countMax: number }) {
    this.#countMax = countMax;
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  set(key: Key, value: Value): void {
    // A map keeps the place of a key that it has already.
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.#countMax) return;
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest);
      return;
    }
  }

  delete(key: Key): void {
    this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
  }

  [Symbol.iterator](): Iterator<[Key, Value]> {
    return this.#values.entries();
  }
}
