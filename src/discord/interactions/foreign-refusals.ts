import type { Clock, Timer } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';

export const sayEveryMs = 60_000;
/** Named in one line; more are counted. */
export const guildsNamedMax = 10;

/** Counts requests from guilds that aren't ours: one line a minute in the log, however often they ask. */
export class ForeignRefusals {
  readonly #components: { clock: Clock; logger: Logger };
  #byGuild = new Map<string, number>();
  #others = 0;
  #timer: Timer | undefined;

  constructor(components: { clock: Clock; logger: Logger }) {
    this.#components = components;
  }

  count(guildId: string): void {
    const known = this.#byGuild.get(guildId);
    if (known === undefined && this.#byGuild.size >= guildsNamedMax) this.#others += 1;
    else this.#byGuild.set(guildId, (known ?? 0) + 1);
    this.#timer ??= this.#components.clock.after(sayEveryMs, () => this.say(), { background: true });
  }

  /** Logs what was not logged yet; also called before the end. */
  say(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#byGuild.size === 0) return;
    const refusals = Object.fromEntries(this.#byGuild);
    const count = [...this.#byGuild.values()].reduce((sum, each) => sum + each, this.#others);
    this.#byGuild = new Map();
    this.#others = 0;
    this.#components.logger.info({ count, refusals }, 'asked in guilds that are not home');
  }
}
