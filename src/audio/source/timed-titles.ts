import { frameDurationMs } from '#contracts/audio.ts';

/** Enough for the bytes that a decoder and its pipes hold. */
const waitingMax = 64;

/**
 * Titles that are known by their time in the sound, some time before it is decoded: each is reported with its packet.
 */
export class TimedTitles {
  readonly #tell: (title: string) => void;
  #waiting: { atMs: number; title: string }[] = [];

  constructor(tell: (title: string) => void) {
    this.#tell = tell;
  }

  add(atMs: number, title: string): void {
    this.#waiting = [...this.#waiting, { atMs, title }].slice(-waitingMax);
  }

  /** Passes the packets on; the first is that of time 0. */
  async *with(packets: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let atMs = 0;
    for await (const packet of packets) {
      const due = this.#waiting.findLastIndex((each) => each.atMs < atMs + frameDurationMs);
      if (due >= 0) this.#tell(this.#waiting.splice(0, due + 1).at(-1)?.title ?? '');
      atMs += frameDurationMs;
      yield packet;
    }
  }
}
