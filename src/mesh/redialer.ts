import type { Chance, Clock, Timer } from '#core/clock.ts';

export interface RedialTarget {
  /** Unique among targets. */
  key: string;
  /** True when it needs no dial now. */
  connected: () => boolean;
  /** One attempt. Rejects when it fails. */
  dial: (signal: AbortSignal) => Promise<void>;
}

export interface RedialerInit {
  /** Upper bound of the pause after the first failure; it doubles with every further one, up to `redialMaxMs`. */
  redialFirstMs: number;
  redialMaxMs: number;
  /** Shortest time between two dials to a target because it was seen alive. */
  hurryMs: number;
}

interface Entry {
  target: RedialTarget;
  failureCount: number;
  dialing: boolean;
  hurriedAtMs: number;
  timer: Timer | undefined;
}

/**
 * Keeps targets connected: retries for ever, after a random share of a growing pause, one attempt per target at a time.
 */
export class Redialer {
  readonly #components: { clock: Clock; chance: Chance };
  readonly #init: RedialerInit;
  readonly #entries = new Map<string, Entry>();
  readonly #stopped = new AbortController();

  constructor(components: { clock: Clock; chance: Chance }, init: RedialerInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Starts keeping a target connected; the first attempt is made immediately. */
  keep(target: RedialTarget): void {
    if (this.#stopped.signal.aborted || this.#entries.has(target.key)) return;
    const entry: Entry = {
      target,
      failureCount: 0,
      dialing: false,
      hurriedAtMs: Number.NEGATIVE_INFINITY,
      timer: undefined,
    };
    this.#entries.set(target.key, entry);
    void this.#attempt(entry);
  }

  drop(key: string): void {
    this.#entries.get(key)?.timer?.cancel();
    this.#entries.delete(key);
  }

  /** A connection broke: targets that aren't connected are retried after a short pause. */
  connectionLost(): void {
    for (const entry of this.#entries.values()) {
      if (entry.target.connected() || entry.timer || entry.dialing) continue;
      entry.failureCount = 0;
      this.#schedule(entry);
    }
  }

  /** A target was seen alive: dials it without further waiting, unless that happened a moment ago, too. */
  hurry(key: string): void {
    const entry = this.#entries.get(key);
    const nowMs = this.#components.clock.monotonicMs();
    if (!entry || entry.dialing || nowMs - entry.hurriedAtMs < this.#init.hurryMs) return;
    entry.hurriedAtMs = nowMs;
    entry.timer?.cancel();
    void this.#attempt(entry);
  }

  stop(): void {
    this.#stopped.abort(new Error('the node stops'));
    for (const key of [...this.#entries.keys()]) this.drop(key);
  }

  async #attempt(entry: Entry): Promise<void> {
    entry.timer = undefined;
    if (entry.target.connected()) return;
    entry.dialing = true;
    try {
      await entry.target.dial(this.#stopped.signal);
      entry.failureCount = 0;
    } catch {
      entry.failureCount += 1;
    } finally {
      entry.dialing = false;
    }
    // Also after a success: the connection may have broken before the dial returned.
    if (this.#entries.get(entry.target.key) === entry && !entry.target.connected()) this.#schedule(entry);
  }

  #schedule(entry: Entry): void {
    const { clock, chance } = this.#components;
    const ceilingMs = Math.min(this.#init.redialMaxMs, this.#init.redialFirstMs * 2 ** entry.failureCount);
    entry.timer = clock.after(chance.fraction() * ceilingMs, () => void this.#attempt(entry), {
      background: true,
    });
  }
}
