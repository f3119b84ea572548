/** Components as Discord gives them back: numbered, with defaults filled in and media resolved. */
import { type APIAttachment, type APIMessageTopLevelComponent, ComponentType } from 'discord-api-types/v10';
import { invalidForm } from '../refusal.ts';
import { flattenComponents } from './message-rules.ts';
import type { Snowflakes } from './snowflakes.ts';

type Fields = Record<string, unknown> & { type: ComponentType; id?: number };

export function completeComponents(
  components: readonly object[],
  attachments: readonly APIAttachment[],
  snowflakes: Snowflakes,
): APIMessageTopLevelComponent[] {
  const taken = new Set(flattenComponents(components).map((component) => (component as Fields).id));
  let lastId = 0;
  const nextId = () => {
    do lastId += 1;
    while (taken.has(lastId));
    return lastId;
  };
  const media = (given: unknown) => resolveMedia(given as { url: string }, attachments, snowflakes);
  const complete = (component: Fields): Fields => {
    const done: Fields = { ...withoutNulls(component), type: component.type, id: component.id || nextId() };
    if (component.components) done.components = (component.components as Fields[]).map(complete);
    if (component.accessory) done.accessory = complete(component.accessory as Fields);
    return Object.assign(done, defaultsOf(component, media, attachments));
  };
  return components.map((component) =>
    complete(component as Fields),
  ) as unknown as APIMessageTopLevelComponent[];
}

function defaultsOf(
  component: Fields,
  media: (given: unknown) => Record<string, unknown>,
  attachments: readonly APIAttachment[],
): Record<string, unknown> {
  const spoiler = component.spoiler ?? false;
  switch (component.type) {
    case ComponentType.Container:
      return { spoiler, accent_color: component.accent_color ?? null };
    case ComponentType.Separator:
      return { divider: component.divider ?? true, spacing: component.spacing ?? 1 };
    case ComponentType.Thumbnail:
      return { spoiler, media: media(component.media), description: component.description ?? null };
    case ComponentType.MediaGallery:
      return { items: (component.items as Fields[]).map((item) => galleryItem(item, media)) };
    case ComponentType.File: {
      const file = media(component.file);
      const attachment = attachments.find((candidate) => candidate.id === file.attachment_id);
      return { spoiler, file, name: attachment?.filename ?? null, size: attachment?.size ?? null };
    }
    case ComponentType.StringSelect:
    case ComponentType.UserSelect:
    case ComponentType.RoleSelect:
    case ComponentType.MentionableSelect:
    case ComponentType.ChannelSelect:
      return { min_values: component.min_values ?? 1, max_values: component.max_values ?? 1 };
    default:
      return {};
  }
}

function galleryItem(
  item: Fields,
  media: (given: unknown) => Record<string, unknown>,
): Record<string, unknown> {
  return { media: media(item.media), description: item.description ?? null, spoiler: item.spoiler ?? false };
}

function resolveMedia(
  given: { url: string },
  attachments: readonly APIAttachment[],
  snowflakes: Snowflakes,
): Record<string, unknown> {
  const name = /^attachment:\/\/(.+)$/.exec(given.url)?.[1];
  if (name === undefined) return { id: snowflakes.next(), url: given.url, proxy_url: given.url };
  const attachment = attachments.find((candidate) => candidate.filename === name);
  if (!attachment) {
    const message = `The referenced attachment ${name} was not found`;
    throw invalidForm('components', 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND', message);
  }
  const { id, url, proxy_url, content_type } = attachment;
  return { id: snowflakes.next(), url, proxy_url, content_type, attachment_id: id };
}

function withoutNulls(component: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(component).filter(([, value]) => value !== null && value !== undefined),
  );
}
