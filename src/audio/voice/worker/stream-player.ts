import { type Frame, frameDurationMs } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import { JitterBuffer } from '../../jitter/jitter-buffer.ts';
import type { VoiceStatus } from '../contract.ts';
import * as limits from '../limits.ts';
import { createFrameClock, type FrameClock } from './frame-clock.ts';
import type { VoiceLink } from './voice-link.ts';

interface Stream {
  buffer: JitterBuffer;
  latencyMs: number | undefined;
  /** What this tick plays. */
  payload: Buffer | undefined;
}

interface Seat {
  link: VoiceLink;
  streamKey: string;
  framesPlayed: number;
  /** The stream's count when the link took its seat. */
  missedBefore: number;
}

/** One clock for everything: each tick takes one frame of each stream and gives it to all links on that stream. */
export class StreamPlayer {
  readonly #streams = new Map<string, Stream>();
  readonly #seats = new Map<string, Seat>();
  readonly #frameClock: FrameClock;
  readonly #clock: Clock;
  readonly #bufferMs: number;

  constructor(components: { clock: Clock }, init: { bufferMs: number }) {
    this.#clock = components.clock;
    this.#bufferMs = init.bufferMs;
    this.#frameClock = createFrameClock(
      components,
      {
        intervalMs: frameDurationMs,
        lateCountMax: limits.clockFramesLateMax,
        catchUpSpacingMs: limits.clockCatchUpSpacingMs,
      },
      () => this.#tick(),
    );
  }

  open(streamKey: string): void {
    if (this.#streams.has(streamKey)) return;
    this.#streams.set(streamKey, { buffer: this.#createBuffer(), latencyMs: undefined, payload: undefined });
  }

  close(streamKey: string): void {
    this.#streams.delete(streamKey);
  }

  push(streamKey: string, frame: Frame): void {
    this.#streams.get(streamKey)?.buffer.push(frame);
  }

  playOut(streamKey: string): void {
    this.#streams.get(streamKey)?.buffer.playOut();
  }

  seat(link: VoiceLink, streamKey: string): void {
    // While nobody listened the clock stood still, and what was gathered is old.
    if (this.#seats.size === 0)
      for (const stream of this.#streams.values()) stream.buffer = this.#createBuffer();
    const missedBefore = this.#missed(streamKey);
    this.#seats.set(link.join.guildId, { link, streamKey, framesPlayed: 0, missedBefore });
    this.#frameClock.start();
  }

  unseat(guildId: string): void {
    this.#seats.delete(guildId);
    if (this.#seats.size === 0) this.#frameClock.stop();
  }

  status(guildId: string): VoiceStatus | undefined {
    const seat = this.#seats.get(guildId);
    if (!seat) return undefined;
    const { link, framesPlayed } = seat;
    const stream = this.#streams.get(seat.streamKey);
    const { connectionState } = link;
    const readyState = stream?.buffer.playing ? 'playing' : 'buffering';
    return {
      state: connectionState === 'ready' ? readyState : connectionState,
      e2ee: link.e2ee,
      framesPlayed,
      framesMissed: Math.max(0, this.#missed(seat.streamKey) - seat.missedBefore),
      bufferedFrames: stream?.buffer.heldCount ?? 0,
      latencyMs: stream?.latencyMs,
      rejoinCount: link.rejoinCount,
      closeCodes: { ...link.closeCodes },
    };
  }

  #tick(): void {
    for (const stream of this.#streams.values()) this.#draw(stream);
    for (const seat of this.#seats.values()) {
      if (seat.link.play(this.#streams.get(seat.streamKey)?.payload)) seat.framesPlayed++;
    }
  }

  #draw(stream: Stream): void {
    const pulled = stream.buffer.pull();
    stream.payload = undefined;
    if (pulled.kind !== 'frame') return;
    stream.latencyMs = this.#clock.nowMs() - pulled.frame.captureTimeMs;
    const { buffer, byteOffset, byteLength } = pulled.frame.payload;
    stream.payload = Buffer.from(buffer, byteOffset, byteLength);
  }

  #createBuffer(): JitterBuffer {
    return new JitterBuffer({ targetMs: this.#bufferMs, excessMsMax: limits.bufferExcessMsMax });
  }

  /** Frames of the stream that no channel got to hear. */
  #missed(streamKey: string): number {
    const counts = this.#streams.get(streamKey)?.buffer.counts;
    return counts ? counts.missed + counts.dropped : 0;
  }
}
