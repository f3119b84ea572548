import { frameDurationMs } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import { ChannelCapture, type HeardPacket } from '../../capture/channel-capture.ts';
import { loadOpusCodec } from '../../opus/codec.ts';
import * as limits from '../limits.ts';
import { createFrameClock, type FrameClock } from './frame-clock.ts';

export interface CaptureRunEvents {
  /** The next packet of the programme, every 20 ms; for `missedCount` packets before it the thread was too late. */
  captured(payload: Uint8Array, missedCount: number): void;
  /** Somebody speaks whose permission isn’t known yet; called once for each. */
  speaker(userId: string): void;
  failed(error: Error): void;
}

/** One channel being captured: continues over every reconnection of its link. */
export class CaptureRun {
  readonly #clock: Clock;
  readonly #events: CaptureRunEvents;
  readonly #bitrateKbps: number;
  /** By user id; absent: not yet asked. */
  readonly #heard = new Map<string, boolean>();
  #capture: ChannelCapture | undefined;
  #frameClock: FrameClock | undefined;
  #stopped = false;

  constructor(components: { clock: Clock; events: CaptureRunEvents }, init: { bitrateKbps: number }) {
    this.#clock = components.clock;
    this.#events = components.events;
    this.#bitrateKbps = init.bitrateKbps;
  }

  start(): void {
    loadOpusCodec()
      .then((codec) => {
        if (this.#stopped) return;
        const mayBeHeard = (userId: string) => this.#mayBeHeard(userId);
        const capture = new ChannelCapture({ codec, mayBeHeard }, { bitrateKbps: this.#bitrateKbps });
        this.#capture = capture;
        let lastTurn = 0;
        this.#frameClock = createFrameClock(
          { clock: this.#clock },
          {
            intervalMs: frameDurationMs,
            lateCountMax: limits.captureFramesLateMax,
            catchUpSpacingMs: limits.captureCatchUpSpacingMs,
          },
          ({ turn }) => {
            this.#events.captured(capture.pull(), turn - lastTurn - 1);
            lastTurn = turn;
          },
        );
        this.#frameClock.start();
      })
      .catch((error: Error) => this.#events.failed(error));
  }

  stop(): void {
    this.#stopped = true;
    this.#frameClock?.stop();
  }

  hear(packet: HeardPacket): void {
    this.#capture?.push(packet);
  }

  allow(userId: string, heard: boolean): void {
    if (this.#heard.size >= limits.captureDecisionsMax && !this.#heard.has(userId)) this.#heard.clear();
    this.#heard.set(userId, heard);
    if (!heard) this.#capture?.remove(userId);
  }

  #mayBeHeard(userId: string): boolean {
    const heard = this.#heard.get(userId);
    if (heard === undefined) {
      this.allow(userId, false);
      this.#events.speaker(userId);
    }
    return heard ?? false;
  }
}
