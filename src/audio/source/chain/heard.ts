import type { SourceFrame, SourcePace } from '../contract.ts';

/** A source is recognised by this much of its beginning: 5 s. */
const beginningFramesMax = 250;
/** A frame up to this size may be silence, and all silence looks the same. */
const silentBytesMax = 10;
/** A new subscriber to a broadcast gets the latest audio again: up to 2 s, and some more. */
const burstFramesMax = 150;

/** One opening of a source: takes its frames, returns those that were not heard yet. */
export interface Attempt {
  take(frame: SourceFrame): readonly SourceFrame[];
  /** Frames taken, including those that had been heard. */
  readonly takenCount: number;
  /** It repeated what was heard before, and came no further. */
  readonly isFruitless: boolean;
  /** It repeated what was heard before, and ended at exactly the same place. */
  readonly isWhole: boolean;
}

/**
 * What was heard of one source, however often it was opened. A source that begins with the same frames as before is the
 * same sound again, and continues where it stopped; one that begins with others, such as a station, is heard from
 * there.
 */
export class Heard {
  /** Successive attempts that started over without any progress. */
  fruitless = 0;
  count = 0;
  beginning: SourceFrame[] = [];
  /** When the last frame was live, if the source says so. */
  lastCaptureMs: number | undefined;

  attempt(pace: SourcePace): Attempt {
    return pace === 'radio' ? new LiveAttempt(this) : new FileAttempt(this, pace === 'file');
  }

  /** The next frame is from its start. */
  forget(): void {
    this.beginning = [];
    this.count = 0;
    this.fruitless = 0;
  }

  /** All of it, if it is no longer than that. */
  whole(framesMax: number): readonly SourceFrame[] | undefined {
    return this.count > 0 && this.count <= framesMax ? this.beginning : undefined;
  }

  given(frame: SourceFrame): void {
    if (this.count++ < beginningFramesMax) this.beginning.push(frame);
    this.fruitless = 0;
  }
}

class FileAttempt implements Attempt {
  takenCount = 0;
  readonly #heard: Heard;
  readonly #isFile: boolean;
  #repeats: boolean;
  #compares: boolean;
  #held: SourceFrame[] = [];

  constructor(heard: Heard, isFile: boolean) {
    this.#heard = heard;
    this.#isFile = isFile;
    this.#repeats = heard.count > 0;
    this.#compares = this.#repeats;
  }

  take(frame: SourceFrame): readonly SourceFrame[] {
    const index = this.takenCount++;
    if (this.#compares) return this.#compare(frame, index);
    return index < this.#heard.count ? [] : this.#give([frame]);
  }

  get isFruitless(): boolean {
    return this.#repeats && this.takenCount > 0 && this.takenCount <= this.#heard.count;
  }

  get isWhole(): boolean {
    return this.#repeats && this.takenCount === this.#heard.count;
  }

  #compare(frame: SourceFrame, index: number): readonly SourceFrame[] {
    this.#held.push(frame);
    const known = this.#heard.beginning;
    const before = known[index];
    if (!before || Buffer.compare(before.payload, frame.payload) !== 0) return this.#isAnother();
    if (index + 1 < known.length) return [];
    // A station may begin with silence repeatedly.
    if (!this.#isFile && known.every(({ payload }) => payload.length <= silentBytesMax))
      return this.#isAnother();
    this.#compares = false;
    this.#held = [];
    return [];
  }

  #isAnother(): readonly SourceFrame[] {
    this.#compares = false;
    this.#repeats = false;
    this.#heard.forget();
    return this.#give(this.#held.splice(0));
  }

  #give(frames: readonly SourceFrame[]): readonly SourceFrame[] {
    for (const frame of frames) this.#heard.given(frame);
    return frames;
  }
}

/** Live sound continues where it is; the burst that a broadcast repeats at the start is left out. */
class LiveAttempt implements Attempt {
  takenCount = 0;
  readonly isFruitless = false;
  readonly isWhole = false;
  readonly #heard: Heard;
  readonly #newerThanMs: number | undefined;
  #skips: boolean;

  constructor(heard: Heard) {
    this.#heard = heard;
    this.#newerThanMs = heard.lastCaptureMs;
    this.#skips = heard.lastCaptureMs !== undefined;
  }

  take(frame: SourceFrame): readonly SourceFrame[] {
    const index = this.takenCount++;
    const { captureTimeMs } = frame;
    const isKnown = captureTimeMs !== undefined && captureTimeMs <= (this.#newerThanMs ?? 0);
    // Only at its start: a clock that is set back later is no repetition.
    this.#skips &&= isKnown && index < burstFramesMax;
    if (this.#skips) return [];
    this.#heard.lastCaptureMs = captureTimeMs ?? this.#heard.lastCaptureMs;
    return [frame];
  }
}
