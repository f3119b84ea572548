/** Between the queue of a player, which decides what is wanted, and its sound, which plays that. */
import type { GuildmeshError } from '#core/errors.ts';
import type { ItemFacts } from '../source/contract.ts';

/** What is to be heard now. */
export interface WantedSound {
  /** Another number for each skip, seek, pause and end: sound of an earlier one is dropped. */
  turn: number;
  itemId: string;
  /** As the source opener takes it. */
  source: string;
  startAtMs: number;
  /** Shown as what plays where the source names nothing better, such as the song of a station. */
  title?: string | undefined;
}

export type MediaFacts = ItemFacts;

/** How the sound of an item ended, other than by a new turn. */
export type SoundEnd = { kind: 'ended' } | { kind: 'failed'; problem: GuildmeshError };

/** The queue as its sound sees it: synchronous, and never throws. */
export interface QueueLine {
  /** Undefined: nothing is wanted for now (empty, paused or stopped), which is neither a loss nor an end. */
  wanted(): WantedSound | undefined;
  /** Paused or stopped: nothing is heard, not even what plays when nothing is queued. */
  held(): boolean;
  /** What comes after it, to be read ahead; undefined where nothing follows or that isn't certain. */
  following(): Pick<WantedSound, 'itemId' | 'source' | 'title'> | undefined;
  /** An item turned out to be this. */
  learned(itemId: string, facts: MediaFacts): void;
  /** The item was heard up to here: several times a second, and at the end. */
  heard(turn: number, positionMs: number): void;
  /** From then on `wanted` is what comes next, if anything; `onTurn` needn't be called for it. */
  ended(turn: number, end: SoundEnd): void;
  /**
   * Called when `wanted`, `held` or `following` may be another. With another turn, or held, what was read ahead is
   * dropped, here and in the channels at home.
   */
  onTurn(listener: () => void): () => void;
}
