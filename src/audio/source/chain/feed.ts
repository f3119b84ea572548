import { frameDurationMs } from '#contracts/audio.ts';
import { backoffMs } from '#core/backoff.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { audioErrors, shown } from '../../errors.ts';
import { PacketQueue } from '../../flow/packet-queue.ts';
import type {
  AudioSource,
  SourceEvent,
  SourceFacts,
  SourceFrame,
  SourcePace,
  SourcePlaying,
} from '../contract.ts';
import { FlowFloor } from './flow-floor.ts';
import { type Attempt, Heard } from './heard.ts';
import { Watch } from './watch.ts';

/** Read ahead of what is sent: enough to reopen a file at its end without a gap. */
export const framesAheadMax = 100;
/** How far a radio may be ahead of what is sent before its oldest audio is dropped. */
const radioFramesMax = 500;
/** The same while it stands by: when it takes over, its sound is as new as possible. */
const standbyFramesMax = 25;
const reopenBackoff = { baseMs: 500, ceilingMs: 15_000 };
/** After a source has played this long, the pauses between attempts restart at the shortest. */
const healthyFrames = 5_000 / frameDurationMs;
/** After this many restarts without any progress, a source is given up. */
const fruitlessMax = 3;
/** Loops up to this length play from memory: reopening the source each time takes longer than the loop. */
export const shortLoopFramesMax = 1_000 / frameDurationMs;
/** How much of a loop plays from memory before the source is opened again. */
const shortLoopFrames = 60_000 / frameDurationMs;

export interface FeedComponents {
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface FeedInit {
  name: string;
  /** A new source of this name: once per attempt. */
  open: (name: string, onEvent: (event: SourceEvent) => void) => AudioSource;
  /** Restart a file at its end. */
  loop: boolean;
  openTimeoutMs: number;
  idleTimeoutMs: number;
  /** Its state has changed, or its queue is no longer empty. */
  onChange: () => void;
  /** Frames of turns before this one were dropped, and others that wait elsewhere must be. */
  onTurn?: (turn: number) => void;
}

/**
 * Keeps one wanted source flowing into a queue: opens it, reopens a looping file at its end, and retries with growing
 * pauses after a loss. Its titles go with the frames they are about; its owner decides whether they are heard.
 */
export class Feed {
  readonly name: string;
  readonly queue = new PacketQueue<SourceFrame>(radioFramesMax);
  /**
   * `waiting`: lost, or not opened yet, and retried later. `resting`, `held`: a queue that has nothing to play now, see
   * SourceEvent.
   */
  state: 'idle' | 'opening' | 'flowing' | 'waiting' | 'resting' | 'held' | 'over' = 'idle';
  facts: SourceFacts | undefined;
  /** Why it was last lost or could not be opened; absent while it flows. */
  problem: GuildmeshError | undefined;
  /** Monotonic time of the first frame since it was last opened. */
  flowingSinceMs: number | undefined;
  /** Reads in real time and drops what isn't taken, so that its sound is as live as possible. */
  standby = false;
  readonly #components: FeedComponents;
  readonly #init: FeedInit;
  #playing: SourcePlaying = { name: '', title: '' };
  #attempt = 0;
  #progress = new Heard();
  /** How far this attempt came. */
  #stage: 'asked' | 'opened' | 'played' = 'asked';
  #stopping: AbortController | undefined;
  #turn = 0;

  constructor(components: FeedComponents, init: FeedInit) {
    this.name = init.name;
    this.#components = components;
    this.#init = init;
  }

  /** Starts or continues; does nothing while it runs. */
  run(): void {
    if (this.#stopping || this.state === 'over') return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    void this.#keepFlowing(stopping.signal).catch((err: unknown) => {
      if (!stopping.signal.aborted) this.#components.logger.error({ err, source: this.name }, 'feed ended');
    });
  }

  /** Closes the source; queued frames are dropped. */
  stop(): void {
    this.#stopping?.abort(new Error('the feed was stopped'));
    this.#stopping = undefined;
    if (this.state !== 'over') this.state = 'idle';
    this.flowingSinceMs = undefined;
    this.queue.clear();
    // The dropped frames were not heard: counting restarts.
    this.#progress = new Heard();
  }

