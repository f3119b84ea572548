/** What a voice worker's last second was like. */
export interface Load {
  /** Length of the mean turn as a share of its 20 ms: above 1 no thread keeps up, however late it already is. */
  turnShare: number;
  /** How late the median turn began. */
  lateMs: number;
  /** Turns left out because the thread came too late for them. */
  skippedCount: number;
}

/** Late turns alone may be caused by other work: parking helps only where turns take the time. */
const ownWorkShareMin = 0.5;
const lateMsMax = 30;
/** Above this, every further channel makes all late. */
const turnShareMax = 0.9;
/** Below this, there is room for more. */
const relaxedShareMax = 0.65;
const relaxedLateMsMax = 10;
/** Seconds in a row: to refuse new channels, to park some, to bring some back. */
const refuseAfterCount = 2;
const parkAfterCount = 4;
const calmCountMin = 5;
const calmCountMax = 120;
/** The share that parking aims at, and that bringing back stays under. */
const wantedShare = 0.75;
/** Steps are small, since the effect of one shows only in the second after it. */
const parkedAtOnceShareMax = 0.5;
const broughtBackAtOnceShareMax = 0.1;
/** Overloaded again this soon after bringing channels back: it was too early, so the next calm must last longer. */
const tooEarlyCount = 30;

/**
 * Decides, once a second, how many channels pause so that the others are heard. Pure: takes the load, returns a number.
 * An overload is met by refusing new channels first, then by parking the newest.
 */
export class Parking {
  #overloadedInRow = 0;
  #calmInRow = 0;
  #calmNeeded = calmCountMin;
  #sinceBroughtBack = Number.POSITIVE_INFINITY;
  #refusing = false;

  /** New channels should go elsewhere for now. */
  get refusing(): boolean {
    return this.#refusing;
  }

  /** Above 0: park this many. Below 0: bring this many back. */
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
