import type { BroadcastView } from '#contracts/actions/broadcast.ts';
import {
  type Audience,
  burstKept,
  type Frame,
  type FrameSink,
  type FrameSubscription,
  frameDurationMs,
  type OwnBroadcastInfo,
  type StreamEndReason,
} from '#contracts/audio.ts';
import { type GuildmeshError, isGuildmeshError, problemOf } from '#core/errors.ts';
import { Recent } from '#core/recent.ts';
import { cleanLine } from '#core/text/clean-line.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { playingTitle } from '#core/text/playing-title.ts';
import { audioErrors, shown } from '../errors.ts';
import { Pacer } from '../flow/pacer.ts';
import type { FeedComponents } from '../source/chain/feed.ts';
import { SourceChain } from '../source/chain/source-chain.ts';
import type { SourceFrame, SourcePlaying, SourceRequest, SourceSwitch } from '../source/contract.ts';
import { liveChannelsOf } from '../source/source-name.ts';
import type { SourceOpener } from '../source/source-opener.ts';
import { ToldTitle, titleLengthMax } from './told-title.ts';

/** At most one minute is counted as missed at a time. */
const missedCountMax = 60_000 / frameDurationMs;

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
  /** The people who may hear it; every subscriber has been checked against it. */
  audience: Audience;
  /** Peer ids of the communities that may hear it beside its audience; asked again with each request. */
  sharedWith?: () => readonly string[];
  /** The name people gave it; without one, the name of its source. */
  title?: string | undefined;
  startedAtMs: number;
  subscribersMax: number;
  /** How much is sent at once after a start or a long pause, where the source has it. */
  aheadMs?: number;
  /** Retries from the first failure on, instead of failing: for broadcasts that had been running before. */
  patient: boolean;
  onFrame: (frame: Frame) => void;
  onSwitch?: (event: SourceSwitch) => void;
  /** Why it ends, if that is a failure; called before its listeners get the end. */
  onFailed?: (problem: GuildmeshError) => void;
  /** Called with the number of its listeners when that has changed. */
  onListeners?: (count: number) => void;
  /** No frame follows: the file has ended. Not called after `stop`. */
  onOver: () => void;
}

/** One programme on the air: its sources, a pace of 20 ms, and its listeners. */
export class Broadcast {
  readonly id: string;
  readonly #components: BroadcastComponents;
  readonly #init: BroadcastInit;
  readonly #streamId: number;
  readonly #chain: SourceChain;
  readonly #stopping = new AbortController();
  readonly #pacer: Pacer;
  readonly #sinks = new Map<FrameSink, { isFor: () => boolean; peerId: string | undefined }>();
  #sources: readonly string[];
  #audience: Audience;
  readonly #recent: Recent<Frame>;
  #filling = false;
  #sequence = 0;
  #framesSent = 0;
  readonly #title = new ToldTitle();
  /** The latest that a queue among its sources reported. */
  #turn = 0;
  #lastSwitch: BroadcastView['lastSwitch'];

  constructor(components: BroadcastComponents, init: BroadcastInit) {
    this.id = init.id;
    this.#components = components;
    this.#init = init;
    this.#sources = init.sources;
    this.#audience = init.audience;
    this.#streamId = Buffer.from(components.chance.bytes(4)).readUInt32LE();
    this.#chain = this.#newChain();
    this.#pacer = new Pacer(components.clock, init.aheadMs);
    this.#recent = new Recent(components, burstKept);
  }

  /** Resolves when the first frame was sent; rejects with the reason why there is none. */
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

