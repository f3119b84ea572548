import {
  type APIAttachment,
  type APIBaseMessage,
  type APIEmbed,
  type APIMessage,
  MessageReferenceType,
  MessageType,
} from 'discord-api-types/v10';
import { roughBytes } from '#core/text/amounts.ts';
import { attachmentName } from '#core/text/file-names.ts';
import { contentHtml, escaped, link, time, webAddress } from './markup.ts';

export interface InlineImage {
  /** One of `inlineMediaTypes`. */
  mediaType: string;
  bytes: Uint8Array;
}

export interface MessageContext {
  /** By attachment id. */
  images: ReadonlyMap<string, InlineImage>;
  /** Ids of the messages in this archive. */
  present: ReadonlySet<string>;
}

const ordinary: ReadonlySet<MessageType> = new Set([
  MessageType.Default,
  MessageType.Reply,
  MessageType.ChatInputCommand,
  MessageType.ContextMenuCommand,
  MessageType.ThreadStarterMessage,
]);

export function messageHtml(message: APIMessage, context: MessageContext): string {
  const { id, author, edited_timestamp: edited } = message;
  const name = author.global_name ?? author.username;
  const tags = [
    author.bot ? '<span class="tag">app</span>' : '',
    message.pinned ? '<span class="tag">pinned</span>' : '',
    ordinary.has(message.type)
      ? ''
      : `<span class="tag">${escaped(MessageType[message.type] ?? 'event')}</span>`,
  ];
  return `<article id="m${escaped(id)}">
${replyHtml(message, context)}<div><span class="author" title="${escaped(author.username)}">${escaped(name)}</span>${tags.join('')}<a href="#m${escaped(id)}">${time(Date.parse(message.timestamp))}</a>${edited ? ` <span class="note">edited ${time(Date.parse(edited))}</span>` : ''}</div>
${bodyHtml(message, message, context)}${snapshotsHtml(message, context)}${reactionsHtml(message)}</article>`;
}

type Body = Pick<APIBaseMessage, 'content' | 'attachments' | 'embeds' | 'sticker_items' | 'poll'>;

function bodyHtml(body: Body, names: Pick<APIMessage, 'mentions'>, context: MessageContext): string {
  const content = body.content ? `<div class="content">${contentHtml(body.content, names)}</div>\n` : '';
  const attachments = body.attachments.map((attachment) => attachmentHtml(attachment, context));
  const list = attachments.length > 0 ? `<ul class="attachments">${attachments.join('')}</ul>\n` : '';
  const stickers = (body.sticker_items ?? []).map(
    ({ name }) => `<p class="note">Sticker: ${escaped(name)}</p>\n`,
  );
  return content + list + body.embeds.map(embedHtml).join('') + stickers.join('') + pollHtml(body.poll);
}

function replyHtml({ message_reference: reference }: APIMessage, { present }: MessageContext): string {
  const id = reference?.message_id;
  if (!id || reference.type === MessageReferenceType.Forward) return '';
  return present.has(id)
    ? `<div class="reply"><a href="#m${escaped(id)}">in reply to an earlier message</a></div>\n`
    : '<div class="reply">in reply to a message that is not in this archive</div>\n';
}

function snapshotsHtml(message: APIMessage, context: MessageContext): string {
  const forwarded = (message.message_snapshots ?? []).map(({ message: body }) => {
    const { content = '', attachments = [], embeds = [] } = body;
    const stickers = body.sticker_items ? { sticker_items: body.sticker_items } : {};
    return bodyHtml({ content, attachments, embeds, ...stickers }, message, context);
  });
  return forwarded
    .map((html) => `<blockquote><span class="note">forwarded</span>\n${html}</blockquote>\n`)
    .join('');
}

function attachmentHtml(attachment: APIAttachment, { images }: MessageContext): string {
  const { id, size, content_type: mediaType, description } = attachment;
  const name = attachmentName(attachment);
  const image = images.get(id);
  const picture = image
    ? `<img alt="${escaped(description ?? name)}" src="data:${escaped(image.mediaType)};base64,${Buffer.from(image.bytes).toString('base64')}">`
    : '';
  const facts = [mediaType, roughBytes(size)].filter((fact) => fact !== undefined).join(', ');
  return `<li>${picture}${link(webAddress(attachment.url), name)} <span class="note">(${escaped(facts)})</span></li>`;
}

function embedHtml(embed: APIEmbed): string {
  const { title, description, url, author, fields = [], footer } = embed;
  const lines = [
    author?.name && `<strong>${escaped(author.name)}</strong>`,
    title && link(webAddress(url), title),
    description && contentHtml(description, { mentions: [] }),
    ...fields.map(
      ({ name, value }) => `<strong>${escaped(name)}</strong>\n${contentHtml(value, { mentions: [] })}`,
    ),
    footer?.text && `<span class="note">${escaped(footer.text)}</span>`,
  ];
  const paragraphs = lines
    .filter((line) => line !== undefined && line !== '')
    .map((line) => `<p>${line}</p>`);
  return paragraphs.length > 0 ? `<div class="embed">${paragraphs.join('')}</div>\n` : '';
}

function pollHtml(poll: Body['poll']): string {
  if (!poll) return '';
  const counts = new Map(poll.results?.answer_counts.map(({ id, count }) => [id, count]));
  const answers = poll.answers.map(({ answer_id: id, poll_media: { text } }) => {
    const votes = counts.has(id) ? ` <span class="note">(${counts.get(id)})</span>` : '';
    return `<li>${escaped(text ?? '')}${votes}</li>`;
  });
  return `<div class="embed"><p><strong>${escaped(poll.question.text ?? '')}</strong></p><ul>${answers.join('')}</ul></div>\n`;
}

function reactionsHtml({ reactions = [] }: APIMessage): string {
  if (reactions.length === 0) return '';
  const shown = reactions.map(({ emoji, count }) => {
    const name = emoji.id ? `:${emoji.name ?? 'emoji'}:` : (emoji.name ?? '');
    return `<span>${escaped(name)} ${Number(count)}</span>`;
  });
  return `<div class="reactions">${shown.join('')}</div>\n`;
}
