import { optionWordOf, wordsOf } from '../../people/typed-line.ts';
import type { CommandPath } from './command-paths.ts';
import { filledOptions } from './completion.ts';
import { optionType } from './discord-types.ts';

/** The first option that takes a file and has none. */
export function openAttachmentOption(text: string, command: CommandPath): string | undefined {
  const filled = filledOptions(text, command);
  return command.options.find(({ type, name }) => type === optionType.Attachment && !filled.has(name))?.name;
}

/** The line with the file named; an option typed without a value is replaced. */
export function attachmentFilled(text: string, option: string, fileName: string): string {
  const empty = wordsOf(text).find((word) => optionWordOf(word)?.name === option);
  const without = empty ? text.slice(0, empty.start) + text.slice(empty.end) : text;
  return `${without.trimEnd()} ${option}:${sentName(fileName)} `;
}

/** File names are sent without spaces, as Discord does. */
export function sentName(fileName: string): string {
  return fileName.replaceAll(/\s+/g, '_');
}
