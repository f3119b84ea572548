import type { Stream } from '@libp2p/interface';
import { type Audience, mayBePassedOn, type OfferedTo } from '#contracts/audio.ts';
import type { Clock, Timer } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { FanOut } from './fan-out.ts';
import { FrameEncoder } from './frame-encoder.ts';
import { audioLimits } from './limits.ts';
import type { HeardBroadcast, Rebroadcasts } from './rebroadcasts.ts';
import type { Refusal, SubscribeRequest, WireEndReason } from './records.ts';
import { type Offer, ServerSession } from './server-session.ts';

export interface AudioHandlerComponents {
  offeredTo: OfferedTo;
  rebroadcasts: Rebroadcasts;
  clock: Clock;
  logger: Logger;
}

export type AudioHandlerStats = {
  subscriptionCount: number;
  framesSent: number;
  /** Dropped because subscribers were too slow. */
  framesDropped: number;
  violationCount: number;
};

/** Serves this hub's broadcasts, and those it passes on, to other communities: one session per stream. */
export class AudioHandler {
  readonly #components: AudioHandlerComponents;
  readonly #fanOut: FanOut;
  readonly #encoder = new FrameEncoder();
  readonly #sessions = new Set<ServerSession>();
  #framesPerSend = 1;
  #ended = { framesSent: 0, framesDropped: 0, violationCount: 0 };
  #stopping = false;
  #ticking: Timer | undefined;
  #flushing: Timer | undefined;

  constructor(components: AudioHandlerComponents, fanOut = new FanOut()) {
    this.#components = components;
    this.#fanOut = fanOut;
  }

  /** The peer must have passed the trust guard. */
  accept(stream: Stream, peerId: string): void {
    const { clock, logger, offeredTo } = this.#components;
    const session = new ServerSession({ clock, logger, encoder: this.#encoder }, stream, peerId, {
      list: () => offeredTo(peerId).list(),
      offer: (request) => this.#offer(request, session),
      framesPerSend: () => this.#framesPerSend,
      held: () => this.#flushSoon(),
      over: () => this.#forget(session),
    });
    this.#sessions.add(session);
    this.#ticking ??= this.#scheduleTick();
  }

  /** From now on requests are refused, and running subscriptions get an end record. */
  endAll(reason: WireEndReason): void {
    this.#stopping = true;
    for (const session of [...this.#sessions]) session.end(reason);
  }

  endPeer(peerId: string, reason: WireEndReason): void {
    for (const session of [...this.#sessions]) if (session.peerId === peerId) session.end(reason);
  }

  /** Sessions whose stream isn't closed yet, of one peer or of all. */
  sessionCount(peerId?: string): number {
    if (peerId === undefined) return this.#sessions.size;
    return [...this.#sessions].filter((session) => session.peerId === peerId).length;
  }

  stats(): AudioHandlerStats {
    const stats = { subscriptionCount: 0, ...this.#ended };
    for (const { live, machine } of this.#sessions) {
      if (live) stats.subscriptionCount += 1;
      stats.framesSent += machine.framesSent;
      stats.framesDropped += machine.framesDropped;
    }
    return stats;
  }

  #offer(request: SubscribeRequest, asking: ServerSession): Offer {
    if (this.#stopping) return refusal('stopping');
    const found = this.#find(request, asking.peerId);
    if (!found) return refusal('unknown-broadcast');
    const live = [...this.#sessions].filter((session) => session.live);
    this.#framesPerSend = this.#fanOut.framesPerSend(live.length + 1);
    // A hub that hears what isn’t passed on could feed nobody, and isn’t named to others.
    const hubs = () => (mayBePassedOn(found) ? this.#fanOut.hubs(live, request, asking.peerId) : []);
    const elsewhere = () => refusal('too-many-subscriptions', hubs());
    if (this.#fanOut.full(live, request, asking.peerId)) return elsewhere();
    if (this.#fanOut.crowded(live, request)) {
      const sentOn = elsewhere();
      if (sentOn.hubs.length > 0) return sentOn;
    }
    const { audience, title } = found;
    return { title, audience, subscribe: (sink) => found.subscribe(sink), fullAfterAll: elsewhere };
  }

  #find(
    { broadcast, origin }: SubscribeRequest,
    peerId: string,
  ): (HeardBroadcast & { audience?: Audience | undefined }) | undefined {
    const { offeredTo, rebroadcasts } = this.#components;
    if (origin !== undefined) return rebroadcasts.find(origin, broadcast);
    const catalogue = offeredTo(peerId);
    const info = catalogue.list().find(({ id }) => id === broadcast);
    if (!info) return undefined;
    const { audience, title } = info;
    return { title, audience, subscribe: (sink) => catalogue.subscribe(broadcast, sink) };
  }

  #forget(session: ServerSession): void {
    if (!this.#sessions.delete(session)) return;
    this.#ended.framesSent += session.machine.framesSent;
    this.#ended.framesDropped += session.machine.framesDropped;
    this.#ended.violationCount += session.violationCount;
  }

  /** One timer for all sessions: with hundreds of them, one each would cost noticeable CPU time. */
  #scheduleTick(): Timer {
    const { clock } = this.#components;
    const tick = () => {
      const nowMs = clock.monotonicMs();
      for (const session of [...this.#sessions]) session.tick(nowMs);
      this.#framesPerSend = this.#fanOut.framesPerSend(
        [...this.#sessions].filter((session) => session.live).length,
      );
      this.#ticking = this.#sessions.size > 0 ? this.#scheduleTick() : undefined;
    };
    return clock.after(audioLimits.tickMs, tick, { background: true });
  }

  #flushSoon(): void {
    this.#flushing ??= this.#components.clock.after(audioLimits.joinWaitMs, () => {
      this.#flushing = undefined;
      const nowMs = this.#components.clock.monotonicMs();
      const waiting = [...this.#sessions].filter((session) => session.flushHeld(nowMs));
      if (waiting.length > 0) this.#flushSoon();
    });
  }
}

function refusal(code: Refusal, hubs: readonly string[] = []) {
  return { refusal: code, hubs };
}
