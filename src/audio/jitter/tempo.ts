import { QuietFrames } from './quiet-frames.ts';

/** Pause between two corrections, 500 ms: in direct succession they would be heard as a change of tempo. */
const correctionEveryCount = 25;
/** A correction that has waited 5 s for a quiet frame uses the smallest frame of a second instead. */
const patienceCount = 250;
/** How far the level may be from the target before it is corrected. */
const toleranceCount = 1.5;
/** When nothing has come for this many turns, it is a stall: longer than jitter. */
const stallCount = 3;
/** In a stall with no more than this share of the target left, playing slows down. */
const lowShare = 0.7;
/** With less than this share, it slows down further. */
const nearlyDryShare = 0.25;

export interface Situation {
  heldCount: number;
  targetCount: number;
  /** The usual number of held frames. */
  levelCount: number | undefined;
  turnsSinceArrival: number;
  /** Size of the frame whose turn it is. */
  payloadBytes: number;
}

/** `drop`: leave this frame out. `hold`: conceal this turn and play the frame in the next. */
export type Pace = 'straight' | 'drop' | 'hold';

/**
 * Plays a little faster or slower than frames come: to follow a source whose clock drifts, to get back to a changed
 * delay, and to make held audio last longer while nothing comes.
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

  /**
   * One turn between two frames: a decoder conceals one lost packet well. Two in a row sound worse, but a hole is worse
   * still.
   */
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
