/** What a voice worker's last second was like. */
export interface Load {
  /** How long the mean turn took, of the 20 ms it has: above 1 no thread keeps up, however late it already is. */
  turnShare: number;
  /** How late the median turn began. */
  lateMs: number;
  /** Turns left out because the thread came too late for them. */
  skippedCount: number;
}

/** Late turns alone may be other work's doing: parking helps only where turns are what takes the time. */
const ownWorkShareMin = 0.5;
const lateMsMax = 30;
/** From here on every further channel makes all late. */
const turnShareMax = 0.9;
/** Room enough for more. */
const relaxedShareMax = 0.65;
const relaxedLateMsMax = 10;
/** Seconds in a row: to refuse new channels, to park some, to bring some back. */
const refuseAfterCount = 2;
const parkAfterCount = 4;
const calmCountMin = 5;
const calmCountMax = 120;
/** What parking aims at, and bringing back stays under. */
const wantedShare = 0.75;
/** Steps are small, since what one did shows only in the second after it. */
const parkedAtOnceShareMax = 0.5;
const broughtBackAtOnceShareMax = 0.1;
/** Overloaded again this soon after bringing channels back: it was too early, so the next calm has to last longer. */
const tooEarlyCount = 30;

/**
 * Decides, once a second, how many channels sit out so that the others are heard. Pure: told of the load, it answers
 * with a number. What overloads is met by refusing new channels first, then by parking the newest.
 */
export class Parking {
  #overloadedInRow = 0;
  #calmInRow = 0;
  #calmNeeded = calmCountMin;
  #sinceBroughtBack = Number.POSITIVE_INFINITY;
  #refusing = false;

  /** New channels belong elsewhere for now. */
  get refusing(): boolean {
    return this.#refusing;
  }

  /** More than 0: park so many. Less than 0: bring so many back. */
  decide(load: Load, playingCount: number, parkedCount: number): number {
    this.#sinceBroughtBack++;
    const overloaded = isOverload(load);
    this.#overloadedInRow = overloaded ? this.#overloadedInRow + 1 : 0;
    this.#calmInRow = isRelaxed(load) ? this.#calmInRow + 1 : 0;
    if (this.#overloadedInRow >= refuseAfterCount) this.#refusing = true;
    if (this.#overloadedInRow >= parkAfterCount) return this.#park(load, playingCount);
    if (this.#calmInRow < this.#calmNeeded) return 0;
    if (parkedCount > 0) return -this.#bringBack(load, playingCount, parkedCount);
    this.#refusing = false;
    this.#calmNeeded = calmCountMin;
    return 0;
  }

  #park({ turnShare }: Load, playingCount: number): number {
    if (this.#sinceBroughtBack < tooEarlyCount)
      this.#calmNeeded = Math.min(calmCountMax, this.#calmNeeded * 2);
    this.#sinceBroughtBack = Number.POSITIVE_INFINITY;
    this.#overloadedInRow = refuseAfterCount;
    const tooMany = Math.max(0.05, 1 - wantedShare / turnShare);
    // One channel always plays: parking the last would be the collapse itself.
    return Math.min(playingCount - 1, Math.ceil(playingCount * Math.min(tooMany, parkedAtOnceShareMax)));
  }

  #bringBack({ turnShare }: Load, playingCount: number, parkedCount: number): number {
    this.#calmInRow = 0;
    const shareOfOne = turnShare / Math.max(1, playingCount);
    const room = shareOfOne > 0 ? Math.floor((wantedShare - turnShare) / shareOfOne) : parkedCount;
    const step = Math.max(1, Math.ceil(playingCount * broughtBackAtOnceShareMax));
    const count = Math.max(0, Math.min(parkedCount, room, step));
    if (count > 0) this.#sinceBroughtBack = 0;
    return count;
  }
}

function isOverload({ turnShare, lateMs, skippedCount }: Load): boolean {
  if (turnShare >= turnShareMax) return true;
  return turnShare >= ownWorkShareMin && (lateMs > lateMsMax || skippedCount > 0);
}

function isRelaxed({ turnShare, lateMs, skippedCount }: Load): boolean {
  return turnShare <= relaxedShareMax && lateMs <= relaxedLateMsMax && skippedCount === 0;
}
