import { audioLimits } from './limits.ts';
import type { SubscribeRequest } from './records.ts';

/** What the rules know of a running subscription. */
export interface Subscriber {
  readonly peerId: string;
  readonly request: SubscribeRequest | undefined;
  /** How often others were redirected to it. */
  redirectCount: number;
}

export interface FanOutInit {
  /** Above this many, newcomers are redirected to a subscriber that passes the broadcast on, if there is one. */
  directMax: number;
  subscriptionsMax: number;
  /** Subscribers to others' broadcasts that this hub feeds; 0: it passes nothing on. */
  rebroadcastMax: number;
  /** Number of frames sent together above a number of subscriptions; the last entry that applies counts. */
  joinAbove: readonly { subscriptions: number; frames: number }[];
}

export const usualFanOut: FanOutInit = {
  directMax: audioLimits.directSubscriptionsMax,
  subscriptionsMax: audioLimits.subscriptionsMax,
  rebroadcastMax: 0,
  joinAbove: audioLimits.joinAbove,
};

/**
 * Decides which hub feeds which: how a broadcaster spreads subscribers over a tree, and how it batches frames. No I/O.
 */
export class FanOut {
  readonly #init: FanOutInit;

  constructor(init: FanOutInit = usualFanOut) {
    this.#init = init;
  }

  framesPerSend(subscriptionCount: number): number {
    const applying = this.#init.joinAbove.findLast(({ subscriptions }) => subscriptionCount > subscriptions);
    return applying?.frames ?? 1;
  }

  /** No room at all, whatever the asker wants. */
  full(live: readonly Subscriber[], request: SubscribeRequest, peerId: string): boolean {
    if (live.length >= this.#init.subscriptionsMax) return true;
    if (live.filter((other) => other.peerId === peerId).length >= audioLimits.subscriptionsPerPeerMax)
      return true;
    if (request.origin === undefined) return false;
    const fed = live.filter((other) => other.request?.origin !== undefined).length;
    return fed >= this.#init.rebroadcastMax;
  }

  /** There is room, but others should feed this asker; it may insist when it knows none of them. */
  crowded(live: readonly Subscriber[], request: SubscribeRequest): boolean {
    return request.origin === undefined && !request.direct && live.length >= this.#init.directMax;
  }

  /** Subscribers that pass this broadcast on, those first that were named least often for what they offer. */
  hubs(live: readonly Subscriber[], request: SubscribeRequest, peerId: string): string[] {
    const able = live.filter(
      (other) =>
        (other.request?.rebroadcast ?? 0) > 0 &&
        other.request?.broadcast === request.broadcast &&
        other.request.origin === request.origin &&
        other.peerId !== peerId &&
        !request.without?.includes(other.peerId),
    );
    const load = (hub: Subscriber) => hub.redirectCount / (hub.request?.rebroadcast ?? 1);
    const hubs = able.sort((a, b) => load(a) - load(b)).slice(0, audioLimits.hubsNamedMax);
    if (hubs[0]) hubs[0].redirectCount += 1;
    return hubs.map((hub) => hub.peerId);
  }
}
