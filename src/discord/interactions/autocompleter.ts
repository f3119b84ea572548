import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import type { Command, CommandContext, CommandInput } from '#contracts/command.ts';
import { orAborted } from '#core/aborted.ts';
import type { Clock } from '#core/clock.ts';
import { withDeadline } from '#core/deadline.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { Latest } from '#core/latest.ts';
import type { Logger } from '#core/logger.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import type { Asker } from './asker.ts';
import { codeOf } from './command-code.ts';
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

/** Choices while somebody types: those that came in time. Failures are logged and look like no choices. */
export class Autocompleter {
  readonly #components: { clock: Clock; logger: Logger };
  readonly #limiter: UserLimiter;
  /** The key includes the person, because people may see different things. */
  readonly #cache = new Latest<string, { choices: Choices; atMs: number }>({
    countMax: autocompleteCacheEntriesMax,
  });

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

    const parts = await withDeadline(clock, autocompleteBudgetMs, undefined, async (inTime) => {
      const { autocomplete } = await orAborted(inTime, codeOf(command, logger));
      const asked = autocomplete?.(context(inTime), input) ?? [];
      const each = asked instanceof Promise ? [asked] : asked;
      return Promise.allSettled(each.map((part) => orAborted(inTime, part)));
    });
    for (const part of parts)
      if (part.status === 'rejected')
        logger.debug(
          { err: part.reason, command: command.definition.name },
          'autocomplete gave no choices, or not all',
        );
    // A person who may not ask for one part may not use the whole.
    if (parts.some((part) => part.status === 'rejected' && isGuildmeshError(part.reason, 'ACTION_FORBIDDEN')))
      return [];
    const choices = parts.flatMap((part) => (part.status === 'fulfilled' ? part.value : []));
    const shown = choices.slice(0, autocompleteChoicesMax);
    if (parts.every(({ status }) => status === 'fulfilled'))
      this.#cache.set(key, { choices: shown, atMs: clock.monotonicMs() });
    return shown;
  }
}

/** The only way to tell something to a person who is still typing. */
export function choiceSaying(sentence: string): APIApplicationCommandOptionChoice<string> {
  const said = cutGraphemes(sentence.replace(/\p{C}/gu, ''), choiceLengthMax);
  return { name: said, value: said };
}
