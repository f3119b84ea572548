/** Builds and edits messages: the one place where a request body becomes a stored message. */
import {
  type APIAttachment,
  type APIEmbed,
  type APIMessage,
  type APIUser,
  ChannelType,
  EmbedType,
  MessageFlags,
  MessageType,
  type RESTPostAPIChannelMessageJSONBody,
} from 'discord-api-types/v10';
import { invalidForm } from '../refusal.ts';
import type { Attachments, UploadedFile } from './attachments.ts';
import { filesMax } from './attachments.ts';
import { completeComponents } from './components.ts';
import { readMentions } from './mentions.ts';
import { checkMessage } from './message-rules.ts';
import type { ChannelRecord, GuildRecord } from './records.ts';
import type { Snowflakes } from './snowflakes.ts';
import type { WireComponent } from './wire-component.ts';
import type { World } from './world.ts';

export type MessageBody = Omit<
  Partial<RESTPostAPIChannelMessageJSONBody>,
  'content' | 'embeds' | 'components' | 'flags'
> & {
  content?: string | null | undefined;
  embeds?: APIEmbed[] | null | undefined;
  components?: readonly WireComponent[] | null | undefined;
  flags?: number | null | undefined;
};

export interface Draft {
  guild: GuildRecord;
  channel: ChannelRecord;
  author: APIUser;
  body: MessageBody;
  files: readonly UploadedFile[];
  /** Fields that depend on the way in: webhook_id, application_id, interaction_metadata, … */
  extra?: Partial<APIMessage>;
}

export interface Composer {
  compose(draft: Draft): APIMessage;
  /** Changes the message in place; fields that the body lacks stay. */
  edit(message: APIMessage, draft: Pick<Draft, 'guild' | 'channel' | 'body' | 'files'>): void;
}

/** Flags that a request may set; the others are Discord's own. */
const settableFlags =
  MessageFlags.SuppressEmbeds |
  MessageFlags.Ephemeral |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2;

export function createComposer(components: {
  world: World;
  snowflakes: Snowflakes;
  attachments: Attachments;
}): Composer {
  const { world, snowflakes, attachments: store } = components;

  function storeFiles(
    channel: ChannelRecord,
    body: MessageBody,
    files: readonly UploadedFile[],
  ): APIAttachment[] {
    if (files.length > filesMax) {
      throw invalidForm('attachments', 'BASE_TYPE_MAX_LENGTH', 'Must be 10 or fewer in length.');
    }
    return files.map((file) => {
      const told = body.attachments?.find((candidate) => String(candidate.id) === String(file.index));
      return store.store(channel.id, { ...file, name: told?.filename ?? file.name }, told ?? {});
    });
  }

  return {
    compose({ guild, channel, author, body, files, extra }) {
      checkMessage(body, files.length);
      const attachments = storeFiles(channel, body, files);
      return {
        id: snowflakes.next(),
        channel_id: channel.id,
        type: body.message_reference ? MessageType.Reply : MessageType.Default,
        author,
        content: body.content ?? '',
        timestamp: new Date().toISOString(),
        edited_timestamp: null,
        tts: body.tts ?? false,
        ...readMentions(world, guild, body.content ?? '', body.allowed_mentions),
        attachments: unreferenced(body, attachments),
        embeds: completeEmbeds(body.embeds ?? [], attachments),
        components: completeComponents(body.components ?? [], attachments, snowflakes),
        pinned: false,
        flags: (body.flags ?? 0) & settableFlags,
        ...(channel.thread && channel.type !== ChannelType.GuildText
          ? { position: channel.thread.messageCount }
          : {}),
        ...(body.nonce === undefined || body.nonce === null ? {} : { nonce: body.nonce }),
        ...extra,
      };
    },

    edit(message, { guild, channel, body, files }) {
      const kept = keptAttachments(message, body);
      const flags = editedFlags(message, body);
      const content = body.content === undefined ? message.content : (body.content ?? '');
      const embeds = body.embeds === undefined ? message.embeds : (body.embeds ?? []);
      const components = body.components === undefined ? (message.components ?? []) : (body.components ?? []);
      checkMessage({ content, embeds, components, flags }, kept.length + files.length);
      const attachments = [...kept, ...storeFiles(channel, body, files)];
      Object.assign(message, {
        content,
        flags,
        attachments: unreferenced(body, attachments),
        embeds: completeEmbeds(embeds, attachments),
        components:
          body.components === undefined
            ? components
            : completeComponents(components, attachments, snowflakes),
        edited_timestamp: new Date().toISOString(),
        ...(body.content === undefined ? {} : readMentions(world, guild, content, body.allowed_mentions)),
      });
    },
  };
}

/** Without a list, all; with one, those that it names. */
function keptAttachments({ attachments }: APIMessage, body: MessageBody): APIAttachment[] {
  const named = body.attachments;
  return named ? attachments.filter((old) => named.some(({ id }) => String(id) === old.id)) : attachments;
}

/** Components V2 can be switched on by an edit, never off. */
function editedFlags(message: APIMessage, body: MessageBody): number {
  const before = message.flags ?? 0;
  if (body.flags === undefined || body.flags === null) return before;
  const own = before & ~(MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2);
  const sticky = before & MessageFlags.IsComponentsV2;
  return own | sticky | (body.flags & (MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2));
}

/** A file that an embed shows is not listed again below it. */
function unreferenced(body: MessageBody, attachments: APIAttachment[]): APIAttachment[] {
  const shown = new Set(
    (body.embeds ?? []).flatMap((embed) => [embed.image?.url, embed.thumbnail?.url]).map(attachmentName),
  );
  return attachments.filter((attachment) => !shown.has(attachment.filename));
}

function completeEmbeds(embeds: readonly APIEmbed[], attachments: readonly APIAttachment[]): APIEmbed[] {
  const resolve = (url: string) =>
    attachments.find(({ filename }) => filename === attachmentName(url))?.url ?? url;
  return embeds.map((embed) => ({
    ...withoutNulls(embed),
    type: EmbedType.Rich,
    ...(embed.fields
      ? { fields: embed.fields.map((field) => ({ ...field, inline: field.inline ?? false })) }
      : {}),
    ...(embed.image ? { image: { ...embed.image, url: resolve(embed.image.url) } } : {}),
    ...(embed.thumbnail ? { thumbnail: { ...embed.thumbnail, url: resolve(embed.thumbnail.url) } } : {}),
  }));
}

function attachmentName(url: string | undefined): string | undefined {
  return url === undefined ? undefined : /^attachment:\/\/(.+)$/.exec(url)?.[1];
}

function withoutNulls(embed: APIEmbed): APIEmbed {
  return Object.fromEntries(Object.entries(embed).filter(([, value]) => value !== null));
}
