/** Reads a typed slash command against the definitions that a member sees, as Discord's own client does. */
import { ApplicationCommandType, ApplicationCommandOptionType as T } from 'discord-api-types/v10';
import type { WireCommand, WireOption } from '../world/wire-command.ts';
import { playgroundErrors } from './errors.ts';
import { readOptionValue, type ValueContext } from './option-value.ts';
import { joined, optionWordOf, type Word, wordsOf } from './typed-line.ts';

/** An option as interactions carry it. */
export interface SentOption {
  name: string;
  type: T;
  value?: string | number | boolean;
  focused?: boolean;
  options?: SentOption[];
}

export interface ReadCommand {
  command: WireCommand;
  options: SentOption[];
  /** `/songs list` as people name it. */
  name: string;
}

export interface ReadMode {
  /** The text is still being typed: nothing is required yet, and the last option is the focused one. */
  forAutocomplete: boolean;
}

export function readTypedCommand(
  typed: string,
  commands: readonly WireCommand[],
  context: ValueContext,
  mode: ReadMode,
): ReadCommand {
  const words = wordsOf(typed.replace(/^\s*\//, ''));
  const chat = commands.filter((command) => command.type === ApplicationCommandType.ChatInput);
  const command = chat.find((candidate) => candidate.name === words[0]?.text);
  if (!command)
    throw unknown(
      typed,
      chat.map(({ name }) => name),
    );
  const path = [command.name];
  const nesting: { name: string; type: T }[] = [];
  let definitions: readonly WireOption[] = command.options ?? [];
  let rest = words.slice(1);
  while (definitions.some(isNested)) {
    const nested = definitions.find((option) => isNested(option) && option.name === rest[0]?.text);
    if (!nested)
      throw unknown(
        typed,
        definitions.map(({ name }) => [...path, name].join(' ')),
      );
    path.push(nested.name);
    nesting.push({ name: nested.name, type: nested.type });
    definitions = nested.options ?? [];
    rest = rest.slice(1);
  }
  const leaves = readOptions(joined(rest, textsOf(definitions)), definitions, path.join(' '), context, mode);
  const options = nesting.reduceRight((inner, level) => [{ ...level, options: inner }], leaves);
  return { command, options, name: path.join(' ') };
}

function readOptions(
  words: readonly Word[],
  definitions: readonly WireOption[],
  command: string,
  context: ValueContext,
  { forAutocomplete }: ReadMode,
): SentOption[] {
  const known = definitions.map(({ name }) => name);
  const sent: SentOption[] = [];
  words.forEach((word, index) => {
    const last = index === words.length - 1;
    const { name, value } = optionWordOf(word) ?? bareValue(word, words, definitions, command);
    const definition = definitions.find((candidate) => candidate.name === name);
    if (!definition) throw playgroundErrors.PLAYGROUND_OPTION_UNKNOWN({ option: name, command, known });
    if (forAutocomplete && last) {
      sent.push({ name, type: definition.type, value, focused: true });
    } else {
      sent.push({ name, type: definition.type, value: readOptionValue(definition, value, context) });
    }
  });
  if (forAutocomplete) return sent;
  for (const { name, required } of definitions) {
    if (required && !sent.some((option) => option.name === name)) {
      throw playgroundErrors.PLAYGROUND_OPTION_MISSING({ option: name, command });
    }
  }
  return sent;
}

/** A value without its option's name counts when only one option could be meant. */
function bareValue(
  word: Word,
  words: readonly Word[],
  definitions: readonly WireOption[],
  command: string,
): { name: string; value: string } {
  const only = definitions[0];
  if (definitions.length === 1 && words.length === 1 && only) return { name: only.name, value: word.text };
  const known = definitions.map(({ name }) => name);
  throw playgroundErrors.PLAYGROUND_OPTION_UNKNOWN({ option: word.text, command, known });
}

function textsOf(definitions: readonly WireOption[]): string[] {
  return definitions.filter(({ type }) => type === T.String).map(({ name }) => name);
}

function isNested({ type }: { type: T }): boolean {
  return type === T.Subcommand || type === T.SubcommandGroup;
}

function unknown(typed: string, names: readonly string[]): Error {
  return playgroundErrors.PLAYGROUND_COMMAND_UNKNOWN({ typed, known: names.map((name) => `/${name}`) });
}
