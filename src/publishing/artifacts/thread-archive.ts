import { createHash } from 'node:crypto';
import type { APIMessage } from 'discord-api-types/v10';
import type { ThreadContent } from '#contracts/thread-source.ts';
import { escaped, time } from './archive/markup.ts';
import { type InlineImage, messageHtml } from './archive/message-html.ts';
import { pageStyle } from './archive/page-style.ts';

/** Pictures that a browser shows without running anything; not SVG. */
export const inlineMediaTypes: readonly string[] = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
];
/** A larger picture is only linked to. */
export const inlineImageBytesMax = 256 * 1024;
export const inlineBytesMax = 8 * 1024 * 1024;

export interface ThreadArchiveInit {
  /** When it was read. */
  atMs: number;
  /** By attachment id; attachments that are too large, too many, or no picture are left out. */
  images: ReadonlyMap<string, InlineImage>;
}

export interface ThreadArchive {
  /** One self-contained page: it requests nothing and runs nothing. */
  html: string;
  /** The messages as Discord gave them, with what the page says about the archive. */
  json: string;
}

const withoutContent =
  'This hub is not granted the Message Content intent, so Discord leaves out what people wrote: texts, attachments and embeds are missing except in messages that mention the bot or are its own.';

/** Pure: the same thread gives the same archive. */
export function buildThreadArchive(thread: ThreadContent, init: ThreadArchiveInit): ThreadArchive {
  const messages = [...thread.messages].sort(byAge);
  return { html: htmlOf(thread, messages, init), json: jsonOf(thread, messages, init.atMs) };
}

function htmlOf(thread: ThreadContent, messages: readonly APIMessage[], init: ThreadArchiveInit): string {
  const context = {
    images: inlined(messages, init.images),
    present: new Set(messages.map(({ id }) => id)),
  };
  const place = [thread.guildName, thread.parentName && `#${thread.parentName}`].filter(Boolean).join(' · ');
  const styleHash = createHash('sha256').update(pageStyle).digest('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(thread.name)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>${escaped(thread.name)}</h1>
<p class="meta">${escaped(place)} · ${messages.length} messages · archived ${time(init.atMs)}</p>
</header>
${warnings(thread)
  .map((text) => `<p class="warning" role="note">${escaped(text)}</p>\n`)
  .join('')}<main>
${messages.map((message) => messageHtml(message, context)).join('\n')}
</main>
</body>
</html>
`;
}

function jsonOf(thread: ThreadContent, messages: readonly APIMessage[], atMs: number): string {
  const { guildId, guildName, channelId, name, parentName, isContentAvailable, isCut } = thread;
  const head = { format: 'guildmesh-thread', version: 1, archivedAtMs: atMs };
  const place = { guildId, guildName, channelId, name, parentName };
  return `${JSON.stringify({ ...head, ...place, isContentAvailable, isCut, messages }, undefined, 1)}\n`;
}

function warnings({ isContentAvailable, isCut, messages }: ThreadContent): string[] {
  return [
    ...(isContentAvailable ? [] : [withoutContent]),
    ...(isCut ? [`Only the first ${messages.length} messages are in this archive; there were more.`] : []),
  ];
}

/** In the order of the messages, as long as there is room. */
function inlined(
  messages: readonly APIMessage[],
  images: ReadonlyMap<string, InlineImage>,
): Map<string, InlineImage> {
  const chosen = new Map<string, InlineImage>();
  let leftBytes = inlineBytesMax;
  for (const { id } of messages.flatMap(attachmentsOf)) {
    const image = images.get(id);
    if (!image || chosen.has(id) || !inlineMediaTypes.includes(image.mediaType)) continue;
    const { byteLength } = image.bytes;
    if (byteLength > inlineImageBytesMax || byteLength > leftBytes) continue;
    leftBytes -= byteLength;
    chosen.set(id, image);
  }
  return chosen;
}

function attachmentsOf(message: APIMessage) {
  const forwarded = (message.message_snapshots ?? []).flatMap(
    (snapshot) => snapshot.message.attachments ?? [],
  );
  return [...message.attachments, ...forwarded];
}

/** Snowflakes grow with time; their length is compared first, as they are numbers. */
function byAge(a: APIMessage, b: APIMessage): number {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
