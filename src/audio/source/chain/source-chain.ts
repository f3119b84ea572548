import { frameDurationMs } from '#contracts/audio.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import { audioErrors, shown } from '../../errors.ts';
import { silencePayload } from '../../opus/toc.ts';
import type {
  AudioSource,
  LeftOut,
  SourceFacts,
  SourceFrame,
  SourceHealth,
  SourceSwitch,
  SwitchReason,
} from '../contract.ts';
import { type ChoiceInit, choose } from './choice.ts';
import { Feed, type FeedComponents, type FeedInit } from './feed.ts';
import { Wish } from './wish.ts';

/** How often the choice is reviewed while sound flows. */
const reviewMs = 200;
/** Two slots: a source that is a little late causes no silence. */
const fillAfterMs = 2 * frameDurationMs;
/** Longer silence isn't sent: listeners' connections fall quiet automatically. */
const fillMsMax = 60_000;

export interface SourceChainInit extends ChoiceInit, Omit<FeedInit, 'name' | 'onChange'> {
  /** In order of preference; at least one. */
  names: readonly string[];
  /** Retries from the first failure on, instead of failing: for chains that had been running before. */
  patient: boolean;
  onSwitch: (event: SourceSwitch) => void;
}

export interface ChainEntry {
  name: string;
  state: Feed['state'];
  /** Why it doesn't flow; for a source that does, what people should know of how it plays. */
  problem: GuildmeshError | undefined;
  leftOut: LeftOut | undefined;
}

/**
 * Several sources as one that continues while any of them does. The first working one is heard; when it gives nothing
 * for the stall time-out, or is lost, the next takes over and the gap is filled with silence; better ones are retried
 * and used again once they have given sound for a while, unless somebody asked for the one in use. A single source is
 * kept alive.
 */
export class SourceChain implements AudioSource {
  readonly name: string;
  readonly #components: FeedComponents;
  readonly #init: SourceChainInit;
  readonly #feeds: readonly Feed[];
  #active = 0;
  #started = false;
  #stopped = false;
  #framesGiven = 0;
  #drySinceMs: number | undefined;
  /** Frames of silence sent since then. */
  #filledCount = 0;
  #lastFrameAtMs: number | undefined;
  #reviewedAtMs = 0;
  #wake: (() => void) | undefined;
  #wish: Wish | undefined;
  /** Somebody asked for the one in use. */
  #chosen = false;

