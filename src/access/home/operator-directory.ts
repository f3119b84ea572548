import type { OperatorPerson } from '#contracts/guild-standing.ts';
import type { ApplicationFacts, Operators } from '#contracts/hosting.ts';
import type { Clock, Timer } from '#core/clock.ts';
import { withDeadline } from '#core/deadline.ts';
import type { Logger } from '#core/logger.ts';

export const askEveryMs = 3_600_000;
/** Pause after a request that Discord didn't answer. */
export const askAgainMs = 60_000;
/** The start waits this long for the first answer. */
export const askTimeoutMs = 10_000;

export interface OperatorDirectoryComponents {
  /** Asks Discord. */
  application: (signal: AbortSignal) => Promise<ApplicationFacts>;
  clock: Clock;
  logger: Logger;
}

/** The people who host this hub: asked at the start and hourly. While Discord is unreachable, the last answer holds. */
export class OperatorDirectory implements Operators {
  readonly #components: OperatorDirectoryComponents;
  readonly #configured: readonly string[];
  readonly #stopped = new AbortController();
  #facts: ApplicationFacts | undefined;
  #timer: Timer | undefined;

  /** `configured`: ids of users who are operators whatever Discord says. */
  constructor(components: OperatorDirectoryComponents, configured: readonly string[]) {
    this.#components = components;
    this.#configured = configured;
  }

  isOperator(userId: string): boolean {
    return this.people().some((person) => person.userId === userId);
  }

  people(): readonly OperatorPerson[] {
    const known = this.#facts?.operators ?? [];
    const others = this.#configured.filter((userId) => known.every((person) => person.userId !== userId));
    return [...known, ...others.map((userId) => ({ userId }))];
  }

  /** Undefined until Discord has answered once. */
  isPublic(): boolean | undefined {
    return this.#facts?.isPublic;
  }

  /** Asks now, and from then on automatically. Never throws. */
  async watch(signal: AbortSignal): Promise<void> {
    await this.#ask(signal);
  }

  stop(): void {
    this.#stopped.abort(new Error('the hub stops'));
    this.#timer?.cancel();
  }

  async #ask(signal?: AbortSignal): Promise<void> {
    const { application, clock, logger } = this.#components;
    this.#timer?.cancel();
    const given = [this.#stopped.signal, ...(signal ? [signal] : [])];
    let nextMs = askEveryMs;
    try {
      this.#facts = await withDeadline(clock, askTimeoutMs, AbortSignal.any(given), application);
    } catch (err) {
      nextMs = askAgainMs;
      if (!this.#stopped.signal.aborted)
        logger.warn({ err, known: this.people().length }, 'Discord did not say who hosts this hub');
    }
    if (this.#stopped.signal.aborted) return;
    this.#timer = clock.after(nextMs, () => void this.#ask(), { background: true });
  }
}
