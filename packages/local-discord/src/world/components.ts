/** Components as Discord gives them back: numbered, with defaults filled in and media resolved. */
import { type APIAttachment, type APIMessageTopLevelComponent, ComponentType } from 'discord-api-types/v10';
import { invalidForm } from '../refusal.ts';
import type { Snowflakes } from './snowflakes.ts';
import {
  flattenComponents,
  type WireComponent,
  type WireGalleryItem,
  type WireMedia,
} from './wire-component.ts';

/** A media item as the message shows it. */
interface ShownMedia extends WireMedia {
  id: string;
  proxy_url: string;
  content_type?: string | undefined;
  attachment_id?: string;
}

type ShowMedia = (given: WireMedia | undefined) => ShownMedia;

export function completeComponents(
  components: readonly WireComponent[],
  attachments: readonly APIAttachment[],
  snowflakes: Snowflakes,
): APIMessageTopLevelComponent[] {
  const taken = new Set(flattenComponents(components).map(({ id }) => id));
  let lastId = 0;
  const nextId = () => {
    do lastId += 1;
    while (taken.has(lastId));
    return lastId;
  };
  const media: ShowMedia = (given) => resolveMedia(given, attachments, snowflakes);
  const complete = (component: WireComponent): WireComponent => {
    const done: WireComponent = {
      ...withoutNulls(component),
      type: component.type,
      id: component.id || nextId(),
    };
    if (component.components) done.components = component.components.map(complete);
    if (component.accessory) done.accessory = complete(component.accessory);
    return Object.assign(done, defaultsOf(component, media, attachments));
  };
  // The schemas judged them on the way in: which kind has which field is known to them only.
  return components.map(complete) as APIMessageTopLevelComponent[];
}

function defaultsOf(
  component: WireComponent,
  media: ShowMedia,
  attachments: readonly APIAttachment[],
): object {
  const spoiler = component.spoiler ?? false;
  switch (component.type) {
    case ComponentType.Container:
      return { spoiler, accent_color: component.accent_color ?? null };
    case ComponentType.Separator:
      return { divider: component.divider ?? true, spacing: component.spacing ?? 1 };
    case ComponentType.Thumbnail:
      return { spoiler, media: media(component.media), description: component.description ?? null };
    case ComponentType.MediaGallery:
      return { items: component.items?.map((item) => galleryItem(item, media)) ?? [] };
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

function galleryItem(item: WireGalleryItem, media: ShowMedia): WireGalleryItem {
  return { media: media(item.media), description: item.description ?? null, spoiler: item.spoiler ?? false };
}

function resolveMedia(
  given: WireMedia | undefined,
  attachments: readonly APIAttachment[],
  snowflakes: Snowflakes,
): ShownMedia {
  const { url: wanted = '' } = given ?? {};
  const name = /^attachment:\/\/(.+)$/.exec(wanted)?.[1];
  if (name === undefined) return { id: snowflakes.next(), url: wanted, proxy_url: wanted };
  const attachment = attachments.find((candidate) => candidate.filename === name);
  if (!attachment) {
    const message = `The referenced attachment ${name} was not found`;
    throw invalidForm('components', 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND', message);
  }
  const { id, url, proxy_url, content_type } = attachment;
  return { id: snowflakes.next(), url, proxy_url, content_type, attachment_id: id };
}

function withoutNulls(component: WireComponent): object {
  return Object.fromEntries(
    Object.entries(component).filter(([, value]) => value !== null && value !== undefined),
  );
}
