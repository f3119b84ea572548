import { frameDurationMs } from '#contracts/audio.ts';
import { backoffMs } from '#core/backoff.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { audioErrors, shown } from '../errors.ts';
import {
  type OpenedSource,
  openSource,
  type SourceComponents,
  type SourceInit,
} from '../source/open-source.ts';
import { NeedsDecoding } from '../source/pass-through.ts';
import { PacketQueue } from './packet-queue.ts';

/** Read ahead of what is sent: enough to open a file again at its end without a gap. */
const packetsAheadMax = 100;
/** What a radio may be ahead of what is sent before its oldest audio is given up. */
const radioPacketsMax = 500;
const reopenBackoff = { baseMs: 500, ceilingMs: 15_000 };
/** A source that played this long was well: the next attempt is the first again. */
const healthyPackets = 5_000 / frameDurationMs;

export interface ProductionComponents extends SourceComponents {
  chance: Chance;
  logger: Logger;
}

export interface ProductionInit extends SourceInit {
  source: string;
  loop: boolean;
  openTimeoutMs: number;
  idleTimeoutMs: number;
  /** Tried again from the first failure on, instead of failing: for what had been running before. */
  patient: boolean;
  onTitle: (title: string, kind: 'source' | 'now') => void;
  /** Between a loss and the next packet. */
  onInterrupted: () => void;
}

/**
 * Fills a queue from a source until the source is over for good: opens it, again at the end of a looping file,
 * again with growing pauses after a loss, through the decoder when it stops being 20 ms Opus.
 */
export class Production {
  readonly queue = new PacketQueue(radioPacketsMax);
  readonly #components: ProductionComponents;
  readonly #init: ProductionInit;
  #everGave = false;
  #decode = false;
  #attempt = 0;

  constructor(components: ProductionComponents, init: ProductionInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Resolves at the end of a file that doesn't loop. Rejects when aborted and when it never gave a packet. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      const outcome = await this.#playOnce(signal).catch((error: unknown) => this.#recover(error, signal));
      if (outcome === 'over') break;
      if (outcome === 'again') continue;
      this.#init.onInterrupted();
      await this.#components.clock.sleep(
        backoffMs(this.#components.chance, reopenBackoff, this.#attempt++),
        signal,
      );
    }
    this.queue.end();
  }

  async #playOnce(signal: AbortSignal): Promise<'over' | 'again' | 'lost'> {
    const watch = new Watch(this.#components.clock, signal);
    let opened: OpenedSource | undefined;
    let count = 0;
    try {
      watch.expect(this.#init.openTimeoutMs, (ms) => this.#timeout(ms));
      const request = {
        source: this.#init.source,
        decode: this.#decode,
        onTitle: (title: string) => this.#init.onTitle(title, 'now'),
      };
      opened = await openSource(this.#components, this.#init, request, watch.signal);
      this.#init.onTitle(opened.title, 'source');
      for await (const packet of opened.packets) {
        watch.relax();
        await this.#give(packet, opened.pace, watch.signal);
        if (++count === healthyPackets) this.#attempt = 0;
        watch.expect(this.#init.idleTimeoutMs, (ms) => this.#timeout(ms));
      }
      watch.signal.throwIfAborted();
      if (count === 0) throw this.#nothingFound();
      if (opened.pace !== 'file') return 'lost';
      return this.#init.loop ? 'again' : 'over';
    } catch (error) {
      // The reason of an abort says more than what broke because of it.
      watch.signal.throwIfAborted();
      throw error;
    } finally {
      watch.relax();
      opened?.close();
    }
  }

  async #give(packet: Uint8Array, pace: OpenedSource['pace'], signal: AbortSignal): Promise<void> {
    this.#everGave = true;
    if (pace === 'radio') this.queue.giveNow(packet);
    else await this.queue.give(packet, signal, packetsAheadMax);
  }

  #recover(error: unknown, signal: AbortSignal): 'again' | 'lost' {
    signal.throwIfAborted();
    if (error instanceof NeedsDecoding && !this.#decode) {
      this.#decode = true;
      return 'again';
    }
    const known = isGuildmeshError(error) ? error : this.#lost(error);
    if (!this.#everGave && !this.#init.patient) throw known;
    this.#components.logger.warn({ err: known, source: shown(this.#init.source) }, 'source lost');
    return 'lost';
  }

  #timeout(timeoutMs: number): GuildmeshError {
    return audioErrors.AUDIO_SOURCE_TIMEOUT({ source: shown(this.#init.source), timeoutMs });
  }

  #nothingFound(): GuildmeshError {
    return audioErrors.AUDIO_NOT_AUDIO({
      source: shown(this.#init.source),
      found: 'not one packet of audio came',
    });
  }

  #lost(cause: unknown): GuildmeshError {
    return audioErrors.AUDIO_SOURCE_LOST({ source: shown(this.#init.source) }, { cause });
  }
}

/** One abort signal for an opened source: the owner's, and a time limit that is set anew for each wait. */
class Watch {
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  #timer: { cancel(): void } | undefined;

  constructor(clock: Clock, owner: AbortSignal) {
    this.#clock = clock;
    this.signal = AbortSignal.any([owner, this.#controller.signal]);
  }

  expect(withinMs: number, late: (withinMs: number) => GuildmeshError): void {
    this.relax();
    this.#timer = this.#clock.after(withinMs, () => this.#controller.abort(late(withinMs)));
  }

  relax(): void {
    this.#timer?.cancel();
  }
}
