import { QuietFrames } from './quiet-frames.ts';

/** Between two corrections, 500 ms: one after another they would be heard as a change of tempo. */
const correctionEveryCount = 25;
/** A correction that has waited 5 s for a quiet frame takes the smallest of a second instead. */
const patienceCount = 250;
/** How far the level may be from the target before anything is done about it. */
const toleranceCount = 1.5;
/** Nothing has come for this many turns: longer than jitter, so a stall. */
const stallCount = 3;
/** A stall with no more than this share of the target left is met by playing slower. */
const lowShare = 0.7;
/** With less than this share, slower still. */
const nearlyDryShare = 0.25;

export interface Situation {
  heldCount: number;
  targetCount: number;
  /** Where the number of held frames usually is. */
  levelCount: number | undefined;
  turnsSinceArrival: number;
  /** Of the frame whose turn it is. */
  payloadBytes: number;
}

/** `drop`: leave this frame out. `hold`: conceal this turn and play the frame in the next. */
export type Pace = 'straight' | 'drop' | 'hold';

/**
 * Plays a little faster or slower than frames come: to follow a source whose clock drifts, to get back to a delay
 * that has changed, and to make what is held last longer while nothing comes.
 */
export class Tempo {
  readonly #quiet = new QuietFrames();
  #sinceCorrectionCount = 0;
  #wantedCount = 0;
  #heldInRow = 0;

  next(situation: Situation): Pace {
    this.#sinceCorrectionCount++;
    const pace = this.#mustStretch(situation) ? 'hold' : this.#correction(situation);
    this.#heldInRow = pace === 'hold' ? this.#heldInRow + 1 : 0;
    if (pace !== 'straight') this.#sinceCorrectionCount = 0;
    if (pace !== 'hold') this.#quiet.note(situation.payloadBytes);
    return pace;
  }

  /** One turn between two frames: a decoder conceals one lost packet well. Two in a row less so, but a hole is worse. */
  #mustStretch({ heldCount, targetCount, turnsSinceArrival }: Situation): boolean {
    if (turnsSinceArrival < stallCount || heldCount > lowShare * targetCount) return false;
    return this.#heldInRow < (heldCount <= nearlyDryShare * targetCount ? 2 : 1);
  }

  #correction({ levelCount, targetCount, payloadBytes }: Situation): Pace {
    const offCount = levelCount === undefined ? 0 : levelCount - targetCount;
    if (Math.abs(offCount) <= toleranceCount) {
      this.#wantedCount = 0;
      return 'straight';
    }
    this.#wantedCount++;
    if (this.#sinceCorrectionCount < correctionEveryCount) return 'straight';
    const impatient = this.#wantedCount >= patienceCount;
    if (!(impatient ? this.#quiet.isSmallest(payloadBytes) : this.#quiet.isQuiet(payloadBytes)))
      return 'straight';
    return offCount > 0 ? 'drop' : 'hold';
  }
}
