import { type Frame, frameDurationMs } from '#contracts/audio.ts';
import { FillLevel } from './fill-level.ts';
import { PlayoutDelay } from './playout-delay.ts';
import type { DelayRange } from './profiles.ts';
import { sequenceAfter, sequenceDistance } from './sequence.ts';
import { Tempo } from './tempo.ts';

export interface JitterBufferInit {
  /** How much audio is gathered before playing starts, and again after an underrun. */
  delay: DelayRange;
  /**
   * When the buffer exceeds the delay by this much, it is cut back, else the listener would hear old audio permanently.
   */
  excessMsMax: number;
}

export interface JitterCounts {
  played: number;
  /** Frames that hadn't come by their turn. */
  missed: number;
  late: number;
  duplicate: number;
  /** Frames that arrived and were dropped to get back to the target. */
  dropped: number;
  /** Frames that came at once before the first one played, more than the target needs; nobody heard a hole. */
  skipped: number;
  /** Quiet frames left out to play a little faster. */
  shortened: number;
  /** Turns inserted before a frame to play a little slower. */
  stretched: number;
  /** Turns of any kind left to the listener's decoder to fill. */
  concealed: number;
  /** Times the buffer ran empty while playing, for longer than concealment covers. */
  underruns: number;
}

/**
 * `frame`: play it. `missing`: nothing for this turn, and the listener's decoder can conceal it. `waiting`: nothing for
 * longer than that, to be filled with silence.
 */
export type JitterPull = { kind: 'frame'; frame: Frame } | { kind: 'missing' } | { kind: 'waiting' };

const missing: JitterPull = { kind: 'missing' };
const waiting: JitterPull = { kind: 'waiting' };
/** A power of two, so that a slot stays the same one when u32 sequences wrap. */
const slotCount = 256;
/** Decoders fade out what they conceal; five frames, 100 ms, still sound acceptable. */
const concealedInRowMax = 5;
/** After a flush somebody waits for what comes: it plays with less held, and the delay grows back while it plays. */
const flushedStartCount = 300 / frameDurationMs;

/**
 * Turns frames that come at the network's pace into one frame per pull, in order. Holds the frames of one start of one
 * broadcast: a new `streamId` empties it and it fills again.
 */
export class JitterBuffer {
  readonly counts: JitterCounts = {
    played: 0,
    missed: 0,
    late: 0,
    duplicate: 0,
    dropped: 0,
    skipped: 0,
    shortened: 0,
    stretched: 0,
    concealed: 0,
    underruns: 0,
  };
  readonly #init: JitterBufferInit;
  readonly #excessCountMax: number;
  readonly #slots: (Frame | undefined)[] = new Array(slotCount);
  #delay: PlayoutDelay;
  readonly #level = new FillLevel();
  #tempo = new Tempo();
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
  #isFlushed = false;
  #turnsSinceArrival = 0;
  #concealedInRow = 0;

  constructor(init: JitterBufferInit) {
    this.#init = init;
    this.#delay = new PlayoutDelay(init.delay);
    this.#excessCountMax = Math.ceil(init.excessMsMax / frameDurationMs);
    const spanCountMax = this.#delay.ceilingCount + this.#excessCountMax;
    if (spanCountMax > slotCount)
      throw new RangeError(`a jitter buffer holds at most ${slotCount} frames, not ${spanCountMax}`);
  }

