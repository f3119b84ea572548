import type { Clock } from '#core/clock.ts';
import { audioErrors, shown } from '../errors.ts';
import { Feed, type FeedComponents } from '../source/chain/feed.ts';
import type { ItemFacts, SourceFrame, SourceRequest } from '../source/contract.ts';
import type { SourceOpener } from '../source/source-opener.ts';
import type { SoundEnd } from './contract.ts';
import type { Reading } from './reading.ts';

/** A station that breaks off is waited for; after this the queue goes on. */
const lostMsMax = 30_000;

export interface ItemTimes {
  openTimeoutMs: number;
  idleTimeoutMs: number;
}

export interface ItemFramesInit {
  /** The queue's own. */
  request: SourceRequest;
  reading: Reading;
  signal: AbortSignal;
  onItem: (facts: ItemFacts) => void;
  /** Resolves when `onChange` was called, or the reading is dropped. */
  changes: () => Promise<void>;
  onChange: () => void;
}

/** The frames of one item as they come; sets how it ended, unless the reading is dropped. */
export async function* itemFrames(
  components: FeedComponents & { sources: Pick<SourceOpener, 'source'> },
  times: ItemTimes,
  { changes, onChange, onItem, reading, request, signal }: ItemFramesInit,
): AsyncGenerator<SourceFrame, void, void> {
  const { queue: _, ...ours } = request;
  const { source: name, startAtMs } = reading;
  const feed = new Feed(components, {
    ...times,
    name,
    loop: false,
    onChange,
    open: (_name, tell) =>
      components.sources.source({
        ...ours,
        name,
        startAtMs,
        loop: false,
        shuffle: false,
        onEvent: (event) => (event.kind === 'item' ? onItem(event.facts) : tell(event)),
      }),
  });
  const loss = new Loss(components.clock);
  try {
    feed.run();
    while (!signal.aborted && !reading.isDropped) {
      const frame = feed.queue.takeNow();
      if (frame) {
        loss.flows();
        yield frame;
        continue;
      }
      reading.end = loss.endOf(feed, startAtMs);
      if (reading.end) return;
      await changes();
    }
  } finally {
    feed.stop();
  }
}

/** How long an item that had given sound gives none. */
class Loss {
  readonly #clock: Clock;
  #gaveAny = false;
  #sinceMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  flows(): void {
    this.#gaveAny = true;
    this.#sinceMs = undefined;
  }

  endOf({ name, problem, state }: Feed, startAtMs: number): SoundEnd | undefined {
    const failed = () => problem ?? audioErrors.AUDIO_SOURCE_LOST({ source: shown(name), again: false });
    if (state === 'over') return problem ? { kind: 'failed', problem } : { kind: 'ended' };
    if (state !== 'waiting') return undefined;
    this.#sinceMs ??= this.#clock.monotonicMs();
    // Somebody has sought its very end.
    if (!this.#gaveAny && startAtMs > 0 && problem?.code === 'AUDIO_NOT_AUDIO') return { kind: 'ended' };
    const isGivenUp = !this.#gaveAny || this.#clock.monotonicMs() - this.#sinceMs >= lostMsMax;
    return isGivenUp ? { kind: 'failed', problem: failed() } : undefined;
  }
}
