import type { createLibp2p } from 'libp2p';

export type Datastore = NonNullable<NonNullable<Parameters<typeof createLibp2p>[0]>['datastore']>;
type Key = Parameters<Datastore['put']>[0];
type Query = Parameters<Datastore['query']>[0];
type KeyQuery = Parameters<Datastore['queryKeys']>[0];

interface Pair {
  key: Key;
  value: Uint8Array;
}

/** libp2p recognises this error by its name. */
class NotFound extends Error {
  override readonly name = 'NotFoundError';
}

/**
 * What libp2p remembers of others, in memory. Its own store is unbounded, and strangers fill it: each announced peer
 * and each record that a DHT node is asked to keep is another entry. In this one, the entry that wasn't written for
 * longest makes room; the hub stores what it can't do without (trust, addresses of trusted communities) itself.
 */
export class BoundedDatastore implements Datastore {
  readonly #bytesMax: number;
  readonly #pairs = new Map<string, Pair>();
  #bytes = 0;

  constructor(init: { bytesMax: number }) {
    this.#bytesMax = init.bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  put(key: Key, value: Uint8Array): Key {
    this.delete(key);
    this.#pairs.set(key.toString(), { key, value });
    this.#bytes += sizeOf({ key, value });
    for (const { key: oldest } of this.#pairs.values()) {
      if (this.#bytes <= this.#bytesMax) break;
      this.delete(oldest);
    }
    return key;
  }

  get(key: Key): Uint8Array {
    const pair = this.#pairs.get(key.toString());
    if (!pair) throw new NotFound(`nothing under ${key.toString()}`);
    return pair.value;
  }

  has(key: Key): boolean {
    return this.#pairs.has(key.toString());
  }

  delete(key: Key): void {
    const pair = this.#pairs.get(key.toString());
    if (!pair) return;
    this.#pairs.delete(key.toString());
    this.#bytes -= sizeOf(pair);
  }

  async *putMany(source: Parameters<Datastore['putMany']>[0]): AsyncGenerator<Key> {
    for await (const { key, value } of source) yield this.put(key, value);
  }

  async *getMany(source: Parameters<Datastore['getMany']>[0]): AsyncGenerator<Pair> {
    for await (const key of source) yield { key, value: this.get(key) };
  }

  async *deleteMany(source: Parameters<Datastore['deleteMany']>[0]): AsyncGenerator<Key> {
    for await (const key of source) {
      this.delete(key);
      yield key;
    }
  }

  batch(): ReturnType<Datastore['batch']> {
    const steps: (() => void)[] = [];
    return {
      put: (key, value) => void steps.push(() => void this.put(key, value)),
      delete: (key) => void steps.push(() => this.delete(key)),
      commit: () => {
        for (const step of steps.splice(0)) step();
      },
    };
  }

  *query({ prefix = '', filters = [], orders = [], offset = 0, limit }: Query): Generator<Pair> {
    const found = [...this.#pairs.values()].filter(
      (pair) => pair.key.toString().startsWith(prefix) && filters.every((filter) => filter(pair)),
    );
    for (const order of orders) found.sort(order);
    yield* found.slice(offset, limit === undefined ? undefined : offset + limit);
  }

  *queryKeys({ prefix = '', filters = [], orders = [], offset = 0, limit }: KeyQuery): Generator<Key> {
    const found = [...this.#pairs.values()]
      .map(({ key }) => key)
      .filter((key) => key.toString().startsWith(prefix) && filters.every((filter) => filter(key)));
    for (const order of orders) found.sort(order);
    yield* found.slice(offset, limit === undefined ? undefined : offset + limit);
  }
}

function sizeOf({ key, value }: Pair): number {
  return key.toString().length + value.byteLength;
}
