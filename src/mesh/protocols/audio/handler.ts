import type { Stream } from '@libp2p/interface';
import type { BroadcastCatalogue, FrameSubscription } from '#contracts/audio.ts';
import type { Clock, Timer } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { audioLimits } from './limits.ts';
import { RecordStream } from './record-stream.ts';
import type { WireEndReason } from './records.ts';
import { type ServerEffect, ServerMachine } from './server-machine.ts';

export interface AudioHandlerComponents {
  catalogue: BroadcastCatalogue;
  clock: Clock;
  logger: Logger;
}

export interface AudioHandlerStats {
  subscriptionCount: number;
  framesSent: number;
  /** Lost because subscribers were too slow. */
  framesDropped: number;
  violationCount: number;
}

/** Serves this hub's broadcasts to other communities: one session per stream. */
export class AudioHandler {
  readonly #components: AudioHandlerComponents;
  readonly #sessions = new Set<ServerSession>();
  #ended = { framesSent: 0, framesDropped: 0, violationCount: 0 };
  #stopping = false;

  constructor(components: AudioHandlerComponents) {
    this.#components = components;
  }

  /** The peer must have passed the trust guard. */
  accept(stream: Stream, peerId: string): void {
    const session = new ServerSession(this.#components, stream, peerId, {
      mayRefuse: () => this.#refusalFor(peerId),
      over: () => this.#forget(session),
    });
    this.#sessions.add(session);
  }

  /** From now on requests are refused, and running subscriptions get their end. */
  endAll(reason: WireEndReason): void {
    this.#stopping = true;
    for (const session of [...this.#sessions]) session.end(reason);
  }

  endPeer(peerId: string, reason: WireEndReason): void {
    for (const session of [...this.#sessions]) if (session.peerId === peerId) session.end(reason);
  }

  /** Sessions whose stream isn't gone yet, of one peer or of all. */
  sessionCount(peerId?: string): number {
    if (peerId === undefined) return this.#sessions.size;
    return [...this.#sessions].filter((session) => session.peerId === peerId).length;
  }

  stats(): AudioHandlerStats {
    const stats = { subscriptionCount: 0, ...this.#ended };
    for (const { machine } of this.#sessions) {
      if (machine.state === 'live') stats.subscriptionCount += 1;
      stats.framesSent += machine.framesSent;
      stats.framesDropped += machine.framesDropped;
    }
    return stats;
  }

  #refusalFor(peerId: string): 'too-many-subscriptions' | 'stopping' | undefined {
    if (this.#stopping) return 'stopping';
    const live = [...this.#sessions].filter(({ machine }) => machine.state === 'live');
    const ofPeer = live.filter((session) => session.peerId === peerId);
    const full =
      live.length >= audioLimits.subscriptionsMax || ofPeer.length >= audioLimits.subscriptionsPerPeerMax;
    return full ? 'too-many-subscriptions' : undefined;
  }

  #forget(session: ServerSession): void {
    if (!this.#sessions.delete(session)) return;
    this.#ended.framesSent += session.machine.framesSent;
    this.#ended.framesDropped += session.machine.framesDropped;
    this.#ended.violationCount += session.violationCount;
  }
}

interface SessionOwner {
  mayRefuse(): 'too-many-subscriptions' | 'stopping' | undefined;
  over(): void;
}

class ServerSession {
  readonly peerId: string;
  readonly machine: ServerMachine;
  violationCount = 0;
  readonly #components: AudioHandlerComponents;
  readonly #owner: SessionOwner;
  readonly #records: RecordStream;
  #subscription: FrameSubscription | undefined;
  #timer: Timer | undefined;

  constructor(components: AudioHandlerComponents, stream: Stream, peerId: string, owner: SessionOwner) {
    const { clock } = components;
    this.peerId = peerId;
    this.machine = new ServerMachine(clock.monotonicMs());
    this.#components = components;
    this.#owner = owner;
    this.#records = new RecordStream(stream, clock, {
      record: (record) => {
        this.#perform(this.machine.received(record, clock.monotonicMs()));
        this.#pump();
      },
      violation: (violation) => this.#perform(this.machine.violated(violation)),
      drained: () => this.#pump(),
      closed: () => this.#closed(),
    });
    this.#scheduleTick();
  }

  end(reason: WireEndReason): void {
    this.#perform(this.machine.ended(reason));
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
        this.#perform(this.machine.catalogue(this.#components.catalogue.list()));
        break;
      case 'subscribe':
        this.#perform(this.#subscribe(effect.broadcastId));
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

  #subscribe(broadcastId: string): ServerEffect[] {
    const { catalogue, clock, logger } = this.#components;
    const refusal = this.#owner.mayRefuse();
    if (refusal) return this.machine.refused(refusal);
    const title = catalogue.list().find((info) => info.id === broadcastId)?.title;
    if (title === undefined) return this.machine.refused('unknown-broadcast');
    try {
      this.#subscription = catalogue.subscribe(broadcastId, {
        frame: (frame) => {
          this.machine.offer(frame, clock.monotonicMs());
          this.#pump();
        },
        end: (reason) => this.#perform(this.machine.ended(reason)),
      });
    } catch (error) {
      if (!isGuildmeshError(error)) logger.error({ err: error, broadcastId }, 'subscribing failed');
      return this.machine.refused('unknown-broadcast');
    }
    return this.machine.accepted(title);
  }

  #pump(): void {
    while (this.#records.writable) {
      const frame = this.machine.next(this.#components.clock.monotonicMs());
      if (!frame) return;
      this.#records.send({ type: 'frame', frame });
    }
  }

  #scheduleTick(): void {
    const { clock } = this.#components;
    this.#timer = clock.after(
      audioLimits.tickMs,
      () => {
        this.#perform(this.machine.tick(clock.monotonicMs()));
        if (this.machine.state !== 'over') this.#scheduleTick();
      },
      { background: true },
    );
  }

  #closed(): void {
    this.#timer?.cancel();
    this.#perform(this.machine.closed());
    this.#owner.over();
  }
}