  /** Drops what it would have played while it stood by. A file waits for its turn instead. */
  passTime(elapsedMs: number): void {
    if (this.facts?.pace !== 'stream') return;
    const played = Math.min(Math.floor(elapsedMs / frameDurationMs), this.queue.length - 1);
    for (let index = 0; index < played; index++) this.queue.takeNow();
  }

  async #keepFlowing(signal: AbortSignal): Promise<void> {
    for (;;) {
      const outcome = await this.#playOnce(signal).catch((error: unknown) => this.#lost(error, signal));
      if (outcome === 'over' || this.#isGivenUp()) {
        this.#enter('over');
        return;
      }
      if (outcome === 'again') {
        await this.#repeatShort(signal);
        continue;
      }
      this.#enter('waiting');
      const { chance, clock } = this.#components;
      await clock.sleep(backoffMs(chance, reopenBackoff, this.#attempt++), signal);
    }
  }

  async #playOnce(signal: AbortSignal): Promise<'over' | 'again' | 'lost'> {
    const watch = new Watch(this.#components.clock, signal);
    let source: AudioSource | undefined;
    let attempt: Attempt | undefined;
    try {
      // At the end of a looping file, frames that were read ahead still play.
      if (this.state !== 'flowing') this.#enter('opening');
      this.#stage = 'asked';
      watch.expect(this.#init.openTimeoutMs, (ms) => this.#timeout(ms));
      const events = new EventsInOrder((event) => this.#heard(event));
      source = this.#init.open(this.name, (event) => {
        if (event.kind !== 'turn' && event.kind !== 'rests') events.heard(event);
        else if (!watch.signal.aborted) this.#queueSays(event);
      });
      const opened = source;
      watch.signal.addEventListener('abort', () => opened.stop(), { once: true });
      this.facts = await source.start(watch.signal);
      this.#stage = 'opened';
      events.named(this.facts.title);
      if (this.facts.isQueue) {
        watch.relax();
        await this.#readQueue(source, watch.signal);
        watch.signal.throwIfAborted();
        return 'over';
      }
      attempt = this.#progress.attempt(this.facts.pace);
      await this.#read(source, this.facts.pace, watch, attempt);
      watch.signal.throwIfAborted();
      if (attempt.takenCount === 0) throw this.#nothingFound();
      // A file that doesn't identify itself as one ends at the same place again.
      if (this.facts.pace !== 'file' && !attempt.isWhole) return this.#lost(undefined, signal);
      this.problem = undefined;
      return this.#init.loop ? 'again' : 'over';
    } catch (error) {
      if (attempt?.isFruitless && ++this.#progress.fruitless >= fruitlessMax) throw this.#stuck(error);
      // The reason of an abort says more than the error that it caused.
      watch.signal.throwIfAborted();
      throw error;
    } finally {
      watch.relax();
      source?.stop();
    }
  }

  async #read(source: AudioSource, pace: SourcePace, watch: Watch, attempt: Attempt): Promise<void> {
    const { clock } = this.#components;
    const floor = new FlowFloor(clock);
    let count = 0;
    for await (const frame of source.frames()) {
      watch.relax();
      this.#stage = 'played';
      const percent = floor.frame();
      if (percent !== undefined) throw this.#slow(percent);
      const heldFromMs = clock.monotonicMs();
      const playing = frame.playing ?? this.#playing;
      for (const given of attempt.take({ ...frame, playing })) {
        if (count === 0) this.#flows();
        await this.#give(given, pace, watch.signal);
        if (++count === healthyFrames) this.#attempt = 0;
      }
      floor.held(clock.monotonicMs() - heldFromMs);
      watch.expect(this.#init.idleTimeoutMs, (ms) => this.#timeout(ms));
    }
  }

  /** What a queue plays may come again, and may take its time. */
  async #readQueue(source: AudioSource, signal: AbortSignal): Promise<void> {
    for await (const frame of source.frames()) {
      if ((frame.turn ?? this.#turn) < this.#turn) continue;
      this.#flows();
      await this.#give({ ...frame, playing: frame.playing ?? this.#playing }, 'file', signal);
    }
  }

  #queueSays(event: QueueEvent): void {
    if (event.kind === 'turn') {
      this.#turn = event.turn;
      this.queue.clear();
      this.#init.onTurn?.(event.turn);
    } else this.#enter(({ empty: 'resting', held: 'held', no: 'opening' } as const)[event.how]);
  }

  async #give(frame: SourceFrame, pace: SourcePace, signal: AbortSignal): Promise<void> {
    const wasEmpty = this.queue.length === 0;
    if (pace === 'radio') this.queue.giveNow(frame, this.standby ? standbyFramesMax : radioFramesMax);
    else await this.queue.give(frame, signal, framesAheadMax);
    if (wasEmpty) this.#init.onChange();
  }

  #heard(event: SourceEvent): void {
    if (event.kind === 'name') this.#playing = { name: event.title, title: '' };
    if (event.kind === 'title') this.#playing = { ...this.#playing, title: event.title };
  }

