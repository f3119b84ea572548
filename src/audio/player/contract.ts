/** Between the queue of a player, which decides what is wanted, and its sound, which plays that. */
import type { GuildmeshError } from '#core/errors.ts';

/** What is to be heard now. */
export interface WantedSound {
  /** Another number for each skip, seek, pause and end: sound of an earlier one is dropped. */
  turn: number;
  itemId: string;
  /** As the source opener takes it. */
  source: string;
  startAtMs: number;
}

export interface MediaFacts {
  /** Never empty. */
  title: string;
  artist?: string | undefined;
  album?: string | undefined;
  durationMs?: number | undefined;
  coverId?: string | undefined;
}

/** How the sound of an item ended, other than by a new turn. */
export type SoundEnd = { kind: 'ended' } | { kind: 'failed'; problem: GuildmeshError };

/** The queue as its sound sees it: synchronous, and never throws. */
export interface QueueLine {
  /** Undefined: nothing is wanted for now (empty, paused or stopped), which is neither a loss nor an end. */
  wanted(): WantedSound | undefined;
  /** What comes after it, to be opened ahead; undefined where nothing follows or that isn't certain. */
  following(): Pick<WantedSound, 'itemId' | 'source'> | undefined;
  /** An item turned out to be this. */
  learned(itemId: string, facts: MediaFacts): void;
  /** The item was heard up to here: with each second, and at the end. */
  heard(turn: number, positionMs: number): void;
  ended(turn: number, end: SoundEnd): void;
  /** `wanted` is another now: what was read ahead is dropped, here and in the channels at home. */
  onTurn(listener: () => void): () => void;
}
