import type { HeardFrame, Listener } from '@guildmesh/local-discord/voice/contract';
import type { VoiceStream } from '#audio/voice-contract.ts';

/** One 20 ms stereo packet (config 31, one frame) that names its own sequence. */
export function payloadOf(sequence: number): Uint8Array {
  const payload = new Uint8Array(160);
  for (let index = 5; index < payload.length; index++) payload[index] = (sequence * 31 + index * 17) & 255;
  payload[0] = 0xfc;
  new DataView(payload.buffer).setUint32(1, sequence);
  return payload;
}

/** A live source: frames at the pace of the wall clock, as a hub would send them. */
export class Programme {
  readonly streamId: number;
  readonly #stream: VoiceStream;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAtMs = performance.now();
  #sent = 0;
  #paused = false;
  #pausedCount = 0;

  constructor(stream: VoiceStream, streamId = 1) {
    this.#stream = stream;
    this.streamId = streamId;
    this.#timer = setInterval(() => this.#catchUp(), 10);
  }

  get sentCount(): number {
    return this.#sent;
  }

  /** The source gives nothing until `resume`, and goes on where it was. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #catchUp(): void {
    const due = Math.floor((performance.now() - this.#startedAtMs) / 20);
    if (this.#paused) {
      this.#pausedCount = due - this.#sent;
      return;
    }
    while (this.#sent + this.#pausedCount < due) {
      this.#stream.frame({
        streamId: this.streamId,
        sequence: this.#sent,
        captureTimeMs: performance.timeOrigin + performance.now(),
        payload: payloadOf(this.#sent),
      });
      this.#sent++;
    }
  }
}

/** What a listener heard, silence apart. */
export class Recording {
  readonly frames: HeardFrame[] = [];
  silenceCount = 0;
  readonly listener: Listener;

  constructor(listener: Listener) {
    this.listener = listener;
    listener.onFrame((frame) => {
      if (frame.silence) this.silenceCount++;
      else this.frames.push(frame);
    });
  }

  get count(): number {
    return this.frames.length;
  }

  /** Sequences of the source's frames, or −1 for one whose bytes are not the source's. */
  get sequences(): number[] {
    return this.frames.map(({ payload }) => {
      if (payload.length !== 160) return -1;
      const sequence = new DataView(payload.buffer, payload.byteOffset).getUint32(1);
      return Buffer.compare(payload, payloadOf(sequence)) === 0 ? sequence : -1;
    });
  }
}

/** Every number from the first to the last. */
export function runFrom(sequences: readonly number[]): number[] {
  return sequences.map((_, index) => (sequences[0] ?? 0) + index);
}
