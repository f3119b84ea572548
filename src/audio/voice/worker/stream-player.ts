import { type Frame, type FramePosition, frameDurationMs } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import { JitterBuffer } from '../../jitter/jitter-buffer.ts';
import type { DelayRange } from '../../jitter/profiles.ts';
import type { VoiceStatus } from '../../voice-contract.ts';
import * as limits from '../limits.ts';
import { createFrameClock, type FrameClock, type FrameTick } from './frame-clock.ts';
import { LoadGauge } from './load-gauge.ts';
import type { Load } from './parking.ts';
import type { VoiceLink } from './voice-link.ts';
import { concealed } from './voice-transport.ts';
import { type Glide, untouchedPercent, type Volumes } from './volumes.ts';

interface Stream {
  buffer: JitterBuffer;
  latencyMs: number | undefined;
  position: FramePosition | undefined;
  /** What this turn plays; undefined is silence. */
  payload: Buffer | undefined;
  pushedAtMs: number;
}

interface Seat {
  link: VoiceLink;
  streamKey: string;
  volumePercent: number;
  /** While it changes to that volume. */
  glide: Glide | undefined;
  framesPlayed: number;
  framesConcealed: number;
  /** The stream's count when the link was added. */
  missedBefore: number;
  /** Parked while the worker is overloaded; the number of silence frames still to send before that. */
  parked: { silenceLeftCount: number } | undefined;
}

/** One clock for everything: each tick takes one frame of each stream and gives it to all links on that stream. */
export class StreamPlayer {
  readonly #streams = new Map<string, Stream>();
  readonly #seats = new Map<string, Seat>();
  readonly #frameClock: FrameClock;
  readonly #clock: Clock;
  readonly #volumes: Volumes;
  readonly #delay: DelayRange;

  readonly #gauge = new LoadGauge();
  #lastGlideId = 0;

