import type { BroadcastView } from '#contracts/actions/broadcast.ts';
import type {
  BroadcastInfo,
  Frame,
  FrameSink,
  FrameSubscription,
  StreamEndReason,
} from '#contracts/audio.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { audioErrors, shown } from '../errors.ts';
import { Pacer } from './pacer.ts';
import { Production, type ProductionComponents, type ProductionInit } from './production.ts';

const titleLengthMax = 100;

export interface BroadcastInit extends Omit<ProductionInit, 'onTitle' | 'onInterrupted'> {
  id: string;
  /** What people called it; without, it is called what the source calls itself. */
  title: string | undefined;
  startedAtMs: number;
  subscribersMax: number;
  onFrame: (frame: Frame) => void;
  /** No frame follows: the file is over. Not called after `stop`. */
  onOver: () => void;
}

/** One programme on the air: a source, a pace of 20 ms, and whoever listens. */
export class Broadcast {
  readonly id: string;
  readonly #components: ProductionComponents;
  readonly #init: BroadcastInit;
  readonly #streamId: number;
  readonly #stopping = new AbortController();
  readonly #sinks = new Set<FrameSink>();
  #state: BroadcastView['state'] = 'starting';
  #sequence = 0;
  #framesSent = 0;
  #sourceTitle = '';
  #nowPlaying = '';

  constructor(components: ProductionComponents, init: BroadcastInit) {
    this.id = init.id;
    this.#components = components;
    this.#init = init;
    this.#streamId = Buffer.from(components.chance.bytes(4)).readUInt32LE();
  }

  /** Resolves when the first frame is out; rejects with why there is none. */
  start(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#stopping.abort(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      const settled = () => signal.removeEventListener('abort', onAbort);
      void this.#run(() => {
        settled();
        resolve();
      }).catch((error: unknown) => {
        settled();
        this.#finish('lost');
        reject(error);
      });
    });
  }

  subscribe(sink: FrameSink): FrameSubscription {
    if (this.#stopping.signal.aborted) throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: this.id });
    if (this.#sinks.size >= this.#init.subscribersMax)
      throw audioErrors.AUDIO_BROADCAST_FULL({
        broadcast: this.id,
        subscribersMax: this.#init.subscribersMax,
      });
    // A sink of ours, so that one given twice is two subscriptions.
    const own: FrameSink = { frame: (frame) => sink.frame(frame), end: (reason) => sink.end(reason) };
    this.#sinks.add(own);
    return { cancel: () => void this.#sinks.delete(own) };
  }

  /** Subscribers are told; idempotent. */
  stop(): void {
    this.#stopping.abort(audioErrors.AUDIO_BROADCAST_STOPPED({ broadcast: this.id }));
    this.#finish('broadcast-ended');
  }

  get title(): string {
    const own = this.#init.title ?? (this.#sourceTitle || shown(this.#init.source));
    return cutGraphemes(this.#nowPlaying ? `${own}: ${this.#nowPlaying}` : own, titleLengthMax);
  }

  info(): BroadcastInfo {
    const { startedAtMs } = this.#init;
    return { id: this.id, title: this.title, startedAtMs, subscriberCount: this.#sinks.size };
  }

  view(): BroadcastView {
    return { ...this.info(), source: this.#init.source, state: this.#state, framesSent: this.#framesSent };
  }

  async #run(onFirst: () => void): Promise<void> {
    const { signal } = this.#stopping;
    const production = new Production(this.#components, {
      ...this.#init,
      onTitle: (title, kind) => this.#retitle(title, kind),
      onInterrupted: () => {
        this.#state = 'reconnecting';
      },
    });
    const sent = this.#send(production, onFirst, signal);
    // Whichever fails first ends the other, by the signal.
    const produced = production.run(signal).catch((error: unknown) => {
      this.#stopping.abort(error);
      throw error;
    });
    await Promise.all([produced, sent]);
    this.#finish('broadcast-ended');
    this.#stopping.abort();
    this.#init.onOver();
  }

  async #send(production: Production, onFirst: () => void, signal: AbortSignal): Promise<void> {
    const pacer = new Pacer(this.#components.clock);
    for (;;) {
      const payload = await production.queue.take(signal);
      if (!payload) return;
      await pacer.next(signal);
      this.#emit(payload);
      if (this.#framesSent === 1) onFirst();
    }
  }

  #emit(payload: Uint8Array): void {
    this.#state = 'live';
    const frame: Frame = {
      streamId: this.#streamId,
      sequence: this.#sequence,
      captureTimeMs: this.#components.clock.nowMs(),
      payload,
    };
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#framesSent++;
    this.#init.onFrame(frame);
    for (const sink of this.#sinks) sink.frame(frame);
  }

  #retitle(title: string, kind: 'source' | 'now'): void {
    const cut = cutGraphemes(title, titleLengthMax);
    if (kind === 'source') this.#sourceTitle = cut;
    // A file's own tags would only repeat its name.
    else if (this.#state !== 'starting' || this.#sourceTitle === '') this.#nowPlaying = cut;
  }

  #finish(reason: StreamEndReason): void {
    const sinks = [...this.#sinks];
    this.#sinks.clear();
    for (const sink of sinks) sink.end(reason);
  }
}
