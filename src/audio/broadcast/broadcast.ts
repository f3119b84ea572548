import type { BroadcastView } from '#contracts/actions/broadcast.ts';
import {
  type BroadcastInfo,
  burstKept,
  type Frame,
  type FrameSink,
  type FrameSubscription,
  type StreamEndReason,
} from '#contracts/audio.ts';
import { Recent } from '#core/recent.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { audioErrors, shown } from '../errors.ts';
import type { FeedComponents } from '../source/chain/feed.ts';
import { SourceChain } from '../source/chain/source-chain.ts';
import type { SourceEvent, SourceFrame, SourceRequest, SourceSwitch } from '../source/contract.ts';
import type { SourceOpener } from '../source/source-opener.ts';
import { Pacer } from './pacer.ts';

const titleLengthMax = 100;

export interface BroadcastComponents extends FeedComponents {
  sources: SourceOpener;
}

export interface SourceTimes {
  openTimeoutMs: number;
  idleTimeoutMs: number;
  stallTimeoutMs: number;
  returnAfterMs: number;
}

export interface BroadcastInit extends SourceTimes, Omit<SourceRequest, 'name' | 'onEvent'> {
  id: string;
  /** In order of preference. */
  sources: readonly string[];
  /** What people called it; without, it is called what the source calls itself. */
  title?: string | undefined;
  startedAtMs: number;
  subscribersMax: number;
  /** Tried again from the first failure on, instead of failing: for what had been running before. */
  patient: boolean;
  onFrame: (frame: Frame) => void;
  onSwitch?: (event: SourceSwitch) => void;
  /** No frame follows: the file is over. Not called after `stop`. */
  onOver: () => void;
}

/** One programme on the air: its sources, a pace of 20 ms, and whoever listens. */
export class Broadcast {
  readonly id: string;
  readonly #components: BroadcastComponents;
  readonly #init: BroadcastInit;
  readonly #streamId: number;
  readonly #chain: SourceChain;
  readonly #stopping = new AbortController();
  readonly #sinks = new Set<FrameSink>();
  readonly #recent: Recent<Frame>;
  #filling = false;
  #sequence = 0;
  #framesSent = 0;
  #sourceTitle = '';
  #nowPlaying = '';
  #lastSwitch: BroadcastView['lastSwitch'];

  constructor(components: BroadcastComponents, init: BroadcastInit) {
    this.id = init.id;
    this.#components = components;
    this.#init = init;
    this.#streamId = Buffer.from(components.chance.bytes(4)).readUInt32LE();
    this.#chain = this.#newChain();
    this.#recent = new Recent(components, burstKept);
  }

  /** Resolves when the first frame is out; rejects with why there is none. */
  start(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#abort(signal.reason);
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
    for (const frame of this.#recent.last(sink.burstMs ?? 0)) own.frame(frame);
    this.#sinks.add(own);
    return { cancel: () => void this.#sinks.delete(own) };
  }

  /** Subscribers are told; idempotent. */
  stop(): void {
    this.#abort(audioErrors.AUDIO_BROADCAST_STOPPED({ broadcast: this.id }));
    this.#finish('broadcast-ended');
  }

  /** Resolves once the next source that can is heard. Throws AUDIO_SINGLE_SOURCE, AUDIO_NO_NEXT_SOURCE. */
  async next(signal: AbortSignal): Promise<void> {
    if (this.#init.sources.length < 2) throw audioErrors.AUDIO_SINGLE_SOURCE({ broadcast: this.title });
    const switched = await this.#chain.next(signal);
    if (!switched) throw audioErrors.AUDIO_NO_NEXT_SOURCE({ broadcast: this.title });
  }

  get title(): string {
    const own = this.#init.title ?? (this.#sourceTitle || shown(this.#init.sources[0] ?? ''));
    return cutGraphemes(this.#nowPlaying ? `${own}: ${this.#nowPlaying}` : own, titleLengthMax);
  }

  info(): BroadcastInfo {
    const { startedAtMs } = this.#init;
    const origin = this.#chain.inUse.facts?.origin;
    const info = { id: this.id, title: this.title, startedAtMs, subscriberCount: this.#sinks.size };
    return origin ? { ...info, origin } : info;
  }

  view(): BroadcastView {
    const inUse = this.#chain.inUse.name;
    const sources = this.#chain.entries().map(({ name, state, problem }) => ({
      ...{ source: name, state, inUse: name === inUse },
      ...(problem ? { problem: { code: problem.code, message: problem.message, next: problem.next } } : {}),
    }));
    return {
      ...this.info(),
      ...{ source: inUse, sources, state: this.#state(), framesSent: this.#framesSent },
      ...(this.#lastSwitch ? { lastSwitch: this.#lastSwitch } : {}),
    };
  }

  #state(): BroadcastView['state'] {
    if (this.#framesSent === 0) return 'starting';
    return this.#filling || this.#chain.health().state !== 'flowing' ? 'reconnecting' : 'live';
  }

  #newChain(): SourceChain {
    const { sources } = this.#components;
    return new SourceChain(this.#components, {
      ...this.#init,
      names: this.#init.sources,
      open: (name, onEvent) => sources.source({ ...this.#init, name, onEvent }),
      onEvent: (event) => this.#heard(event),
    });
  }

  #abort(reason: unknown): void {
    this.#stopping.abort(reason);
    this.#chain.stop();
  }

  async #run(onFirst: () => void): Promise<void> {
    const { signal } = this.#stopping;
    const pacer = new Pacer(this.#components.clock);
    await this.#chain.start(signal);
    for await (const frame of this.#chain.frames()) {
      await pacer.next(signal);
      this.#emit(frame);
      if (this.#framesSent === 1) onFirst();
    }
    signal.throwIfAborted();
    this.#finish('broadcast-ended');
    this.#stopping.abort();
    this.#init.onOver();
  }

  #emit({ captureTimeMs, filler, payload }: SourceFrame): void {
    this.#filling = filler === true;
    const frame: Frame = {
      streamId: this.#streamId,
      sequence: this.#sequence,
      captureTimeMs: captureTimeMs ?? this.#components.clock.nowMs(),
      payload,
    };
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#framesSent++;
    this.#init.onFrame(frame);
    this.#recent.add(frame);
    for (const sink of this.#sinks) sink.frame(frame);
  }

  #heard(event: SourceEvent): void {
    if (event.kind === 'switched') {
      this.#lastSwitch = { ...event, atMs: this.#components.clock.nowMs() };
      this.#init.onSwitch?.(event);
      return;
    }
    const title = cutGraphemes(event.title, titleLengthMax);
    if (event.kind === 'title') this.#nowPlaying = title;
    else {
      if (title !== this.#sourceTitle) this.#nowPlaying = '';
      this.#sourceTitle = title;
    }
  }

  #finish(reason: StreamEndReason): void {
    const sinks = [...this.#sinks];
    this.#sinks.clear();
    for (const sink of sinks) sink.end(reason);
  }
}
