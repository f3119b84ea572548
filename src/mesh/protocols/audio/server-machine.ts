import type { Audience, BroadcastInfo, Frame, Playing, StreamEndReason } from '#contracts/audio.ts';
import { cleanLine } from '#core/text/clean-line.ts';
import { TokenBucket } from '../wire/token-bucket.ts';
import { FrameQueue } from './frame-queue.ts';
import { audioLimits } from './limits.ts';
import {
  codecDescription,
  type Refusal,
  type SubscribeRequest,
  type WireEndReason,
  type WireRecord,
} from './records.ts';

/** What the handler has to do, in order. */
export type ServerEffect =
  | { do: 'send'; record: WireRecord }
  /** Ask the catalogue; answer with `catalogue`. */
  | { do: 'list' }
  /** Ask the catalogue; answer with `accepted` or `refused`. */
  | { do: 'subscribe'; request: SubscribeRequest }
  /** Give the subscription back to the catalogue. */
  | { do: 'cancel' }
  /** Flush what was sent, then close. */
  | { do: 'close' }
  | { do: 'abort'; violation: string };

type State = 'awaiting-request' | 'subscribing' | 'live' | 'over';

/** The broadcaster's end of one stream. No I/O and no clock: `nowMs` is monotonic and comes with every call. */
export class ServerMachine {
  #state: State = 'awaiting-request';
  readonly #openedAtMs: number;
  readonly #controls: TokenBucket;
  readonly #queue = new FrameQueue({
    countMax: audioLimits.framesQueuedMax,
    ageMaxMs: audioLimits.queuedMaxMs,
  });
  #heardAtMs: number;
  #sentAtMs: number;
  #framesSent = 0;
  #framesAcknowledged = 0;
  #wantsPlaying = false;
  #playingTold: Playing | undefined;

  constructor(nowMs: number) {
    this.#openedAtMs = nowMs;
    this.#heardAtMs = nowMs;
    this.#sentAtMs = nowMs;
    this.#controls = new TokenBucket(
      { perSecond: audioLimits.controlsPerSecondMax, burst: audioLimits.controlsBurstMax },
      nowMs,
    );
  }

  get state(): State {
    return this.#state;
  }

  get framesSent(): number {
    return this.#framesSent;
  }

  /** Dropped because the subscriber was too slow. */
  get framesDropped(): number {
    return this.#queue.droppedCount;
  }

  get framesQueued(): number {
    return this.#queue.length;
  }

  received(record: WireRecord, nowMs: number): ServerEffect[] {
    if (this.#state === 'over') return [];
    this.#heardAtMs = nowMs;
    if (!this.#controls.take(nowMs)) return this.#violated('too many records per second');
    if (this.#state === 'awaiting-request') return this.#request(record);
    if (record.type === 'ack') return this.#acknowledged(record.framesReceived);
    if (record.type === 'unsubscribe') return this.ended('unsubscribed');
    return this.#violated(`unexpected ${record.type} record`);
  }

  catalogue(broadcasts: readonly BroadcastInfo[]): ServerEffect[] {
    const listed = broadcasts.slice(0, audioLimits.catalogueEntriesMax).map((info) => ({
      id: info.id,
      title: cleanLine(info.title, audioLimits.titleLengthMax),
      ...(info.name === undefined ? {} : { name: cleanLine(info.name, audioLimits.titleLengthMax) }),
      startedAtMs: info.startedAtMs,
      subscriberCount: info.subscriberCount,
      ...(info.audience ? { audience: info.audience } : {}),
      ...(info.origin ? { origin: info.origin } : {}),
    }));
    return this.#finish([{ do: 'send', record: { type: 'catalogue', broadcasts: listed } }]);
  }

  accepted(title: string, audience?: Audience): ServerEffect[] {
    if (this.#state !== 'subscribing') return [{ do: 'cancel' }];
    this.#state = 'live';
    const clean = cleanLine(title, audioLimits.titleLengthMax);
    const accepted = { type: 'accepted', title: clean, codec: codecDescription } as const;
    return [{ do: 'send', record: { ...accepted, ...(audience ? { audience } : {}) } }];
  }

  /** `hubs`: subscribers that pass the broadcast on. */
  refused(code: Refusal, hubs: readonly string[] = []): ServerEffect[] {
    const named = hubs.length > 0 ? { hubs: [...hubs] } : {};
    return this.#finish([{ do: 'send', record: { type: 'refused', code, ...named } }]);
  }

  /** Frames of a burst are offered before the subscription is accepted, and sent after. */
  offer(frame: Frame, nowMs: number): void {
    if (this.#state === 'live' || this.#state === 'subscribing') this.#queue.push(frame, nowMs);
  }

  /** How long the oldest frame has been waiting; 0 without any. */
  waitingMs(nowMs: number): number {
    return this.#queue.oldestMs(nowMs);
  }

  /**
   * The next frames to send while the stream takes more, at most `countMax`. None once 2 s are unacknowledged: data in
   * windows and socket buffers can't be taken back, so a slow subscriber would hear an ever older past.
   */
  next(nowMs: number, countMax: number): Frame[] {
    const frames: Frame[] = [];
    if (this.#state !== 'live') return frames;
    const room = audioLimits.framesInFlightMax - (this.#framesSent - this.#framesAcknowledged);
    while (frames.length < Math.min(room, countMax)) {
      const frame = this.#queue.take(nowMs);
      if (!frame) break;
      frames.push(frame);
    }
    if (frames.length > 0) this.#sentAtMs = nowMs;
    this.#framesSent += frames.length;
    return frames;
  }

  /**
   * Records that must precede these frames if the subscriber asked for them: what is heard with the frames, where that
   * changes.
   */
  before(frames: readonly Frame[]): WireRecord[] {
    const records: WireRecord[] = [];
    for (const { playing } of this.#wantsPlaying ? frames : []) {
      if (!playing || playing === this.#playingTold) continue;
      this.#playingTold = playing;
      const { streamId, sequence } = playing;
      const [name, title] = [playing.name, playing.title].map((text) =>
        cleanLine(text, audioLimits.titleLengthMax),
      ) as [string, string];
      records.push({ type: 'playing', streamId, sequence, name, title });
    }
    return records;
  }

  /** The broadcast is over, trust is withdrawn, the node stops, or the subscriber ends it. */
  ended(reason: WireEndReason | StreamEndReason): ServerEffect[] {
    if (this.#state === 'over') return [];
    if (this.#state === 'awaiting-request') return this.#finish([]);
    return this.#finish([{ do: 'cancel' }, { do: 'send', record: { type: 'end', ...wireEndOf(reason) } }]);
  }

  /** The stream is closed, for any reason. */
  closed(): ServerEffect[] {
    if (this.#state === 'over') return [];
    this.#over();
    return [{ do: 'cancel' }];
  }

  violated(violation: string): ServerEffect[] {
    return this.#state === 'over' ? [] : this.#violated(violation);
  }

  tick(nowMs: number): ServerEffect[] {
    if (this.#state === 'awaiting-request') {
      const late = nowMs - this.#openedAtMs >= audioLimits.answerTimeoutMs;
      return late ? this.#violated('no request in time') : [];
    }
    if (this.#state !== 'live') return [];
    if (nowMs - this.#heardAtMs >= audioLimits.silenceMaxMs) return this.#violated('silent for too long');
    if (nowMs - this.#sentAtMs < audioLimits.heartbeatIntervalMs) return [];
    this.#sentAtMs = nowMs;
    return [{ do: 'send', record: { type: 'heartbeat' } }];
  }

  #request(record: WireRecord): ServerEffect[] {
    this.#state = 'subscribing';
    if (record.type === 'catalogue-request') return [{ do: 'list' }];
    if (record.type === 'subscribe') {
      const { type: _, ...request } = record;
      this.#wantsPlaying = request.playing === true;
      return [{ do: 'subscribe', request }];
    }
    return this.#violated(`unexpected ${record.type} record`);
  }

  #acknowledged(framesReceived: number): ServerEffect[] {
    // Both count modulo 2^32.
    const advance = (framesReceived - this.#framesAcknowledged) >>> 0;
    if (advance > this.#framesSent - this.#framesAcknowledged) {
      return this.#violated('acknowledged frames that were not sent');
    }
    this.#framesAcknowledged += advance;
    return [];
  }

  #violated(violation: string): ServerEffect[] {
    this.#over();
    return [{ do: 'cancel' }, { do: 'abort', violation }];
  }

  #finish(effects: ServerEffect[]): ServerEffect[] {
    this.#over();
    return [...effects, { do: 'close' }];
  }

  #over(): void {
    this.#state = 'over';
    this.#queue.clear();
  }
}

/** A subscriber that knows neither field gets an end. */
function wireEndOf(reason: WireEndReason | StreamEndReason): {
  reason: WireEndReason;
  narrowed?: true;
  unserved?: true;
} {
  if (reason === 'unserved') return { reason: 'broadcast-ended', unserved: true };
  if (reason === 'narrowed') return { reason: 'broadcast-ended', narrowed: true };
  return { reason: reason === 'lost' ? 'node-stopped' : reason };
}
