/** Discord's limits. Lengths are UTF-16 units, which are never fewer than what Discord counts. */
import type { MediaReference } from '#contracts/publisher.ts';
import type { MessageBody } from './payload.ts';

export const contentLengthMax = 2_000;
export const embedsMax = 10;
export const embedTitleLengthMax = 256;
export const embedDescriptionLengthMax = 4_096;
export const embedFooterLengthMax = 2_048;
/** Over all embeds of a message. */
export const embedTextLengthMax = 6_000;
export const filesMax = 10;
export const altTextLengthMax = 1_024;
/** The limit of every server; boosts raise it, but nobody can count on them. */
export const fileBytesMax = 10 * 1024 * 1024;
export const requestBytesMax = 25 * 1024 * 1024;
/** Room in a request for everything but files. */
const envelopeBytes = 128 * 1024;
export const forumTitleLengthMax = 100;

/** What Discord would refuse, each with what to change. */
export function messageProblems(message: MessageBody, files: readonly MediaReference[]): string[] {
  return [...textProblems(message), ...embedProblems(message), ...fileProblems(files)];
}

function textProblems({ content = '', embeds = [], attachments = [] }: MessageBody): string[] {
  const problems: string[] = [];
  if (content.length > contentLengthMax) {
    problems.push(
      `The message has ${content.length} of at most 2,000 characters: shorten title, link or tags.`,
    );
  }
  if (content.trim() === '' && embeds.length === 0 && attachments.length === 0) {
    problems.push('There is nothing to post: the template leaves the message empty.');
  }
  return problems;
}

function embedProblems({ embeds = [] }: MessageBody): string[] {
  const problems: string[] = [];
  if (embeds.length > embedsMax) problems.push(`A message has at most ${embedsMax} embeds: take some out.`);
  let sum = 0;
  for (const { title = '', description = '', footer } of embeds) {
    const footerText = footer?.text ?? '';
    sum += title.length + description.length + footerText.length;
    if (title.length > embedTitleLengthMax)
      problems.push('The title is longer than 256 characters: shorten it.');
    if (description.length > embedDescriptionLengthMax) {
      problems.push('The text is longer than the 4,096 characters of an embed: shorten it.');
    }
    if (footerText.length > embedFooterLengthMax) {
      problems.push('The tags are longer than 2,048 characters: take some out.');
    }
  }
  if (sum > embedTextLengthMax)
    problems.push(`The embeds have ${sum} of at most 6,000 characters: shorten the text.`);
  return problems;
}

function fileProblems(files: readonly MediaReference[]): string[] {
  const problems: string[] = [];
  if (files.length > filesMax) {
    problems.push(`A message takes ${filesMax} files, not ${files.length}: leave some out or publish twice.`);
  }
  for (const { name, sizeBytes } of files) {
    if (sizeBytes > fileBytesMax) {
      problems.push(`${name} is larger than the 10 MiB that Discord takes: link to it instead.`);
    }
  }
  const sum = files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  if (sum > requestBytesMax - envelopeBytes) {
    problems.push('The files together are larger than the 25 MiB of one request: leave some out.');
  }
  return problems;
}

export function forumProblems(name: string): string[] {
  if (name.trim() === '') return ['A forum post needs a title of 1 to 100 characters.'];
  if (name.length <= forumTitleLengthMax) return [];
  return [`The title of a forum post has at most 100 characters, not ${name.length}: shorten it.`];
}
