/**
 * Any component by the fields that the local Discord reads. Requests bring them (Discord's own schemas judged them)
 * and messages hold them; which kind has which field is the schemas' business.
 */
import type { ChannelType, ComponentType } from 'discord-api-types/v10';

export interface WireComponent {
  type: ComponentType;
  id?: number | undefined;
  custom_id?: string | undefined;
  /** In a text display. */
  content?: string | undefined;
  /** Below a row, section or container. */
  components?: readonly WireComponent[] | undefined;
  /** Beside a section's texts. */
  accessory?: WireComponent | undefined;
  /** In a modal's label. */
  component?: WireComponent | undefined;
  disabled?: boolean | undefined;
  required?: boolean | undefined;
  spoiler?: boolean | undefined;
  accent_color?: number | null | undefined;
  divider?: boolean | undefined;
  spacing?: number | undefined;
  media?: WireMedia | undefined;
  file?: WireMedia | undefined;
  description?: string | null | undefined;
  items?: readonly WireGalleryItem[] | undefined;
  options?: readonly { value: string }[] | undefined;
  /** In a channel select. */
  channel_types?: readonly ChannelType[] | undefined;
  min_values?: number | undefined;
  max_values?: number | undefined;
  min_length?: number | undefined;
  max_length?: number | undefined;
  value?: string | undefined;
}

export interface WireMedia {
  url: string;
}

export interface WireGalleryItem {
  media: WireMedia;
  description?: string | null | undefined;
  spoiler?: boolean | undefined;
}

/** Every component of a tree, containers and accessories included, in reading order. */
export function flattenComponents(components: readonly WireComponent[]): WireComponent[] {
  return components.flatMap((whole) => {
    const { components: children = [], accessory, component } = whole;
    const nested = [...children, ...(accessory ? [accessory] : []), ...(component ? [component] : [])];
    return [whole, ...flattenComponents(nested)];
  });
}
