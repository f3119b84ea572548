import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import {
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
      /** The bot is asked; `suggestions` are empty until it answers. */
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
  const word = wordsOf(text).find(({ start, end }) => start < cursor && cursor <= end);
  const optionWord = word && optionWordOf(word);
  if (optionWord && cursor >= optionWord.valueStart) {
    const option = command.options.find(({ name }) => name === optionWord.name);
    return option ? valueCompletion(command, option, optionWord, mentions) : { kind: 'none' };
  }
  return optionCompletion(command, text, cursor, word);
}

/** The command that the text has named completely, with the longest path; it ends at a space or at the end. */
export function commandOf(text: string, commands: readonly CommandPath[]): CommandPath | undefined {
  return commands
    .filter(({ path }) => text.startsWith(`/${path} `))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/** Options with a value, by name. */
export function filledOptions(text: string, command: CommandPath): Map<string, OptionWord> {
  const filled = new Map<string, OptionWord>();
  for (const word of wordsOf(text)) {
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
    insert: `${option.name}:${quotedIfNeeded(String(value))} `,
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

function optionCompletion(
  command: CommandPath,
  text: string,
  cursor: number,
  word: Word | undefined,
): Completion {
  const filled = filledOptions(text, command);
  const typed = (word?.text ?? '').toLowerCase();
  const open = command.options.filter(({ name }) => !filled.has(name) && name.startsWith(typed));
  return {
    kind: 'option',
    command,
    start: word?.start ?? cursor,
    end: word?.end ?? cursor,
    suggestions: open
      .sort((a, b) => Number(b.required ?? false) - Number(a.required ?? false))
      .map(({ name, description, required = false }) => ({
        label: name,
        detail: description,
        insert: `${name}:`,
        required,
      })),
  };
}

function valueCompletion(
  command: CommandPath,
  option: WireOption,
  { value, start, end }: OptionWord,
  mentions: MentionChoices,
): Completion {
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