  constructor(components: { clock: Clock; volumes: Volumes }, init: { delay: DelayRange }) {
    this.#clock = components.clock;
    this.#volumes = components.volumes;
    this.#delay = init.delay;
    this.#frameClock = createFrameClock(
      components,
      {
        intervalMs: frameDurationMs,
        lateCountMax: limits.clockFramesLateMax,
        catchUpSpacingMs: limits.clockCatchUpSpacingMs,
      },
      (tick) => this.#tick(tick),
    );
  }

  open(streamKey: string): void {
    if (this.#streams.has(streamKey)) return;
    this.#streams.set(streamKey, {
      buffer: this.#createBuffer(),
      latencyMs: undefined,
      position: undefined,
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

  flush(streamKey: string): void {
    this.#streams.get(streamKey)?.buffer.flush();
  }

  playOut(streamKey: string): void {
    this.#streams.get(streamKey)?.buffer.playOut();
  }

  seat(link: VoiceLink, streamKey: string): void {
    if (this.#seats.size === 0) for (const stream of this.#streams.values()) this.#wake(stream);
    const missedBefore = this.#missed(streamKey);
    const { guildId, volumePercent = untouchedPercent } = link.join;
    this.#seats.set(guildId, {
      link,
      streamKey,
      volumePercent,
      glide: undefined,
      missedBefore,
      parked: undefined,
      framesPlayed: 0,
      framesConcealed: 0,
    });
    if (volumePercent !== untouchedPercent) this.#volumes.prepare();
    this.#frameClock.start();
  }

  setVolume(guildId: string, percent: number): void {
    const seat = this.#seats.get(guildId);
    if (!seat || seat.volumePercent === percent) return;
    const fromPercent = seat.glide?.nowPercent ?? seat.volumePercent;
    seat.glide = { id: ++this.#lastGlideId, fromPercent, nowPercent: fromPercent, done: false };
    seat.volumePercent = percent;
    this.#volumes.prepare();
  }

  unseat(guildId: string): void {
    this.#seats.delete(guildId);
    if (this.#seats.size === 0) this.#frameClock.stop();
  }

  /** The load since the last call. */
  load(): Load {
    return this.#gauge.read(this.#frameClock.skippedCount);
  }

  get playingCount(): number {
    return this.#seats.size - this.parkedCount;
  }

  get parkedCount(): number {
    let count = 0;
    for (const { parked } of this.#seats.values()) if (parked) count++;
    return count;
  }

  /** Parks the newest: those who have listened longest are disturbed last. */
  park(count: number): void {
    const playing = [...this.#seats.values()].filter(({ parked }) => !parked);
    for (const seat of playing.slice(-count)) {
      seat.parked = { silenceLeftCount: limits.closingSilenceFrameCount };
    }
  }

  /** The oldest of the parked ones come back first. */
  bringBack(count: number): void {
    const parked = [...this.#seats.values()].filter((seat) => seat.parked);
    for (const seat of parked.slice(0, count)) seat.parked = undefined;
  }

  /** It is about to leave, and needs turns for that. */
  bringBackGuild(guildId: string): void {
    const seat = this.#seats.get(guildId);
    if (seat) seat.parked = undefined;
  }

  status(guildId: string): VoiceStatus | undefined {
    const seat = this.#seats.get(guildId);
    if (!seat) return undefined;
    const { link, framesPlayed, framesConcealed } = seat;
    const stream = this.#streams.get(seat.streamKey);
    const { connectionState } = link;
    const playingState = stream?.buffer.playing ? 'playing' : 'buffering';
    const readyState = seat.parked ? 'parked' : playingState;
    return {
      state: connectionState === 'ready' ? readyState : connectionState,
      e2ee: link.e2ee,
      framesPlayed,
      framesMissed: Math.max(0, this.#missed(seat.streamKey) - seat.missedBefore),
      framesConcealed,
      bufferedFrames: stream?.buffer.heldCount ?? 0,
      bufferTargetMs: stream?.buffer.targetMs ?? 0,
      latencyMs: stream?.latencyMs,
      position: stream?.position,
      rejoinCount: link.rejoinCount,
      closeCodes: { ...link.closeCodes },
    };
  }

  #tick({ lateMs, turn }: FrameTick): void {
    const beganAtMs = this.#clock.monotonicMs();
    for (const stream of this.#streams.values()) this.#draw(stream);
    this.#volumes.nextTurn();
    for (const seat of this.#seats.values()) {
      if (seat.parked) {
        if (seat.parked.silenceLeftCount-- > 0) seat.link.play(undefined, turn);
        continue;
      }
      const payload = this.#payloadFor(seat);
      if (seat.link.play(payload, turn)) seat.framesPlayed++;
      else if (payload === concealed) seat.framesConcealed++;
    }
    this.#gauge.turn(lateMs, this.#clock.monotonicMs() - beganAtMs);
  }

  #payloadFor(seat: Seat): Buffer | undefined {
    const { glide, streamKey, volumePercent } = seat;
    const payload = this.#streams.get(streamKey)?.payload;
    if (payload === undefined || payload === concealed) return payload;
    const changed = this.#volumes.at(volumePercent, streamKey, payload, glide);
    if (glide?.done) seat.glide = undefined;
    return changed;
  }

  #draw(stream: Stream): void {
    const pulled = stream.buffer.pull();
    stream.payload = pulled.kind === 'missing' ? concealed : undefined;
    if (pulled.kind !== 'frame') return;
    stream.position = { streamId: pulled.frame.streamId, sequence: pulled.frame.sequence };
    stream.latencyMs = this.#clock.nowMs() - pulled.frame.captureTimeMs;
    const { buffer, byteOffset, byteLength } = pulled.frame.payload;
    stream.payload = Buffer.from(buffer, byteOffset, byteLength);
  }

  /**
   * Nobody listened, and the clock stood still: the newest frames of a live stream play immediately, old ones never.
   */
  #wake(stream: Stream): void {
    const live = this.#clock.monotonicMs() - stream.pushedAtMs < limits.bufferFreshMs;
    if (live) stream.buffer.restart();
    else stream.buffer = this.#createBuffer();
  }

  #createBuffer(): JitterBuffer {
    return new JitterBuffer({ delay: this.#delay, excessMsMax: limits.bufferExcessMsMax });
  }

  /** Frames of the stream that no channel heard. */
  #missed(streamKey: string): number {
    const counts = this.#streams.get(streamKey)?.buffer.counts;
    return counts ? counts.missed + counts.dropped : 0;
  }
}
