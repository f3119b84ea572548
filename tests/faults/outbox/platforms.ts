import type { FakePlatform } from '../../plugins/compliance/fake-platform.ts';
import { publisherFaults } from '../../plugins/publisher-faults.ts';
import { indexIn } from './numbers.ts';

/** The platforms of one round, by publisher. They outlive the workers that are killed, and their state is the judge. */
export class Platforms {
  readonly #fakes: ReadonlyMap<string, FakePlatform>;
  readonly #seenCounts = new Map<string, number>();

  private constructor(fakes: ReadonlyMap<string, FakePlatform>) {
    this.#fakes = fakes;
  }

  /** `stateFolder`: for what a platform keeps in files. */
  static async open(stateFolder: string): Promise<Platforms> {
    const fakes = new Map<string, FakePlatform>();
    for (const [publisher, faults] of publisherFaults) fakes.set(publisher, await faults.open(stateFolder));
    return new Platforms(fakes);
  }

  get all(): Iterable<[publisher: string, fake: FakePlatform]> {
    return this.#fakes;
  }

  /** How many effects this platform has more than when it was last asked. */
  newEffectCount(publisher: string): number {
    const count = this.#fakes.get(publisher)?.effects().length ?? 0;
    const seenCount = this.#seenCounts.get(publisher) ?? 0;
    this.#seenCounts.set(publisher, count);
    return count - seenCount;
  }

  /** How often each publication shows at the targets. Under -1: what nobody asked for. */
  effectCounts(): Map<number, number> {
    const counts = new Map<number, number>();
    for (const fake of this.#fakes.values())
      for (const { text } of fake.effects()) {
        const index = indexIn(text) ?? -1;
        counts.set(index, (counts.get(index) ?? 0) + 1);
      }
    return counts;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#fakes.values()].map((fake) => fake.close()));
  }
}
