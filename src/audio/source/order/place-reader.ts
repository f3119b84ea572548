/** Bytes from a place on, with look-ahead. */
export class PlaceReader {
  readonly #bytes: AsyncGenerator<Uint8Array, void, void>;
  #seen: Uint8Array[] = [];
  #seenBytes = 0;

  constructor(bytes: AsyncGenerator<Uint8Array, void, void>) {
    this.#bytes = bytes;
  }

  /** At least this many bytes from the place on; fewer where it ends before. */
  async peek(length: number): Promise<Buffer> {
    while (this.#seenBytes < length) {
      const { done, value } = await this.#bytes.next();
      if (done) break;
      this.#seen.push(value);
      this.#seenBytes += value.length;
    }
    // Held bytes aren't copied for each box that is examined.
    const [only] = this.#seen;
    if (this.#seen.length === 1 && Buffer.isBuffer(only)) return only;
    const held = Buffer.concat(this.#seen);
    this.#seen = [held];
    return held;
  }

  async *rest(): AsyncGenerator<Uint8Array, void, void> {
    yield* this.#seen.splice(0).filter(({ length }) => length > 0);
    yield* this.#bytes;
  }

  async leave(): Promise<void> {
    await this.#bytes.return();
  }
}
