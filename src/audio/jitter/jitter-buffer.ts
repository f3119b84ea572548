import { type Frame, frameDurationMs } from '#contracts/audio.ts';
import { sequenceAfter, sequenceDistance } from './sequence.ts';

export interface JitterBufferInit {
  /** How much audio is gathered before playing starts, and again after an underrun. */
  targetMs: number;
  /** Above this the listener would hear old audio for good: the buffer is cut back to the target. */
  excessMsMax: number;
}

export interface JitterCounts {
  played: number;
  /** Their turn came and went without them. */
  missed: number;
  late: number;
  duplicate: number;
  /** Arrived, and thrown away to get back to the target. */
  dropped: number;
  /** Came in one go before the first frame played, more than the target needs; nobody heard a hole. */
  skipped: number;
  /** Times the buffer ran dry while playing. */
  underruns: number;
}

/**
 * `frame`: play it. `missing`: it is lost, later ones are here. `waiting`: gathering, or nothing left.
 * Whoever plays fills the last two with silence.
 */
export type JitterPull = { kind: 'frame'; frame: Frame } | { kind: 'missing' } | { kind: 'waiting' };

const missing: JitterPull = { kind: 'missing' };
const waiting: JitterPull = { kind: 'waiting' };
/** A power of two, so that a slot stays the same one when u32 sequences wrap. */
const slotCount = 256;

/**
 * Turns frames that come at the network's pace into one frame per pull, in order. Holds the frames of one start of
 * one broadcast: a new `streamId` empties it and it gathers anew.
 */
export class JitterBuffer {
  readonly counts: JitterCounts = {
    played: 0,
    missed: 0,
    late: 0,
    duplicate: 0,
    dropped: 0,
    skipped: 0,
    underruns: 0,
  };
  readonly #targetCount: number;
  readonly #spanCountMax: number;
  readonly #slots: (Frame | undefined)[] = new Array(slotCount);
  #streamId: number | undefined;
  #previousStreamId: number | undefined;
  /** Sequence of the frame that the next pull asks for. */
  #next = 0;
  /** One past the newest sequence held or seen. */
  #end = 0;
  #heldCount = 0;
  #playing = false;
  #startedPlaying = false;
  #playOut = false;

  constructor(init: JitterBufferInit) {
    this.#targetCount = Math.max(1, Math.round(init.targetMs / frameDurationMs));
    this.#spanCountMax = this.#targetCount + Math.ceil(init.excessMsMax / frameDurationMs);
    if (this.#spanCountMax > slotCount) {
      throw new RangeError(`a jitter buffer holds at most ${slotCount} frames, not ${this.#spanCountMax}`);
    }
  }

  get heldCount(): number {
    return this.#heldCount;
  }

  get playing(): boolean {
    return this.#playing;
  }

  push(frame: Frame): void {
    if (frame.streamId !== this.#streamId) {
      // What trails in of the start before must not throw away the one that is playing.
      if (frame.streamId === this.#previousStreamId) return void this.counts.late++;
      this.#beginStream(frame);
    }
    this.#playOut = false;
    const aheadCount = sequenceDistance(this.#next, frame.sequence);
    if (aheadCount < 0 && !this.#stepBackTo(frame.sequence)) return void this.counts.late++;
    this.#makeRoomFor(frame.sequence);
    const slot = frame.sequence % slotCount;
    if (this.#slots[slot]) return void this.counts.duplicate++;
    this.#slots[slot] = frame;
    this.#heldCount++;
    if (sequenceDistance(this.#end, frame.sequence) >= 0) this.#end = sequenceAfter(frame.sequence, 1);
  }

  /** Once per 20 ms. */
  pull(): JitterPull {
    if (!this.#playing) {
      if (this.#spanCount() < (this.#playOut ? 1 : this.#targetCount)) return waiting;
      if (!this.#startedPlaying) this.#skipToTarget();
      this.#playing = true;
      this.#startedPlaying = true;
    }
    if (this.#spanCount() === 0) {
      this.#playing = false;
      if (!this.#playOut) this.counts.underruns++;
      return waiting;
    }
    const frame = this.#take();
    if (!frame) {
      this.counts.missed++;
      return missing;
    }
    this.counts.played++;
    return { kind: 'frame', frame };
  }

  /** No frame follows for now: what is held plays without waiting for more. */
  playOut(): void {
    this.#playOut = true;
  }

  #spanCount(): number {
    return sequenceDistance(this.#next, this.#end);
  }

  /** What came in a burst before anything played would stay as delay for good. */
  #skipToTarget(): void {
    while (this.#spanCount() > this.#targetCount) if (this.#take()) this.counts.skipped++;
  }

  /** Removes and returns the frame whose turn it is, if it is here. */
  #take(): Frame | undefined {
    const slot = this.#next % slotCount;
    const frame = this.#slots[slot];
    this.#slots[slot] = undefined;
    if (frame) this.#heldCount--;
    this.#next = sequenceAfter(this.#next, 1);
    return frame;
  }

  #beginStream(frame: Frame): void {
    this.counts.dropped += this.#heldCount;
    this.#slots.fill(undefined);
    this.#heldCount = 0;
    this.#previousStreamId = this.#streamId;
    this.#streamId = frame.streamId;
    this.#next = frame.sequence;
    this.#end = frame.sequence;
    this.#playing = false;
    this.#startedPlaying = false;
  }

  /** Until the first frame of a stream has played, one that overtook it on the way may still go first. */
  #stepBackTo(sequence: number): boolean {
    if (this.#startedPlaying || sequenceDistance(sequence, this.#end) > this.#spanCountMax) return false;
    this.#next = sequence;
    return true;
  }

  /** Lets go of the oldest when this frame would make the buffer longer than it may be. */
  #makeRoomFor(sequence: number): void {
    if (sequenceDistance(this.#next, sequence) < this.#spanCountMax) return;
    const keepFrom = sequenceAfter(sequence, 1 - this.#targetCount);
    // Beyond what is held there is nothing to look through: a jump may be billions long.
    while (this.#next !== keepFrom && this.#spanCount() > 0) {
      if (!this.#take()) this.counts.missed++;
      else if (this.#startedPlaying) this.counts.dropped++;
      else this.counts.skipped++;
    }
    const jumpCount = Math.max(0, sequenceDistance(this.#next, keepFrom));
    this.counts.missed += jumpCount;
    if (jumpCount > 0) {
      this.#next = keepFrom;
      this.#end = keepFrom;
    }
  }
}
