import {
  burstKept,
  type Frame,
  type FrameSink,
  type FrameSubscription,
  type StreamEndReason,
} from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import { Recent } from '#core/recent.ts';

/** A broadcast of another community that this hub hears, and may pass on. */
export interface HeardBroadcast {
  readonly title: string;
  /** The sink's `end` gets `lost` whatever ended it here, unless its maker ended it, for all or for neighbours. */
  subscribe(sink: FrameSink): FrameSubscription;
}

/** Takes what arrives of a heard broadcast. */
export interface Tap {
  frame(frame: Frame): void;
  end(reason: StreamEndReason): void;
}

/** What this hub hears of other communities now, offered to those that the broadcaster couldn't serve. */
export class Rebroadcasts {
  readonly #clock: Clock;
  readonly #heard = new Map<string, Heard>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  /** Undefined when it is not heard, or no longer. */
  find(originPeerId: string, broadcastId: string): HeardBroadcast | undefined {
    return this.#heard.get(keyOf(originPeerId, broadcastId));
  }

  /**
   * The broadcast is heard from now on. A second subscription to the same broadcast isn't passed on while the first
   * lasts.
   */
  begin(originPeerId: string, broadcastId: string, title: string): Tap {
    const key = keyOf(originPeerId, broadcastId);
    if (this.#heard.has(key)) return { frame: () => {}, end: () => {} };
    const heard = new Heard(this.#clock, title);
    this.#heard.set(key, heard);
    return {
      frame: (frame) => heard.frame(frame),
      end: (reason) => {
        if (this.#heard.get(key) === heard) this.#heard.delete(key);
        heard.end(reason);
      },
    };
  }
}

class Heard implements HeardBroadcast {
  readonly title: string;
  readonly #sinks = new Set<FrameSink>();
  readonly #recent: Recent<Frame>;

  constructor(clock: Clock, title: string) {
    this.title = title;
    this.#recent = new Recent({ clock }, burstKept);
  }

  subscribe(sink: FrameSink): FrameSubscription {
    for (const frame of this.#recent.last(sink.burstMs ?? 0)) sink.frame(frame);
    this.#sinks.add(sink);
    return { cancel: () => void this.#sinks.delete(sink) };
  }

  frame(frame: Frame): void {
    this.#recent.add(frame);
    for (const sink of this.#sinks) sink.frame(frame);
  }

  end(reason: StreamEndReason): void {
    const isMakers = reason === 'broadcast-ended' || reason === 'narrowed' || reason === 'unserved';
    const passedOn = isMakers ? reason : 'lost';
    for (const sink of [...this.#sinks]) sink.end(passedOn);
    this.#sinks.clear();
  }
}

function keyOf(originPeerId: string, broadcastId: string): string {
  return `${originPeerId}/${broadcastId}`;
}
