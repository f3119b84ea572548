import { type Frame, frameDurationMs } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import { JitterBuffer } from '../../jitter/jitter-buffer.ts';
import type { DelayRange } from '../../jitter/profiles.ts';
import type { VoiceStatus } from '../contract.ts';
import * as limits from '../limits.ts';
import { createFrameClock, type FrameClock } from './frame-clock.ts';
import type { VoiceLink } from './voice-link.ts';
import { concealed } from './voice-transport.ts';

interface Stream {
  buffer: JitterBuffer;
  latencyMs: number | undefined;
  /** What this turn plays: silence without one. */
  payload: Buffer | undefined;
  pushedAtMs: number;
}

interface Seat {
  link: VoiceLink;
  streamKey: string;
  framesPlayed: number;
  framesConcealed: number;
  /** The stream's count when the link took its seat. */
  missedBefore: number;
}

/** One clock for everything: each tick takes one frame of each stream and gives it to all links on that stream. */
export class StreamPlayer {
  readonly #streams = new Map<string, Stream>();
  readonly #seats = new Map<string, Seat>();
  readonly #frameClock: FrameClock;
  readonly #clock: Clock;
  readonly #delay: DelayRange;

  constructor(components: { clock: Clock }, init: { delay: DelayRange }) {
    this.#clock = components.clock;
    this.#delay = init.delay;
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
    this.#streams.set(streamKey, {
      buffer: this.#createBuffer(),
      latencyMs: undefined,
      payload: undefined,
      pushedAtMs: 0,
    });
  }

  close(streamKey: string): void {
    this.#streams.delete(streamKey);
  }

  push(streamKey: string, frame: Frame): void {
    const stream = this.#streams.get(streamKey);
    if (!stream) return;
    stream.buffer.push(frame);
    stream.pushedAtMs = this.#clock.monotonicMs();
  }

  playOut(streamKey: string): void {
    this.#streams.get(streamKey)?.buffer.playOut();
  }

  seat(link: VoiceLink, streamKey: string): void {
    if (this.#seats.size === 0) for (const stream of this.#streams.values()) this.#wake(stream);
    const missedBefore = this.#missed(streamKey);
    this.#seats.set(link.join.guildId, {
      link,
      streamKey,
      framesPlayed: 0,
      framesConcealed: 0,
      missedBefore,
    });
    this.#frameClock.start();
  }

  unseat(guildId: string): void {
    this.#seats.delete(guildId);
    if (this.#seats.size === 0) this.#frameClock.stop();
  }

  status(guildId: string): VoiceStatus | undefined {
    const seat = this.#seats.get(guildId);
    if (!seat) return undefined;
    const { link, framesPlayed, framesConcealed } = seat;
    const stream = this.#streams.get(seat.streamKey);
    const { connectionState } = link;
    const readyState = stream?.buffer.playing ? 'playing' : 'buffering';
    return {
      state: connectionState === 'ready' ? readyState : connectionState,
      e2ee: link.e2ee,
      framesPlayed,
      framesMissed: Math.max(0, this.#missed(seat.streamKey) - seat.missedBefore),
      framesConcealed,
      bufferedFrames: stream?.buffer.heldCount ?? 0,
      bufferTargetMs: stream?.buffer.targetMs ?? 0,
      latencyMs: stream?.latencyMs,
      rejoinCount: link.rejoinCount,
      closeCodes: { ...link.closeCodes },
    };
  }

  #tick(): void {
    for (const stream of this.#streams.values()) this.#draw(stream);
    for (const seat of this.#seats.values()) {
      const payload = this.#streams.get(seat.streamKey)?.payload;
      if (seat.link.play(payload)) seat.framesPlayed++;
      else if (payload === concealed) seat.framesConcealed++;
    }
  }

  #draw(stream: Stream): void {
    const pulled = stream.buffer.pull();
    stream.payload = pulled.kind === 'missing' ? concealed : undefined;
    if (pulled.kind !== 'frame') return;
    stream.latencyMs = this.#clock.nowMs() - pulled.frame.captureTimeMs;
    const { buffer, byteOffset, byteLength } = pulled.frame.payload;
    stream.payload = Buffer.from(buffer, byteOffset, byteLength);
  }

  /** Nobody listened, and the clock stood still: the newest frames of a live stream play at once, old ones never. */
  #wake(stream: Stream): void {
    const live = this.#clock.monotonicMs() - stream.pushedAtMs < limits.bufferFreshMs;
    if (live) stream.buffer.restart();
    else stream.buffer = this.#createBuffer();
  }

  #createBuffer(): JitterBuffer {
    return new JitterBuffer({ delay: this.#delay, excessMsMax: limits.bufferExcessMsMax });
  }

  /** Frames of the stream that no channel got to hear. */
  #missed(streamKey: string): number {
    const counts = this.#streams.get(streamKey)?.buffer.counts;
    return counts ? counts.missed + counts.dropped : 0;
  }
}