  constructor(components: FeedComponents, init: SourceChainInit) {
    this.name = init.names.join(' | ');
    this.#components = components;
    this.#init = init;
    this.#feeds = init.names.map(
      (name) => new Feed(components, { ...init, name, onChange: () => this.#wake?.() }),
    );
  }

  async start(signal: AbortSignal): Promise<SourceFacts> {
    if (this.#started) throw new Error('a source starts once');
    this.#started = true;
    const onAbort = () => this.stop();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      this.#drySinceMs = this.#components.clock.monotonicMs();
      while (this.#current.queue.length === 0) {
        this.#review();
        if (this.#stopped || this.#isOver())
          throw notTriedAgain(this.#failure() ?? new Error('the source was stopped'));
        const failure = this.#init.patient ? undefined : this.#failure();
        if (failure) throw notTriedAgain(failure);
        if (this.#current.queue.length === 0) await this.#pause(reviewMs);
      }
      const { facts } = this.#current;
      if (!facts) throw new Error('a source gave sound before its facts');
      return facts;
    } catch (error) {
      this.stop();
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async *frames(): AsyncGenerator<SourceFrame, void, void> {
    try {
      while (!this.#stopped) {
        const frame = this.#current.queue.takeNow() ?? this.#filler();
        this.#reviewNowAndThen(frame === undefined);
        if (frame) {
          if (frame.filler) yield frame;
          else yield this.#given(frame);
        } else if (this.#isOver()) {
          const { problem } = this.#current;
          if (problem) throw problem;
          return;
        } else if (this.#current.queue.length === 0)
          await this.#pause(this.#fills ? frameDurationMs : reviewMs);
      }
    } finally {
      this.stop();
    }
  }

  health(): SourceHealth {
    const { state, problem } = this.#current;
    return {
      state: this.#stopped ? 'over' : state === 'flowing' && this.#isDry ? 'waiting' : state,
      framesGiven: this.#framesGiven,
      ...(this.#lastFrameAtMs === undefined ? {} : { lastFrameAtMs: this.#lastFrameAtMs }),
      ...(problem ? { problem } : {}),
    };
  }

  stop(): void {
    this.#stopped = true;
    this.#grant(false);
    for (const feed of this.#feeds) feed.stop();
    this.#wake?.();
  }

  /**
   * Changes to the next source that gives sound, after the last to the first; that one stays while it gives sound.
   * False when there is none: the one in use continues. Bounded by the time-out for opening each. Simultaneous wishes
   * count as one.
   */
  async next(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    if (this.#stopped) return false;
    this.#wish ??= new Wish(this.#feeds, this.#active);
    const wish = this.#wish;
    this.#wake?.();
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => {
      aborted.reject(signal.reason);
      if (this.#wish === wish) this.#grant(false);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([aborted.promise, wish.settled.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The source that is heard. */
  get inUse(): { name: string; facts: SourceFacts | undefined } {
    const { name, facts } = this.#current;
    return { name, facts };
  }

  entries(): ChainEntry[] {
    return this.#feeds.map(({ name, state, problem, facts }) => ({
      name,
      state,
      problem: problem ?? facts?.notice?.(),
      leftOut: facts?.leftOut?.(),
    }));
  }

  get #current(): Feed {
    const feed = this.#feeds[this.#active];
    if (!feed) throw new Error('a chain without sources');
    return feed;
  }

  get #isDry(): boolean {
    return (
      this.#drySinceMs !== undefined && this.#components.clock.monotonicMs() - this.#drySinceMs >= reviewMs
    );
  }

  /** A single source may pause: nothing else is coming. */
  get #fills(): boolean {
    return this.#feeds.length > 1 && this.#framesGiven > 0;
  }

  #filler(): SourceFrame | undefined {
    const nowMs = this.#components.clock.monotonicMs();
    this.#drySinceMs ??= nowMs;
    const dryMs = nowMs - this.#drySinceMs;
    if (!this.#fills || dryMs < fillAfterMs || dryMs > fillMsMax || this.#isOver()) return undefined;
    // As much as has passed and no more: a reader that doesn't keep the pace itself would get endless silence.
    if (this.#filledCount > (dryMs - fillAfterMs) / frameDurationMs) return undefined;
    this.#filledCount++;
    return { payload: silencePayload, filler: true };
  }

  #given(frame: SourceFrame): SourceFrame {
    // Silence has already passed for what it missed.
    const missedCount = Math.max(0, (frame.missedCount ?? 0) - this.#filledCount);
    this.#drySinceMs = undefined;
    this.#filledCount = 0;
    this.#framesGiven++;
    this.#lastFrameAtMs = this.#components.clock.monotonicMs();
    return frame.missedCount ? { ...frame, missedCount } : frame;
  }

  #reviewNowAndThen(isDry: boolean): void {
    const sinceMs = this.#components.clock.monotonicMs() - this.#reviewedAtMs;
    if (isDry || sinceMs >= reviewMs || (this.#drySinceMs !== undefined && sinceMs >= frameDurationMs))
      this.#review();
  }

  #review(): void {
    if (this.#stopped) return;
    const nowMs = this.#components.clock.monotonicMs();
    const sinceMs = nowMs - this.#reviewedAtMs;
    this.#reviewedAtMs = nowMs;
    const entries = this.#feeds.map((feed) => ({
      state: feed.state,
      queuedCount: feed.queue.length,
      flowingSinceMs: feed.flowingSinceMs,
      failed: feed.problem !== undefined,
    }));
    const situation = {
      entries,
      active: this.#active,
      nowMs,
      drySinceMs: this.#drySinceMs,
      asked: this.#asked(),
      chosen: this.#chosen,
    };
    const { keep, use, why } = choose(situation, this.#init);
    if (why) this.#switch(use, why);
    this.#feeds.forEach((feed, index) => {
      feed.standby = index !== use;
      if (!keep.has(index)) feed.stop();
      else feed.run();
      if (feed.standby) discard(feed, sinceMs);
    });
  }

  /** The wished source; a wish that can't be fulfilled ends. */
  #asked(): number | undefined {
    this.#wish?.review();
    const candidate = this.#wish?.candidate;
    if (candidate === undefined) this.#grant(false);
    return candidate;
  }

  #grant(granted: boolean): void {
    this.#wish?.settled.resolve(granted);
    this.#wish = undefined;
  }

  #switch(to: number, why: SwitchReason): void {
    const from = this.#current;
    this.#active = to;
    this.#chosen = why === 'asked';
    const { name } = this.#current;
    this.#components.logger.warn(
      { from: shown(from.name), to: shown(name), why, err: from.problem },
      'source switched',
    );
    this.#init.onSwitch({ from: from.name, to: name, why });
    // Asked for or not, another source is in use now.
    this.#grant(true);
  }

  /** Before the first frame: why none will come, once every source has been tried. */
  #failure(): GuildmeshError | undefined {
    if (this.#framesGiven > 0 || this.#feeds.some((feed) => !feed.problem && feed.state !== 'over'))
      return undefined;
    return this.#feeds.find(({ problem }) => problem)?.problem;
  }

  #isOver(): boolean {
    return this.#feeds.every(({ queue, state }) => state === 'over' && queue.length === 0);
  }

  /** Until something changes, or the time has passed. */
  async #pause(limitMs: number): Promise<void> {
    const changed = Promise.withResolvers<void>();
    this.#wake = changed.resolve;
    const timer = this.#components.clock.after(limitMs, changed.resolve);
    if (this.#stopped) changed.resolve();
    await changed.promise;
    timer.cancel();
    this.#wake = undefined;
  }
}

/** Drops what a source that stands by would have played meanwhile. A file waits for its turn instead. */
function discard(feed: Feed, elapsedMs: number): void {
  if (feed.facts?.pace !== 'stream') return;
  const played = Math.min(Math.floor(elapsedMs / frameDurationMs), feed.queue.length - 1);
  for (let index = 0; index < played; index++) feed.queue.takeNow();
}

/** A source that never began is not retried automatically. */
function notTriedAgain(error: Error): Error {
  if (!isGuildmeshError(error, 'AUDIO_SOURCE_LOST')) return error;
  return audioErrors.AUDIO_SOURCE_LOST(
    { source: String(error.details.source), again: false },
    { cause: error.cause },
  );
}
