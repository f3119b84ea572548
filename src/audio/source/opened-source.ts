import type { Clock } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import { audioErrors, shown } from '../errors.ts';
import type { AudioSource, SourceFacts, SourceFrame, SourceHealth } from './contract.ts';

/** What opening a source of some kind returns; `close` frees everything and is called once or more. */
export interface Opening {
  facts: SourceFacts;
  frames: AsyncIterable<SourceFrame>;
  close(): void;
}

export interface OpenedSourceInit {
  name: string;
  /** The signal is aborted by `stop` at any time: the opened source must then free everything. */
  open: (signal: AbortSignal) => Promise<Opening>;
}

/** The lifecycle of every kind of source; a kind only says how it is opened. */
export class OpenedSource implements AudioSource {
  readonly name: string;
  readonly #clock: Clock;
  readonly #open: OpenedSourceInit['open'];
  readonly #stopping = new AbortController();
  #state: SourceHealth['state'] = 'idle';
  #opening: Opening | undefined;
  #framesGiven = 0;
  #lastFrameAtMs: number | undefined;
  #problem: GuildmeshError | undefined;

  constructor({ clock }: { clock: Clock }, init: OpenedSourceInit) {
    this.name = init.name;
    this.#clock = clock;
    this.#open = init.open;
  }

  async start(signal: AbortSignal): Promise<SourceFacts> {
    if (this.#state !== 'idle') throw new Error('a source starts once');
    this.#state = 'opening';
    const onAbort = () => this.#stopping.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      this.#stopping.signal.throwIfAborted();
      this.#opening = await this.#open(this.#stopping.signal);
      this.#stopping.signal.throwIfAborted();
      this.#state = 'waiting';
      return this.#opening.facts;
    } catch (error) {
      signal.throwIfAborted();
      this.stop();
      throw this.#fail(error);
    } finally {
      signal.removeEventListener('abort', onAbort);
      if (signal.aborted) this.stop();
    }
  }

  async *frames(): AsyncGenerator<SourceFrame, void, void> {
    if (!this.#opening) throw new Error('a source is read after it has started');
    try {
      for await (const frame of this.#opening.frames) {
        if (this.#stopping.signal.aborted) return;
        this.#state = 'flowing';
        this.#framesGiven++;
        this.#lastFrameAtMs = this.#clock.monotonicMs();
        yield frame;
      }
    } catch (error) {
      // An error caused by `stop` is no loss.
      if (!this.#stopping.signal.aborted) throw this.#fail(error);
    } finally {
      this.stop();
    }
  }

  health(): SourceHealth {
    return {
      state: this.#state,
      framesGiven: this.#framesGiven,
      ...(this.#lastFrameAtMs === undefined ? {} : { lastFrameAtMs: this.#lastFrameAtMs }),
      ...(this.#problem ? { problem: this.#problem } : {}),
    };
  }

  stop(): void {
    this.#state = 'over';
    this.#stopping.abort(audioErrors.AUDIO_SOURCE_LOST({ source: shown(this.name) }));
    this.#opening?.close();
  }

  #fail(error: unknown): GuildmeshError {
    this.#problem = isGuildmeshError(error)
      ? error
      : audioErrors.AUDIO_SOURCE_LOST({ source: shown(this.name) }, { cause: error });
    return this.#problem;
  }
}
