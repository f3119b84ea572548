import type { Stream } from '@libp2p/interface';
import type { Audience, FrameSink, FrameSubscription } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { RecordStream } from '../wire/record-stream.ts';
import { audioCodec } from './codec.ts';
import type { FrameEncoder } from './frame-encoder.ts';
import { audioLimits } from './limits.ts';
import type { Refusal, SubscribeRequest, WireEndReason, WireRecord } from './records.ts';
import { type ServerEffect, ServerMachine } from './server-machine.ts';

/** What was found for a request. */
export type Offer = Refused | Found;

interface Refused {
  refusal: Refusal;
  hubs: readonly string[];
}

interface Found {
  title: string;
  audience: Audience | undefined;
  /** Throws AUDIO_UNKNOWN_BROADCAST, AUDIO_BROADCAST_FULL. */
  subscribe(sink: FrameSink): FrameSubscription;
  /** The broadcast itself accepts no more subscribers. */
  fullAfterAll(): Refused;
}

export interface SessionOwner {
  list(): Parameters<ServerMachine['catalogue']>[0];
  offer(request: SubscribeRequest, session: ServerSession): Offer;
  /** Number of frames that are sent together now. */
  framesPerSend(): number;
  /** Called when frames wait for others to join them: the owner must make sure that the wait ends. */
  held(): void;
  over(): void;
}

export interface SessionComponents {
  clock: Clock;
  logger: Logger;
  encoder: FrameEncoder;
}

/** The broadcaster's end of one stream. */
export class ServerSession {
  readonly peerId: string;
  readonly machine: ServerMachine;
  /** Its request, once received. */
  request: SubscribeRequest | undefined;
  redirectCount = 0;
  violationCount = 0;
  readonly #components: SessionComponents;
  readonly #owner: SessionOwner;
  readonly #records: RecordStream<WireRecord>;
  #subscription: FrameSubscription | undefined;

  constructor(components: SessionComponents, stream: Stream, peerId: string, owner: SessionOwner) {
    const { clock } = components;
    this.peerId = peerId;
    this.machine = new ServerMachine(clock.monotonicMs());
    this.#components = components;
    this.#owner = owner;
    this.#records = new RecordStream(stream, clock, audioCodec, {
      record: (record) => {
        this.#perform(this.machine.received(record, clock.monotonicMs()));
        this.#pump(false);
      },
      violation: (violation) => this.#perform(this.machine.violated(violation)),
      drained: () => this.#pump(false),
      closed: () => this.#closed(),
    });
  }

  get live(): boolean {
    return this.machine.state === 'live';
  }

  end(reason: WireEndReason): void {
    this.#pump(true);
    this.#perform(this.machine.ended(reason));
  }

  tick(nowMs: number): void {
    this.#perform(this.machine.tick(nowMs));
  }

  /** Sends frames that have waited long enough for others; returns whether some still wait. */
  flushHeld(nowMs: number): boolean {
    if (this.machine.waitingMs(nowMs) >= audioLimits.joinWaitMs) this.#pump(true);
    return this.machine.framesQueued > 0;
  }

  #perform(effects: ServerEffect[]): void {
    for (const effect of effects) this.#performOne(effect);
  }

  #performOne(effect: ServerEffect): void {
    switch (effect.do) {
      case 'send':
        this.#records.send(effect.record);
        break;
      case 'list':
        this.#perform(this.machine.catalogue(this.#owner.list()));
        break;
      case 'subscribe':
        this.#perform(this.#subscribe(effect.request));
        break;
      case 'cancel':
        this.#subscription?.cancel();
        this.#subscription = undefined;
        break;
      case 'close':
        void this.#records.close();
        break;
      case 'abort':
        this.violationCount += 1;
        this.#components.logger.debug(
          { peerId: this.peerId, violation: effect.violation },
          'audio stream cut',
        );
        this.#records.abort(effect.violation);
    }
  }

  #subscribe(request: SubscribeRequest): ServerEffect[] {
    this.request = request;
    const offer = this.#owner.offer(request, this);
    if ('refusal' in offer) return this.machine.refused(offer.refusal, offer.hubs);
    const refused = this.#begin(offer);
    if (refused) return this.machine.refused(refused.refusal, refused.hubs);
    return this.machine.accepted(offer.title, offer.audience);
  }

  #begin(offer: Found): Refused | undefined {
    try {
      this.#subscription = offer.subscribe(this.#sink());
      return undefined;
    } catch (error) {
      if (isGuildmeshError(error, 'AUDIO_BROADCAST_FULL')) return offer.fullAfterAll();
      if (!isGuildmeshError(error)) this.#components.logger.error({ err: error }, 'subscribing failed');
      return { refusal: 'unknown-broadcast', hubs: [] };
    }
  }

  #sink(): FrameSink {
    const { clock } = this.#components;
    return {
      burstMs: this.request?.burstMs,
      frame: (frame) => {
        this.machine.offer(frame, clock.monotonicMs());
        // Grouped by sequence, so that all subscribers get the same frames together and share their bytes.
        this.#pump((frame.sequence + 1) % this.#owner.framesPerSend() === 0);
      },
      end: (reason) => {
        this.#pump(true);
        this.#perform(this.machine.ended(reason));
      },
    };
  }

  /** Sends whole groups of frames; `all`: an incomplete one, too. */
  #pump(all: boolean): void {
    const { clock, encoder } = this.#components;
    const together = this.#owner.framesPerSend();
    while (this.#records.writable && this.machine.framesQueued >= (all ? 1 : together)) {
      const frames = this.machine.next(clock.monotonicMs(), together);
      if (frames.length === 0) return;
      for (const record of this.machine.before(frames)) this.#records.send(record);
      this.#records.sendBytes(encoder.bytesOf(frames));
    }
    if (together > 1 && this.machine.framesQueued > 0) this.#owner.held();
  }

  #closed(): void {
    this.#perform(this.machine.closed());
    this.#owner.over();
  }
}
