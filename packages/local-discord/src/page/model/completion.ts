import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import {
  joined,
  type OptionWord,
  optionWordOf,
  quotedIfNeeded,
  type Word,
  wordsOf,
} from '../../people/typed-line.ts';
import type { WireOption } from '../../world/wire-command.ts';
import type { CommandPath } from './command-paths.ts';
import { optionType } from './discord-types.ts';
import { type MentionChoices, mentionSuggestions } from './mention-choices.ts';

/** Suggestions shown at once, as many as Discord allows for choices. */
export const suggestionsMax = 25;

export interface Suggestion {
  label: string;
  detail: string;
  /** Replaces the completion's range. */
  insert: string;
  applicationId?: string;
  required?: boolean;
  /** Where it replaces from, if not from the completion's start: the next option after a text that may go on. */
  start?: number;
}

interface Range {
  start: number;
  end: number;
}

/** What the text before the cursor can be completed with. */
export type Completion =
  | { kind: 'none' }
  | (Range & { kind: 'command'; suggestions: Suggestion[] })
  | (Range & { kind: 'option'; command: CommandPath; suggestions: Suggestion[] })
  | (Range & {
      kind: 'value';
      command: CommandPath;
      option: WireOption;
      typed: string;
      suggestions: Suggestion[];
      /** The bot is asked; what it answers comes before `suggestions`. */
      fromBot: boolean;
    });

export interface CompletionInput {
  text: string;
  cursor: number;
  commands: readonly CommandPath[];
  mentions: MentionChoices;
}

export function completionAt({ text, cursor, commands, mentions }: CompletionInput): Completion {
  if (!text.startsWith('/')) return { kind: 'none' };
  const command = commandOf(text.slice(0, cursor), commands);
  if (!command) {
    return { kind: 'command', start: 0, end: text.length, suggestions: commandSuggestions(text, commands) };
  }
  const word = valuesOf(text, command).find(({ start, end }) => start < cursor && cursor <= end);
  const optionWord = word && optionWordOf(word);
  if (optionWord && cursor >= optionWord.valueStart) {
    const option = command.options.find(({ name }) => name === optionWord.name);
    if (!option) return { kind: 'none' };
    const completion = valueCompletion(command, option, optionWord, mentions);
    const next = nextOptions(command, text, cursor, optionWord);
    return { ...completion, suggestions: [...completion.suggestions, ...next] };
  }
  return optionCompletion(command, text, cursor, word);
}

/** The command that the text has named completely, with the longest path; it ends at a space or at the end. */
export function commandOf(text: string, commands: readonly CommandPath[]): CommandPath | undefined {
  return commands
    .filter(({ path }) => text.startsWith(`/${path} `))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/** The words of the line, with those of a text together. */
function valuesOf(text: string, { options }: CommandPath): Word[] {
  const texts = options.filter(({ type }) => type === optionType.String).map(({ name }) => name);
  return joined(wordsOf(text), texts);
}

/** Options with a value, by name. */
export function filledOptions(text: string, command: CommandPath): Map<string, OptionWord> {
  const filled = new Map<string, OptionWord>();
  for (const word of valuesOf(text, command)) {
    const option = word.start > command.path.length ? optionWordOf(word) : undefined;
    if (option && option.value !== '') filled.set(option.name, option);
  }
  return filled;
}

export function missingOptions(text: string, command: CommandPath): string[] {
  const filled = filledOptions(text, command);
  return command.options
    .filter(({ name, required }) => required && !filled.has(name))
    .map(({ name }) => name);
}

export function botSuggestions(
  option: WireOption,
  choices: readonly APIApplicationCommandOptionChoice[],
): Suggestion[] {
  return choices.slice(0, suggestionsMax).map(({ name, value }) => ({
    label: name,
    detail: String(value) === name ? '' : String(value),
    insert: `${option.name}:${quotedIfNeeded(String(value), option.type === optionType.String)} `,
  }));
}

function commandSuggestions(text: string, commands: readonly CommandPath[]): Suggestion[] {
  const typed = text.slice(1).trimEnd().toLowerCase();
  const starting = commands.filter(({ path }) => path.startsWith(typed));
  const containing = commands.filter(({ path }) => !path.startsWith(typed) && path.includes(typed));
  return [...starting, ...containing]
    .slice(0, suggestionsMax)
    .map(({ path, description, applicationId }) => ({
      label: `/${path}`,
      detail: description,
      insert: `/${path} `,
      applicationId,
    }));
}

/** The last word of a text of several may as well begin the name of the next option. */
function nextOptions(
  command: CommandPath,
  text: string,
  cursor: number,
  { start }: OptionWord,
): Suggestion[] {
  const last = wordsOf(text).find((word) => word.start < cursor && cursor <= word.end);
  if (!last || last.start === start) return [];
  return openOptions(command, text, last.text).map((suggestion) => ({ ...suggestion, start: last.start }));
}

function openOptions(command: CommandPath, text: string, typed: string): Suggestion[] {
  const filled = filledOptions(text, command);
  return command.options
    .filter(({ name }) => !filled.has(name) && name.startsWith(typed.toLowerCase()))
    .sort((a, b) => Number(b.required ?? false) - Number(a.required ?? false))
    .map(({ name, description, required = false }) => ({
      label: name,
      detail: description,
      insert: `${name}:`,
      required,
    }));
}

function optionCompletion(
  command: CommandPath,
  text: string,
  cursor: number,
  word: Word | undefined,
): Completion {
  return {
    kind: 'option',
    command,
    start: word?.start ?? cursor,
    end: word?.end ?? cursor,
    suggestions: openOptions(command, text, word?.text ?? ''),
  };
}

function valueCompletion(
  command: CommandPath,
  option: WireOption,
  { value, start, end }: OptionWord,
  mentions: MentionChoices,
): Extract<Completion, { kind: 'value' }> {
  const fromBot = 'autocomplete' in option && option.autocomplete === true;
  const suggestions = fromBot ? [] : localSuggestions(option, value, mentions);
  return { kind: 'value', command, option, typed: value, start, end, suggestions, fromBot };
}

function localSuggestions(option: WireOption, typed: string, mentions: MentionChoices): Suggestion[] {
  if ('choices' in option && option.choices) {
    return botSuggestions(option, option.choices).filter(({ label }) => matches(label, typed));
  }
  if (option.type === optionType.Boolean) {
    return ['True', 'False']
      .filter((label) => matches(label, typed))
      .map((label) => ({ label, detail: '', insert: `${option.name}:${label.toLowerCase()} ` }));
  }
  return mentionSuggestions(option, mentions)
    .filter(({ label, insert }) => matches(label, typed) || insert.includes(typed))
    .slice(0, suggestionsMax);
}

function matches(label: string, typed: string): boolean {
  return label.toLowerCase().includes(typed.toLowerCase());
}
