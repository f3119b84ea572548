import { frameDurationMs } from '#contracts/audio.ts';
import { orAborted } from '#core/aborted.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import { Wake } from '#core/wake.ts';
import { audioErrors, shown } from '../../errors.ts';
import type {
  AudioSource,
  LeftOut,
  SourceFacts,
  SourceFrame,
  SourceHealth,
  SourceSwitch,
} from '../contract.ts';
import { type Choice, type ChoiceInit, choose, factsOf } from './choice.ts';
import { Feed, type FeedComponents, type FeedInit } from './feed.ts';
import { Gap } from './gap.ts';
import { Wish } from './wish.ts';

/** How often the choice is reviewed while sound flows. */
const reviewMs = 200;

export interface SourceChainInit extends ChoiceInit, Omit<FeedInit, 'name' | 'onChange' | 'onTurn'> {
  /** In order of preference; at least one. */
  names: readonly string[];
  /** Retries from the first failure on, instead of failing: for chains that had been running before. */
  patient: boolean;
  onSwitch: (event: SourceSwitch) => void;
  /** What was sent and not heard yet is to be dropped, and what has an earlier turn isn't to be sent. */
  onFlush?: (turn: number) => void;
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
  #feeds: readonly Feed[];
  #active = 0;
  #started = false;
  #stopped = false;
  #framesGiven = 0;
  readonly #gap: Gap;
  #lastFrameAtMs: number | undefined;
  #reviewedAtMs = 0;
  #queueChanged = false;
  readonly #wake: Wake;
  #wish: Wish | undefined;
  /** Somebody asked for the one in use. */
  #chosen = false;

  constructor(components: FeedComponents, init: SourceChainInit) {
    this.name = init.names.join(' | ');
    this.#components = components;
    this.#wake = new Wake(components);
    this.#init = init;
    this.#gap = new Gap(components.clock);
    this.#feeds = init.names.map((name) => this.#newFeed(name));
  }

