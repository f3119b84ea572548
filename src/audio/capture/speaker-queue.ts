import { speakerDelayFrames, speakerFramesMax, talkEndFrames, talkJumpFrames } from './limits.ts';

/** 20 ms at 48 kHz. */
const frameSamples = 960;

export interface SpeakerPacket {
  /** RTP's, u32, wraps. */
  timestamp: number;
  payload: Uint8Array;
}

/** What a speaker has for this 20 ms: a packet, a hole in a talk, or nothing because nothing is being said. */
export type SpeakerPull = Uint8Array | 'missing' | 'quiet';

/**
 * One speaker's packets in the order they were said, 20 ms at a time. Speech comes in talks: each plays a little late,
 * so that reordered and late packets still find their place, and pauses cost nothing.
 */
export class SpeakerQueue {
  readonly counts = { played: 0, missed: 0, late: 0, dropped: 0 };
  readonly #held = new Map<number, Uint8Array>();
  #state: 'quiet' | 'filling' | 'playing' = 'quiet';
  /** Timestamp of index 0. */
  #base = 0;
  /** The index to play next, and the one after the newest held. */
  #next = 0;
  #end = 0;
  #waitedFrames = 0;
  #emptyFrames = 0;

  get quiet(): boolean {
    return this.#state === 'quiet';
  }

  push({ timestamp, payload }: SpeakerPacket): void {
    if (this.#state === 'quiet') this.#begin(timestamp);
    let index = this.#indexOf(timestamp);
    if (Math.abs(index - this.#next) > talkJumpFrames) {
      this.counts.dropped += this.#held.size;
      this.#begin(timestamp);
      index = 0;
    }
    // Until the first packet has played, one that was sent earlier but came later may still precede it.
    if (index < this.#next && this.#state === 'filling') this.#next = index;
    if (index < this.#next || this.#held.has(index)) return void this.counts.late++;
    this.#held.set(index, payload);
    this.#end = Math.max(this.#end, index + 1);
    while (this.#end - this.#next > speakerFramesMax) {
      if (this.#held.delete(this.#next)) this.counts.dropped++;
      this.#next++;
    }
  }

  /** Once per 20 ms. */
  pull(): SpeakerPull {
    if (this.#state === 'quiet') return 'quiet';
    if (this.#state === 'filling') {
      if (++this.#waitedFrames <= speakerDelayFrames) return 'quiet';
      this.#state = 'playing';
    }
    if (this.#held.size === 0) {
      // The position doesn't advance while nothing is here: late packets of a talk still play.
      if (++this.#emptyFrames < talkEndFrames) return 'missing';
      this.#state = 'quiet';
      return 'quiet';
    }
    this.#emptyFrames = 0;
    const payload = this.#held.get(this.#next);
    this.#held.delete(this.#next++);
    if (payload) this.counts.played++;
    else this.counts.missed++;
    return payload ?? 'missing';
  }

  #begin(timestamp: number): void {
    this.#held.clear();
    this.#state = 'filling';
    this.#base = timestamp;
    this.#next = 0;
    this.#end = 0;
    this.#waitedFrames = 0;
    this.#emptyFrames = 0;
  }

  #indexOf(timestamp: number): number {
    // Signed distance on the circle of 2^32.
    return Math.round(((timestamp - this.#base) | 0) / frameSamples);
  }
}
