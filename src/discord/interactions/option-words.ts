import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
} from 'discord-api-types/v10';
import type { Command } from '#contracts/command.ts';
import type { InputFault } from '#contracts/input-words.ts';
import { GuildmeshError, isGuildmeshError } from '#core/errors.ts';

/** What was typed, as far as it matters here. */
export interface Typed {
  command: Command | undefined;
  /** "target add"; undefined: the command has none, or nobody typed it. */
  subcommand?: string | undefined;
}

/**
 * A refused input in the words of whoever typed it: the name of the option, and what its description says of it. Other
 * errors, and values that no option holds, stay as they are.
 */
export function inOptionWords(error: unknown, { command, subcommand }: Typed): unknown {
  if (!isGuildmeshError(error, 'ACTION_INPUT_INVALID')) return error;
  const faults = (error.details.faults ?? []) as InputFault[];
  if (faults.length === 0) return error;
  const options = command ? optionsOf(command.definition.options ?? [], subcommand?.split(' ') ?? []) : [];
  const named = faults.map((fault) => ({ ...fault, option: optionAt(fault.path, command, options) }));
  const sentences = named.map(({ path, words, isPart, option }) => {
    if (!option) return `it ${words}`;
    // An option of another name holds one value of a list.
    return `${isPart && path.includes(option.name) ? 'a part of ' : ''}“${option.name}” ${words}`;
  });
  const hints = named.flatMap(({ option }) => (option ? `“${option.name}” is: ${option.description}` : []));
  const [hint] = hints;
  return new GuildmeshError(
    {
      ...error.toRecord(),
      message: `That can’t be used: ${[...new Set(sentences)].join('; ')}.`,
      next: hint ? `Correct it and run the command again. ${[...new Set(hints)].join('. ')}.` : error.next,
    },
    { cause: error.cause },
  );
}

/** The innermost part that an option is named after, unless the command says which it is. */
function optionAt(
  path: readonly string[],
  command: Command | undefined,
  options: readonly APIApplicationCommandBasicOption[],
): APIApplicationCommandBasicOption | undefined {
  const said = command?.optionOf?.[path.join('.')];
  const names = said === undefined ? [...path].reverse() : [said];
  return names.map((name) => options.find((option) => option.name === name)).find(Boolean);
}

/** Those of the subcommand that was typed; of all where nothing was typed, as in buttons. */
function optionsOf(
  options: readonly APIApplicationCommandOption[],
  words: readonly string[],
): APIApplicationCommandBasicOption[] {
  const [word, ...rest] = words;
  return options.flatMap((option) => {
    if (
      option.type !== ApplicationCommandOptionType.Subcommand &&
      option.type !== ApplicationCommandOptionType.SubcommandGroup
    )
      return [option];
    return word === undefined || option.name === word ? optionsOf(option.options ?? [], rest) : [];
  });
}
