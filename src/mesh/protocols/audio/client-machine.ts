import type { Audience, BroadcastInfo, Frame, Playing, StreamEndReason } from '#contracts/audio.ts';
import { TokenBucket } from '../wire/token-bucket.ts';
import { audioLimits } from './limits.ts';
import { isWellFormed } from './packet-form.ts';
import type { Refusal, SubscribeRequest, WireEndReason, WireRecord } from './records.ts';
import { lasts20Ms } from './toc.ts';

export type ClientRequest = { type: 'catalogue-request' } | ({ type: 'subscribe' } & SubscribeRequest);

export type ClientAnswer =
  | { is: 'catalogue'; broadcasts: BroadcastInfo[] }
  | { is: 'accepted'; title: string; audience?: Audience | undefined }
  | { is: 'refused'; code: Refusal; hubs: readonly string[] };

/** What the caller has to do, in order. */
export type ClientEffect =
  | { do: 'send'; record: WireRecord }
  | { do: 'answer'; answer: ClientAnswer }
  | { do: 'deliver'; frame: Frame }
  /** Nothing is delivered after this effect. */
  | { do: 'end'; reason: StreamEndReason }
  | { do: 'close' }
  | { do: 'abort'; violation: string };

type State = 'asking' | 'live' | 'over';

/** The subscriber's end of one stream. No I/O and no clock: `nowMs` is monotonic and comes with every call. */
export class ClientMachine {
  #state: State = 'asking';
  readonly #request: ClientRequest['type'];
  readonly #frames: TokenBucket;
  readonly #controls: TokenBucket;
  #heardAtMs: number;
  #ackedAtMs: number;
  #framesReceived = 0;
  /** Announcements for frames still to come, and the one that applies to arriving frames. */
  #announced: Playing[] = [];
  #playing: Playing | undefined;

  constructor(request: ClientRequest['type'], nowMs: number) {
    this.#request = request;
    this.#heardAtMs = nowMs;
    this.#ackedAtMs = nowMs;
    this.#frames = new TokenBucket(
      { perSecond: audioLimits.framesPerSecondMax, burst: audioLimits.framesBurstMax },
      nowMs,
    );
    this.#controls = new TokenBucket(
      { perSecond: audioLimits.controlsPerSecondMax, burst: audioLimits.controlsBurstMax },
      nowMs,
    );
  }

  get state(): State {
    return this.#state;
  }

  received(record: WireRecord, nowMs: number): ClientEffect[] {
    if (this.#state === 'over') return [];
    this.#heardAtMs = nowMs;
    if (this.#state === 'asking') return this.#answered(record, nowMs);
    if (record.type === 'frame') return this.#frame(record.frame, nowMs);
    if (!this.#controls.take(nowMs)) return this.violated('too many records per second');
    if (record.type === 'heartbeat') return [];
    if (record.type === 'playing') return this.#announce(record);
    if (record.type === 'end') return this.#finish([{ do: 'end', reason: reasonOf(record) }]);
    return this.violated(`unexpected ${record.type} record`);
  }

  /** `unsubscribed`: the listener ended it. `lost`: our node stops, and may be back. */
  cancelled(reason: 'unsubscribed' | 'lost'): ClientEffect[] {
    if (this.#state === 'over') return [];
    const wasLive = this.#state === 'live';
    const effects: ClientEffect[] = [{ do: 'send', record: { type: 'unsubscribe' } }];
    return this.#finish(wasLive ? [...effects, { do: 'end', reason }] : effects);
  }

  /** Trust in the broadcaster was withdrawn here. */
  revoked(): ClientEffect[] {
    if (this.#state === 'over') return [];
    return this.#finish(this.#state === 'live' ? [{ do: 'end', reason: 'revoked' }] : []);
  }

  /** The stream ended without an end record: libp2p reports time-outs, cuts and resets alike. */
  closed(): ClientEffect[] {
    return this.#lost([]);
  }

  violated(violation: string): ClientEffect[] {
    return this.#lost([{ do: 'abort', violation }]);
  }

  tick(nowMs: number): ClientEffect[] {
    if (this.#state !== 'live') return [];
    if (nowMs - this.#heardAtMs >= audioLimits.silenceMaxMs) return this.violated('silent for too long');
    if (nowMs - this.#ackedAtMs < audioLimits.ackIntervalMs) return [];
    this.#ackedAtMs = nowMs;
    return [{ do: 'send', record: { type: 'ack', framesReceived: this.#framesReceived >>> 0 } }];
  }

  #answered(record: WireRecord, nowMs: number): ClientEffect[] {
    if (record.type === 'refused') {
      return this.#finish([
        { do: 'answer', answer: { is: 'refused', code: record.code, hubs: record.hubs ?? [] } },
      ]);
    }
    if (this.#request === 'catalogue-request' && record.type === 'catalogue') {
      return this.#finish([{ do: 'answer', answer: { is: 'catalogue', broadcasts: record.broadcasts } }]);
    }
    if (this.#request === 'subscribe' && record.type === 'accepted') {
      this.#state = 'live';
      this.#ackedAtMs = nowMs;
      return [{ do: 'answer', answer: { is: 'accepted', title: record.title, audience: record.audience } }];
    }
    // The broadcast may end between our request and its answer.
    if (this.#request === 'subscribe' && record.type === 'end') {
      return this.#finish([{ do: 'answer', answer: { is: 'refused', code: 'stopping', hubs: [] } }]);
    }
    return this.violated(`unexpected ${record.type} record`);
  }

  #frame(frame: Frame, nowMs: number): ClientEffect[] {
    if (!this.#frames.take(nowMs)) return this.violated('too many frames per second');
    if (!lasts20Ms(frame.payload)) return this.violated('a frame that does not last 20 ms');
    if (!isWellFormed(frame.payload)) return this.violated('a frame that breaks the rules of Opus');
    this.#framesReceived += 1;
    return [{ do: 'deliver', frame: this.#withPlaying(frame) }];
  }

  #announce({ streamId, sequence, name, title }: Playing): ClientEffect[] {
    this.#announced = [...this.#announced, { streamId, sequence, name, title }].slice(
      -audioLimits.announcedMax,
    );
    return [];
  }

  /**
   * The announcement may arrive before its first frame, which may be lost; it doesn't apply to another start of the
   * broadcast.
   */
  #withPlaying(frame: Frame): Frame {
    const begun = this.#announced.findLastIndex(
      ({ streamId, sequence }) => streamId === frame.streamId && ((frame.sequence - sequence) | 0) >= 0,
    );
    if (begun >= 0) this.#playing = this.#announced.splice(0, begun + 1).at(-1);
    return this.#playing?.streamId === frame.streamId ? { ...frame, playing: this.#playing } : frame;
  }

  #lost(effects: ClientEffect[]): ClientEffect[] {
    if (this.#state === 'over') return [];
    const wasLive = this.#state === 'live';
    this.#state = 'over';
    return wasLive ? [...effects, { do: 'end', reason: 'lost' }] : effects;
  }

  #finish(effects: ClientEffect[]): ClientEffect[] {
    this.#state = 'over';
    return [...effects, { do: 'close' }];
  }
}

function reasonOf({
  reason,
  narrowed,
  unserved,
}: {
  reason: WireEndReason;
  narrowed?: boolean | undefined;
  unserved?: boolean | undefined;
}): StreamEndReason {
  if (unserved && reason === 'broadcast-ended') return 'unserved';
  if (narrowed && reason === 'broadcast-ended') return 'narrowed';
  return reason === 'node-stopped' ? 'lost' : reason;
}
