import { frameDurationMs } from '#contracts/audio.ts';
import type { SourceFrame, SourcePlaying } from '../source/contract.ts';
import type { SoundEnd, WantedSound } from './contract.ts';

/** One item of a queue while it is read: what is wanted now, or what follows it, read ahead. */
export class Reading {
  readonly itemId: string;
  readonly source: string;
  readonly startAtMs: number;
  /** Absent while it is read ahead: nobody has asked for it yet. */
  turn: number | undefined;
  /** Nobody wants it any more. */
  isDropped = false;
  /** How it ended; absent while it is being read. */
  end: SoundEnd | undefined;
  /** Its place after the last frame that was read. */
  readMs: number;
  readonly #title: string | undefined;
  #playing: { from: SourcePlaying | undefined; shown: SourcePlaying } | undefined;

  constructor(wanted: Omit<WantedSound, 'turn' | 'startAtMs'>, turn: number | undefined, startAtMs: number) {
    this.itemId = wanted.itemId;
    this.source = wanted.source;
    this.#title = wanted.title;
    this.turn = turn;
    this.startAtMs = startAtMs;
    this.readMs = startAtMs;
  }

  /** Nothing of it was heard, nor will be. */
  get isSilent(): boolean {
    return this.end !== undefined && this.readMs === this.startAtMs;
  }

  /** Returns its place after this frame. */
  read({ missedCount = 0 }: SourceFrame): number {
    this.readMs += (1 + missedCount) * frameDurationMs;
    return this.readMs;
  }

  /** What a station or the tags of a file say goes before the title that the queue knows, and a file's name comes last. */
  playing(from: SourcePlaying | undefined): SourcePlaying {
    if (this.#playing?.from === from && this.#playing) return this.#playing.shown;
    const title = from?.title || this.#title || from?.name || '';
    const shown = { name: '', title };
    this.#playing = { from, shown };
    return shown;
  }
}
