import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import type { Command, CommandContext, CommandInput } from '#contracts/command.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import type { Asker } from './asker.ts';
import {
  autocompleteBudgetMs,
  autocompleteBurstMax,
  autocompleteCacheEntriesMax,
  autocompleteCacheMs,
  autocompleteChoicesMax,
  autocompleteRefillMs,
} from './limits.ts';
import { UserLimiter } from './user-limiter.ts';

/** Discord: name and value of a choice. */
const choiceLengthMax = 100;

type Choices = APIApplicationCommandOptionChoice[];

/** Choices while somebody types: in time or none. Failures are logged and look like no choices. */
export class Autocompleter {
  readonly #components: { clock: Clock; logger: Logger };
  readonly #limiter: UserLimiter;
  /** Oldest first. Keyed by person too: what one may see another may not. */
  readonly #cache = new Map<string, { choices: Choices; atMs: number }>();

  constructor(components: { clock: Clock; logger: Logger }) {
    this.#components = components;
    this.#limiter = new UserLimiter(components, {
      burstMax: autocompleteBurstMax,
      refillMs: autocompleteRefillMs,
    });
  }

  async complete(
    command: Command,
    asker: Asker,
    input: CommandInput,
    context: (signal: AbortSignal) => CommandContext,
  ): Promise<Choices> {
    const { clock, logger } = this.#components;
    const { guildId, userId, roleIds, hasManageGuild } = asker.actor;
    const key = JSON.stringify([guildId, userId, roleIds, hasManageGuild, command.definition.name, input]);
    const cached = this.#cache.get(key);
    if (cached && clock.monotonicMs() - cached.atMs < autocompleteCacheMs) return cached.choices;
    if (this.#limiter.take(userId) > 0) return [];

    const budget = new AbortController();
    const expired = new Promise<never>((_, reject) => {
      budget.signal.addEventListener('abort', () => reject(budget.signal.reason), { once: true });
    });
    const timer = clock.after(autocompleteBudgetMs, () => budget.abort(new Error('no choices in time')));
    try {
      const found = await Promise.race([
        command.autocomplete?.(context(budget.signal), input) ?? [],
        expired,
      ]);
      const choices = found.slice(0, autocompleteChoicesMax);
      this.#remember(key, choices);
      return choices;
    } catch (error) {
      logger.debug({ err: error, command: command.definition.name }, 'autocomplete gave no choices');
      return [];
    } finally {
      timer.cancel();
    }
  }

  #remember(key: string, choices: Choices): void {
    this.#cache.delete(key);
    this.#cache.set(key, { choices, atMs: this.#components.clock.monotonicMs() });
    if (this.#cache.size <= autocompleteCacheEntriesMax) return;
    const [oldest] = this.#cache.keys();
    if (oldest) this.#cache.delete(oldest);
  }
}

/** The only way to say something to whoever is still typing. */
export function choiceSaying(sentence: string): APIApplicationCommandOptionChoice<string> {
  const said = cutGraphemes(sentence.replace(/\p{C}/gu, ''), choiceLengthMax);
  return { name: said, value: said };
}