  /** At the end of a loop: plays it once more from its start. */
  async #repeatShort(signal: AbortSignal): Promise<void> {
    const short = this.#progress.whole(shortLoopFramesMax);
    this.#progress.forget();
    for (let given = 0; short && given < shortLoopFrames; given += short.length)
      for (const frame of short) await this.#give(frame, 'file', signal);
  }

  /** A loop may find another file in place of the old one, which then plays from its own start. */
  #isGivenUp(): boolean {
    if (this.problem?.code === 'AUDIO_SOURCE_STUCK') return true;
    if (this.problem?.code !== 'AUDIO_SOURCE_CHANGED') return false;
    this.#progress.forget();
    return !this.#init.loop;
  }

  #flows(): void {
    this.problem = undefined;
    this.flowingSinceMs ??= this.#components.clock.monotonicMs();
    if (this.state !== 'flowing') this.#enter('flowing');
  }

  #lost(error: unknown, signal: AbortSignal): 'lost' {
    signal.throwIfAborted();
    const source = shown(this.name);
    this.problem = isGuildmeshError(error)
      ? error
      : audioErrors.AUDIO_SOURCE_LOST({ source }, { cause: error });
    this.flowingSinceMs = undefined;
    this.#components.logger.warn({ err: this.problem, source }, 'source lost');
    return 'lost';
  }

  #enter(state: Feed['state']): void {
    this.state = state;
    this.#init.onChange();
  }

  #timeout(timeoutMs: number): GuildmeshError {
    return audioErrors.AUDIO_SOURCE_TIMEOUT({ source: shown(this.name), timeoutMs, stage: this.#stage });
  }

  #stuck(cause: unknown): GuildmeshError {
    const details = { source: shown(this.name), times: fruitlessMax };
    return audioErrors.AUDIO_SOURCE_STUCK(details, { cause });
  }

  #slow(percent: number): GuildmeshError {
    return audioErrors.AUDIO_SOURCE_SLOW({ source: shown(this.name), percent });
  }

  #nothingFound(): GuildmeshError {
    const found = 'its sound is 0 seconds long';
    return audioErrors.AUDIO_NOT_AUDIO({ source: shown(this.name), found });
  }
}

type QueueEvent = Extract<SourceEvent, { kind: 'turn' | 'rests' }>;

/** A radio may report a title before its name is known: the name goes first. */
class EventsInOrder {
  readonly #tell: (event: SourceEvent) => void;
  #early: SourceEvent[] | undefined = [];

  constructor(tell: (event: SourceEvent) => void) {
    this.#tell = tell;
  }

  heard(event: SourceEvent): void {
    if (this.#early && event.kind === 'title') this.#early = [event];
    else if (!this.#early) this.#tell(event);
  }

  named(title: string): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const event of [{ kind: 'name', title } as const, ...early]) this.#tell(event);
  }
}
