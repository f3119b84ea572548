import type { Frame, FrameSink, FrameSubscription, StreamEndReason } from '#contracts/audio.ts';

/** A broadcast of another community that this hub hears, and may pass on. */
export interface HeardBroadcast {
  readonly title: string;
  /** The sink's `end` says `lost` whatever ended it here, unless the broadcast itself is over. */
  subscribe(sink: FrameSink): FrameSubscription;
}

/** Takes what arrives of a heard broadcast. */
export interface Tap {
  frame(frame: Frame): void;
  end(reason: StreamEndReason): void;
}

/** What this hub hears of other communities now, offered to those that couldn't be served there. */
export class Rebroadcasts {
  readonly #heard = new Map<string, Heard>();

  /** Undefined when it is not heard, or no longer. */
  find(originPeerId: string, broadcastId: string): HeardBroadcast | undefined {
    return this.#heard.get(keyOf(originPeerId, broadcastId));
  }

  /** From now on it is heard. A second subscription to the same broadcast isn't passed on while the first lasts. */
  begin(originPeerId: string, broadcastId: string, title: string): Tap {
    const key = keyOf(originPeerId, broadcastId);
    if (this.#heard.has(key)) return { frame: () => {}, end: () => {} };
    const heard = new Heard(title);
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

  constructor(title: string) {
    this.title = title;
  }

  subscribe(sink: FrameSink): FrameSubscription {
    this.#sinks.add(sink);
    return { cancel: () => void this.#sinks.delete(sink) };
  }

  frame(frame: Frame): void {
    for (const sink of this.#sinks) sink.frame(frame);
  }

  end(reason: StreamEndReason): void {
    const passedOn = reason === 'broadcast-ended' ? reason : 'lost';
    for (const sink of [...this.#sinks]) sink.end(passedOn);
    this.#sinks.clear();
  }
}

function keyOf(originPeerId: string, broadcastId: string): string {
  return `${originPeerId}/${broadcastId}`;
}
