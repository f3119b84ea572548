import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
} from 'discord-api-types/v10';
import type { Command } from '#contracts/command.ts';
import type { InputFault } from '#contracts/input-words.ts';
import { GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import { asSentence } from '#core/text/sentences.ts';

/** The typed command, as far as needed here. */
export interface Typed {
  command: Command | undefined;
  /** "target add"; undefined: the command has none, or nobody typed it. */
  subcommand?: string | undefined;
}

/**
 * Describes a refused input as the person typed it: the name of the option, and what its description says of it. Other
 * errors, and values that no option sets, stay unchanged.
 */
export function inOptionWords(error: unknown, { command, subcommand }: Typed): unknown {
  if (!isGuildmeshError(error, 'ACTION_INPUT_INVALID')) return error;
  const faults = (error.details.faults ?? []) as InputFault[];
  if (faults.length === 0) return error;
  const options = command ? optionsOf(command.definition.options ?? [], subcommand?.split(' ') ?? []) : [];
  const named = faults.map((fault) => ({ ...fault, option: optionAt(fault.path, command, options) }));
  const sentences = named.map(({ path, words, isPart, nth, option }) => {
    if (!option) return asSentence(`It ${words}`);
    // An option of another name holds one value of a list.
    if (!isPart || !path.includes(option.name)) return asSentence(`“${option.name}” ${words}`);
    return asSentence(`${nth === undefined ? 'A part' : `The ${nth}`} of “${option.name}” ${words}`);
  });
  const hints = named.flatMap(({ option }) => (option ? `“${option.name}” is: ${option.description}` : []));
  const [hint] = hints;
  return new GuildmeshError(
    {
      ...error.toRecord(),
      message: `That can’t be used. ${[...new Set(sentences)].join(' ')}`,
      next: hint ? `Correct it and run the command again. ${[...new Set(hints)].join('. ')}.` : error.next,
    },
    { cause: error.cause },
  );
}

/** The innermost part that an option is named after, unless the command names the option. */
export function optionAt(
  path: readonly string[],
  command: Command | undefined,
  options: readonly APIApplicationCommandBasicOption[],
): APIApplicationCommandBasicOption | undefined {
  const said = command?.optionOf?.[path.join('.')];
  const names = said === undefined ? [...path].reverse() : [said];
  return names.map((name) => options.find((option) => option.name === name)).find(Boolean);
}

/** Options of the typed subcommand; of all where nothing was typed, as for buttons. */
export function optionsOf(
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