  /**
   * `isFor` is called again whenever fewer may hear it; `peerId`: the community that it is, if it is one. Throws
   * AUDIO_UNKNOWN_BROADCAST, AUDIO_BROADCAST_FULL.
   */
  subscribe(sink: FrameSink, isFor: () => boolean, peerId?: string): FrameSubscription {
    if (this.#stopping.signal.aborted) throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: this.id });
    if (this.#sinks.size >= this.#init.subscribersMax)
      throw audioErrors.AUDIO_BROADCAST_FULL({
        broadcast: this.id,
        subscribersMax: this.#init.subscribersMax,
      });
    // A sink of our own, so that one that is passed twice gives two subscriptions.
    const own: FrameSink = {
      frame: (frame) => sink.frame(frame),
      flush: () => sink.flush?.(),
      end: (reason) => sink.end(reason),
    };
    for (const frame of this.#recent.last(sink.burstMs ?? 0)) own.frame(frame);
    this.#sinks.set(own, { isFor, peerId });
    this.#countListeners();
    return { cancel: () => this.#sinks.delete(own) && this.#countListeners() };
  }

  /** Subscribers get the end; idempotent. `lost`: it will be back in a moment. */
  stop(reason: 'broadcast-ended' | 'lost' | 'unserved' = 'broadcast-ended'): void {
    this.#abort(audioErrors.AUDIO_BROADCAST_STOPPED({ broadcast: this.id }));
    this.#finish(reason);
  }

  /** Subscribers outside the new audience get an end. */
  setAudience(audience: Audience): void {
    this.#audience = audience;
    this.narrow();
  }

  /** Communities that hear it now. */
  get peersHearing(): string[] {
    return [...new Set([...this.#sinks.values()].flatMap(({ peerId }) => peerId ?? []))];
  }

  /** Fewer may hear it than before: the others get an end. */
  narrow(): void {
    for (const [sink, hearing] of [...this.#sinks]) {
      if (hearing.isFor()) continue;
      this.#sinks.delete(sink);
      sink.end('narrowed');
    }
    this.#countListeners();
  }

  /** Resolves once the next working source is heard. Throws AUDIO_SINGLE_SOURCE, AUDIO_NO_NEXT_SOURCE. */
  async next(signal: AbortSignal): Promise<void> {
    if (this.#sources.length < 2) throw audioErrors.AUDIO_SINGLE_SOURCE({ broadcast: this.title });
    const switched = await this.#chain.next(signal);
    if (!switched) throw audioErrors.AUDIO_NO_NEXT_SOURCE({ broadcast: this.title });
  }

  /** Changes its sources after the first, while it goes on. */
  setOthers(names: readonly string[]): void {
    this.#sources = [...this.#sources.slice(0, 1), ...names];
    this.#chain.setOthers(names);
  }

  /** The programme's name, whatever plays. */
  get name(): string {
    const own = this.#init.title ?? (this.#title.said?.name || shown(this.#init.sources[0] ?? ''));
    return this.#init.title === undefined
      ? cleanLine(own, titleLengthMax)
      : cutGraphemes(own, titleLengthMax);
  }

  get title(): string {
    return playingTitle({ name: this.name, title: this.#title.title });
  }

  /** What its source says of itself and of what plays. */
  get said(): SourcePlaying | undefined {
    return this.#title.said;
  }

  info(): OwnBroadcastInfo {
    const { owner: guildId, startedAtMs } = this.#init;
    const origin = this.#chain.inUse.facts?.origin;
    const info = {
      id: this.id,
      guildId,
      audience: this.#audience,
      sharedWith: this.#sharedWith,
      liveChannelIds: liveChannelsOf(this.#sources),
      title: this.title,
      name: this.name,
      startedAtMs,
      subscriberCount: this.#sinks.size,
    };
    return origin ? { ...info, origin } : info;
  }

  view(): BroadcastView {
    const { liveChannelIds, sharedWith: _, ...info } = this.info();
    const inUse = this.#chain.inUse.name;
    const sources = this.#chain.entries().map(({ name, state, problem, leftOut }) => ({
      source: name,
      state: state === 'resting' || state === 'held' ? ('idle' as const) : state,
      inUse: name === inUse,
      ...(problem ? { problem: problemOf(problem) } : {}),
      ...(leftOut ? { leftOut: { ...leftOut, reasons: [...leftOut.reasons] } } : {}),
    }));
    return {
      ...info,
      live: liveChannelIds.length > 0,
      source: inUse,
      sources,
      state: this.#state(),
      framesSent: this.#framesSent,
      ...this.#title.view(this.#sequence),
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
      open: (name, onEvent) => sources.source({ ...this.#init, audience: this.#widest, name, onEvent }),
      onSwitch: (event) => {
        this.#lastSwitch = { ...event, atMs: this.#components.clock.nowMs() };
        this.#init.onSwitch?.(event);
      },
      onFlush: (turn) => this.#flush(turn),
    });
  }

  /** A later listener doesn't get what was dropped. */
  #flush(turn: number): void {
    this.#turn = Math.max(this.#turn, turn);
    this.#recent.clear();
    for (const sink of this.#sinks.keys()) sink.flush?.();
    // Peers don't flush: what came early would stay in their buffers as a delay.
    if (this.peersHearing.length === 0) this.#pacer.restart();
  }

  #countListeners(): void {
    this.#init.onListeners?.(this.#sinks.size);
  }

  get #sharedWith(): readonly string[] {
    return this.#init.sharedWith?.() ?? [];
  }

  /** What its sources are opened for: to them a single community is as much as any. */
  get #widest(): Audience {
    return this.#sharedWith.length > 0 ? 'neighbours' : this.#audience;
  }

  #abort(reason: unknown): void {
    this.#stopping.abort(reason);
    this.#chain.stop();
  }

  async #run(onFirst: () => void): Promise<void> {
    const { signal } = this.#stopping;
    await this.#chain.start(signal);
    try {
      for await (const frame of this.#chain.frames()) {
        await this.#pacer.next(signal);
        if ((frame.turn ?? this.#turn) < this.#turn) continue;
        this.#emit(frame);
        frame.onSent?.();
        if (this.#framesSent === 1) onFirst();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (this.#framesSent === 0 || !isGuildmeshError(error)) throw error;
      this.#init.onFailed?.(error);
    }
    signal.throwIfAborted();
    this.#finish('broadcast-ended');
    this.#stopping.abort();
    this.#init.onOver();
  }

  #emit({ captureTimeMs, filler, missedCount = 0, payload, playing }: SourceFrame): void {
    // Later frames are as late for listeners as they were for the source: listeners conceal the gap.
    if (this.#framesSent > 0) this.#sequence += Math.min(missedCount, missedCountMax);
    this.#sequence >>>= 0;
    this.#filling = filler === true;
    if (playing) this.#title.said = playing;
    const frame: Frame = {
      streamId: this.#streamId,
      sequence: this.#sequence,
      captureTimeMs: captureTimeMs ?? this.#components.clock.nowMs(),
      payload,
      playing: this.#title.with({ streamId: this.#streamId, sequence: this.#sequence }, this.name),
    };
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#framesSent++;
    this.#init.onFrame(frame);
    this.#recent.add(frame);
    for (const sink of this.#sinks.keys()) sink.frame(frame);
  }

  #finish(reason: StreamEndReason): void {
    const sinks = [...this.#sinks.keys()];
    this.#sinks.clear();
    for (const sink of sinks) sink.end(reason);
  }
}