  get heldCount(): number {
    return this.#heldCount;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Amount of audio to hold now. */
  get targetMs(): number {
    return this.#delay.targetCount * frameDurationMs;
  }

  push(frame: Frame): void {
    if (frame.streamId !== this.#streamId) {
      // Late frames of the previous start must not replace the one that is playing.
      if (frame.streamId === this.#previousStreamId) return void this.counts.late++;
      this.#beginStream(frame);
    }
    this.#playOut = false;
    this.#turnsSinceArrival = 0;
    const aheadCount = sequenceDistance(this.#next, frame.sequence);
    if (this.#isFlushed && this.#heldCount === 0 && aheadCount > 0) this.#beginAt(frame.sequence);
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
    this.#turnsSinceArrival++;
    if (!this.#playing) {
      if (this.#spanCount() < this.#startCount()) return waiting;
      this.#startPlaying();
    }
    this.#delay.turn();
    this.#level.note(this.#spanCount());
    if (this.#spanCount() === 0) return this.#ranDry();
    const head = this.#slots[this.#next % slotCount];
    if (!head) return this.#lost();
    return this.#paced(head);
  }

  /** No frame follows for now: held frames play without waiting for more. */
  playOut(): void {
    this.#playOut = true;
  }

  /** What is held isn't wanted any more, nor is it missed. */
  flush(): void {
    this.counts.skipped += this.#heldCount;
    this.#slots.fill(undefined);
    this.#heldCount = 0;
    this.#beginAt(this.#end);
    this.#isFlushed = true;
    this.#playing = false;
    this.#startedPlaying = false;
    this.#tempo = new Tempo();
  }

  /** Nobody pulled for a while: restarts from the newest frames, which a full buffer plays immediately. */
  restart(): void {
    this.#playing = false;
    this.#startedPlaying = false;
    this.#level.clear();
    this.#skipToTarget();
  }

  #startPlaying(): void {
    if (!this.#startedPlaying) this.#skipToTarget();
    this.#playing = true;
    this.#startedPlaying = true;
    this.#isFlushed = false;
    this.#concealedInRow = 0;
    this.#level.clear();
  }

  #startCount(): number {
    if (this.#playOut) return 1;
    const { targetCount } = this.#delay;
    return this.#isFlushed ? Math.min(flushedStartCount, targetCount) : targetCount;
  }

  #beginAt(sequence: number): void {
    this.#next = sequence;
    this.#end = sequence;
  }

  #paced(head: Frame): JitterPull {
    const pace = this.#playOut
      ? 'straight'
      : this.#tempo.next({
          heldCount: this.#spanCount(),
          targetCount: this.#delay.targetCount,
          levelCount: this.#level.median,
          turnsSinceArrival: this.#turnsSinceArrival,
          payloadBytes: head.payload.length,
        });
    if (pace === 'hold') {
      this.counts.stretched++;
      this.#level.shift(1);
      return this.#conceal();
    }
    this.#take();
    if (pace === 'drop') {
      this.counts.shortened++;
      this.#level.shift(-1);
      const following = this.#spanCount() > 0 ? this.#take() : undefined;
      return following ? this.#played(following) : this.#conceal();
    }
    return this.#played(head);
  }

  #played(frame: Frame): JitterPull {
    this.counts.played++;
    this.#concealedInRow = 0;
    return { kind: 'frame', frame };
  }

  #lost(): JitterPull {
    this.#take();
    this.counts.missed++;
    return this.#concealedInRow < concealedInRowMax ? this.#conceal() : waiting;
  }

  #ranDry(): JitterPull {
    if (!this.#playOut && this.#concealedInRow < concealedInRowMax) {
      if (this.#concealedInRow === 0) this.#delay.troubled('concealed');
      return this.#conceal();
    }
    this.#playing = false;
    if (this.#playOut) return waiting;
    this.counts.underruns++;
    this.#delay.troubled('heard');
    return waiting;
  }

  #conceal(): JitterPull {
    this.#concealedInRow++;
    this.counts.concealed++;
    return missing;
  }

  #spanCount(): number {
    return sequenceDistance(this.#next, this.#end);
  }

  /** A burst that came before anything played would stay as a permanent delay. */
  #skipToTarget(): void {
    while (this.#spanCount() > this.#delay.targetCount) if (this.#take()) this.counts.skipped++;
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
    this.#beginAt(frame.sequence);
    this.#isFlushed = false;
    this.#playing = false;
    this.#startedPlaying = false;
    this.#delay = new PlayoutDelay(this.#init.delay);
    this.#tempo = new Tempo();
  }

  /** Until the first frame of a stream has played, an earlier one that came later may still precede it. */
  #stepBackTo(sequence: number): boolean {
    if (this.#startedPlaying || this.#isFlushed) return false;
    if (sequenceDistance(sequence, this.#end) > this.#spanCountMax()) return false;
    this.#next = sequence;
    return true;
  }

  #spanCountMax(): number {
    return this.#delay.targetCount + this.#excessCountMax;
  }

  /** Drops the oldest frames when this one would make the buffer longer than it may be. */
  #makeRoomFor(sequence: number): void {
    if (sequenceDistance(this.#next, sequence) < this.#spanCountMax()) return;
    const keepFrom = sequenceAfter(sequence, 1 - this.#delay.targetCount);
    // Nothing can be found beyond what is held, and a jump may be billions long.
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