  async start(signal: AbortSignal): Promise<SourceFacts> {
    if (this.#started) throw new Error('a source starts once');
    this.#started = true;
    const onAbort = () => this.stop();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      this.#gap.begin();
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
        const frame = this.#take();
        if (frame) yield frame;
        else if (this.#isOver()) return this.#requireWell();
        else if (this.#current.queue.length === 0)
          await this.#pause(this.#fills ? frameDurationMs : reviewMs);
      }
    } finally {
      this.stop();
    }
  }

  health(): SourceHealth {
    const { state, problem } = this.#current;
    return {
      state: this.#stopped
        ? 'over'
        : state === 'flowing' && this.#gap.lastedMs >= reviewMs
          ? 'waiting'
          : state,
      framesGiven: this.#framesGiven,
      ...(this.#lastFrameAtMs === undefined ? {} : { lastFrameAtMs: this.#lastFrameAtMs }),
      ...(problem ? { problem } : {}),
    };
  }

  stop(): void {
    this.#stopped = true;
    this.#grant(false);
    for (const feed of this.#feeds) feed.stop();
    this.#wake.now();
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
    this.#wake.now();
    const abandon = () => {
      if (this.#wish === wish) this.#grant(false);
    };
    return orAborted(signal, wish.settled.promise, { abandon });
  }

  /** Changes the sources after the first; those that remain go on. A wish for another source ends. */
  setOthers(names: readonly string[]): void {
    if (this.#stopped) return;
    const [first, ...before] = this.#feeds;
    if (!first) return;
    const current = this.#current;
    const others = names.map((name) => before.find((feed) => feed.name === name) ?? this.#newFeed(name));
    for (const feed of before) if (!others.includes(feed)) feed.stop();
    this.#grant(false);
    this.#feeds = [first, ...others];
    this.#active = Math.max(0, this.#feeds.indexOf(current));
    if (current !== this.#current) this.#init.onFlush?.(0);
    this.#review();
    this.#wake.now();
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

  /** A single source may pause, since nothing else is coming; what a queue plays next comes when it is wanted. */
  get #fills(): boolean {
    const mayFill = this.#feeds.length > 1 && this.#framesGiven > 0 && !this.#current.facts?.isQueue;
    return mayFill && this.#gap.isFilled;
  }

  /** A queue has nothing to play: whatever ends that wakes us. */
  get #rests(): boolean {
    const { state } = this.#current;
    return state === 'resting' || state === 'held';
  }

  #newFeed(name: string): Feed {
    const feed: Feed = new Feed(this.#components, {
      ...this.#init,
      name,
      onChange: () => {
        this.#queueChanged ||= feed.facts?.isQueue === true;
        this.#wake.now();
      },
      onTurn: (turn) => feed === this.#current && this.#init.onFlush?.(turn),
    });
    return feed;
  }

  #take(): SourceFrame | undefined {
    // What a queue plays now is heard before anything else is taken.
    if (this.#queueChanged) this.#review();
    let frame = this.#current.queue.takeNow();
    if (!frame) this.#gap.begin();
    if (!frame && this.#fills && !this.#isOver()) frame = this.#gap.filler();
    this.#reviewNowAndThen(frame === undefined);
    return frame && !frame.filler ? this.#given(frame) : frame;
  }

  #requireWell(): void {
    const { problem } = this.#current;
    if (problem) throw problem;
  }

  #given(frame: SourceFrame): SourceFrame {
    this.#framesGiven++;
    this.#lastFrameAtMs = this.#components.clock.monotonicMs();
    return this.#gap.end(frame);
  }

  #reviewNowAndThen(isDry: boolean): void {
    const sinceMs = this.#components.clock.monotonicMs() - this.#reviewedAtMs;
    if (isDry || sinceMs >= reviewMs || (this.#gap.sinceMs !== undefined && sinceMs >= frameDurationMs))
      this.#review();
  }

  #review(): void {
    this.#queueChanged = false;
    if (this.#stopped) return;
    const nowMs = this.#components.clock.monotonicMs();
    const sinceMs = nowMs - this.#reviewedAtMs;
    this.#reviewedAtMs = nowMs;
    const situation = {
      entries: this.#feeds.map(factsOf),
      active: this.#active,
      nowMs,
      drySinceMs: this.#gap.sinceMs,
      asked: this.#asked(),
      chosen: this.#chosen,
    };
    const { keep, use, why } = choose(situation, this.#init);
    if (why) this.#switch(use, why);
    this.#feeds.forEach((feed, index) => {
      feed.standby = index !== use;
      if (!keep.has(index)) feed.stop();
      else feed.run();
      if (feed.standby) feed.passTime(sinceMs);
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

  #switch(to: number, why: NonNullable<Choice['why']>): void {
    const from = this.#current;
    this.#active = to;
    this.#chosen = why === 'asked';
    const { name } = this.#current;
    const isQuiet = why === 'rests' || why === 'wakes' || why === 'held';
    this.#components.logger[isQuiet ? 'debug' : 'warn'](
      { from: shown(from.name), to: shown(name), why, err: from.problem },
      'source switched',
    );
    if (!isQuiet) this.#init.onSwitch({ from: from.name, to: name, why });
    // What comes from a queue is wanted now, and a pause silences everything.
    else if (why !== 'rests') this.#init.onFlush?.(0);
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

  /** Until something changes, or the time has passed; while a queue rests, only a change matters. */
  async #pause(limitMs: number): Promise<void> {
    if (!this.#stopped) await this.#wake.next(this.#rests ? undefined : limitMs);
  }
}

/** A source that never began is not retried automatically. */
function notTriedAgain(error: Error): Error {
  if (!isGuildmeshError(error, 'AUDIO_SOURCE_LOST')) return error;
  return audioErrors.AUDIO_SOURCE_LOST(
    { source: String(error.details.source), again: false },
    { cause: error.cause },
  );
}
