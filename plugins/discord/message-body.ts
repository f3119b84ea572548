import type { MediaReference, PublicationContent } from '#contracts/publisher.ts';
import { type FileNameRules, fileNames, spoilerMark } from '#core/text/file-names.ts';
import { hashtags } from '#core/text/hashtags.ts';
import { markdownToDiscord } from '#core/text/markdown.ts';
import { shorten } from '#core/text/shorten.ts';
import { fillTemplate, type TemplateFields } from '#core/text/template.ts';
import {
  altTextLengthMax,
  contentLengthMax,
  embedDescriptionLengthMax,
  embedFooterLengthMax,
  embedTitleLengthMax,
} from './limits.ts';
import type { EmbedBody, MessageBody } from './payload.ts';

const textTemplate = '**{title}**\n{body}\n{link}\n{tags}';
const embedTemplate = '{body}';

export interface Composed {
  message: MessageBody;
  /** What was left out to make it fit. */
  warnings: string[];
}

/** The message to send. Texts are shortened to fit; the limits report what can't be. */
export function composeMessage(content: PublicationContent, form: 'text' | 'embed'): Composed {
  const attachments = attachmentsOf(content.media);
  const names = attachments.map(({ filename }) => filename);
  const { body, warnings } = form === 'text' ? textMessage(content) : embedMessage(content, names);
  const message: MessageBody = {
    ...body,
    ...(attachments.length > 0 ? { attachments } : {}),
    // Nobody is ever notified, whatever the text says.
    allowed_mentions: { parse: [] },
  };
  return { message, warnings };
}

function textMessage(content: PublicationContent): { body: Partial<MessageBody>; warnings: string[] } {
  const fields = fieldsOf(content);
  const fill = (body: string) => fillTemplate(content.template ?? textTemplate, { ...fields, body });
  const body = shorten(fields.body, (text) => fill(text).length <= contentLengthMax);
  const warnings =
    body === fields.body ? [] : ['The text is shortened to the 2,000 characters of a message.'];
  return { body: { content: fill(body) }, warnings };
}

function embedMessage(
  content: PublicationContent,
  names: readonly string[],
): { body: Partial<MessageBody>; warnings: string[] } {
  const fields = fieldsOf(content);
  const fill = (body: string) => fillTemplate(content.template ?? embedTemplate, { ...fields, body });
  const body = shorten(fields.body, (text) => fill(text).length <= embedDescriptionLengthMax);
  const title = shorten(content.title.trim(), (text) => text.length <= embedTitleLengthMax);
  // Left out as a whole rather than cut: half a list of tags means something else.
  const footer = fields.tags.length <= embedFooterLengthMax ? fields.tags : '';
  const image = content.media.findIndex(({ mediaType }) => /^image\/(png|jpeg|gif|webp)$/.test(mediaType));
  const description = fill(body);
  const embed: EmbedBody = {
    title,
    ...(description === '' ? {} : { description }),
    ...(content.link === undefined ? {} : { url: content.link }),
    ...(footer === '' ? {} : { footer: { text: footer } }),
    ...(image === -1 ? {} : { image: { url: `attachment://${names[image]}` } }),
  };
  const warnings = [
    ...(body === fields.body ? [] : ['The text is shortened to the 4,096 characters of an embed.']),
    ...(title === content.title.trim() ? [] : ['The title is shortened to the 256 characters of an embed.']),
    ...(footer === fields.tags ? [] : ['The tags are left out: they are longer than 2,048 characters.']),
  ];
  return { body: { embeds: [embed] }, warnings };
}

function fieldsOf(content: PublicationContent): TemplateFields {
  return {
    title: content.title.trim(),
    body: markdownToDiscord(content.body),
    link: content.link ?? '',
    tags: hashtags(content.tags),
  };
}

/**
 * Discord accepts only ASCII in `filename` (else it makes up a name, and `attachment://` points nowhere), and shows
 * `title` with the extension instead: https://github.com/discord/discord-api-docs/pull/6945.
 */
const attachmentNames: FileNameRules = { letters: 'ascii', marks: '._-', gap: '_', bytesMax: 120 };

function attachmentsOf(media: readonly MediaReference[]): NonNullable<MessageBody['attachments']> {
  const names = fileNames(
    media.map(({ name }) => unmarked(name)),
    attachmentNames,
  );
  return media.map(({ name, altText }, index) => {
    const hidden = name.startsWith(spoilerMark) ? spoilerMark : '';
    const filename = hidden + (names[index] ?? '');
    const title = titleOf(unmarked(name));
    return {
      id: String(index),
      filename,
      ...(filename !== name && title !== '' ? { title } : {}),
      ...(altText ? { description: shorten(altText, (text) => text.length <= altTextLengthMax) } : {}),
    };
  });
}

function unmarked(label: string): string {
  return label.startsWith(spoilerMark) ? label.slice(spoilerMark.length) : label;
}

/** "写真.png" → "写真": Discord appends the extension of `filename`. */
function titleOf(label: string): string {
  return label.replace(/(?<=.)\.[A-Za-z0-9]{1,12}$/, '').trim();
}
