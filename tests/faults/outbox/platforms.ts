import { FakeArchive } from '../../plugins/archive-org/fake-archive.ts';
import { FakePds } from '../../plugins/bluesky/fake-pds.ts';
import type { FakePlatform } from '../../plugins/compliance/fake-platform.ts';
import { PlaygroundPlatform } from '../../plugins/discord/playground-platform.ts';
import { openFakeGithub } from '../../plugins/github/fake-github.ts';
import { openFakeHub } from '../../plugins/huggingface/fake-hub.ts';
import { FakeMastodon } from '../../plugins/mastodon/fake-mastodon.ts';
import { Receiver } from '../../plugins/webhook/receiver.ts';
import { FakeX } from '../../plugins/x/fake-x.ts';
import { indexIn } from './plan.ts';

/** Far shorter than Discord's: the look-up must hold without it. */
const nonceMemoryMs = 100;

/** The platforms of one round, by publisher. They outlive the workers that are killed, and their state is the judge. */
export class Platforms {
  readonly #fakes: ReadonlyMap<string, FakePlatform>;
  readonly #seenCounts = new Map<string, number>();

  private constructor(fakes: ReadonlyMap<string, FakePlatform>) {
    this.#fakes = fakes;
  }

  /** `stateFolder`: for what a platform keeps in files. */
  static async open(stateFolder: string): Promise<Platforms> {
    const discord = { judged: false, timing: { nonceMemoryMs } };
    return new Platforms(
      new Map<string, FakePlatform>([
        ['github', await openFakeGithub({ judged: false })],
        ['discord', await PlaygroundPlatform.open(stateFolder, discord)],
        ['x', await FakeX.open({ judged: false })],
        ['archive-org', await FakeArchive.open()],
        ['huggingface', await openFakeHub(['datasets/north/archive'])],
        ['mastodon', await FakeMastodon.open()],
        ['bluesky', await FakePds.open()],
        ['webhook', await Receiver.open(false)],
      ]),
    );
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
