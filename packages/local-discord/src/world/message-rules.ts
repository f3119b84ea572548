/** Rules of a message that Discord's published schemas do not hold. */
import { ComponentType, MessageFlags } from 'discord-api-types/v10';
import { invalidForm, refusals } from '../refusal.ts';
import { flattenComponents, type WireComponent } from './wire-component.ts';

export const contentLengthMax = 2_000;
export const embedsMax = 10;
export const embedTextLengthMax = 6_000;
export const componentsMax = 40;
const actionRowsMax = 5;
const textDisplayLengthMax = 4_000;

export interface MessageContent {
  content?: string | null | undefined;
  embeds?: readonly EmbedTexts[] | null | undefined;
  components?: readonly WireComponent[] | null | undefined;
  sticker_ids?: readonly string[] | null | undefined;
  poll?: object | null | undefined;
  flags?: number | null | undefined;
}

/** Throws the refusal that Discord would answer with. `fileCount` counts uploaded and kept attachments. */
export function checkMessage(content: MessageContent, fileCount: number): void {
  if ((content.flags ?? 0) & MessageFlags.IsComponentsV2) checkComponentsV2(content);
  else checkClassic(content, fileCount);
}

function checkClassic(content: MessageContent, fileCount: number): void {
  if (contentLength(content.content ?? '') > contentLengthMax) {
    throw invalidForm('content', 'BASE_TYPE_MAX_LENGTH', 'Must be 2000 or fewer in length.');
  }
  checkEmbeds(content.embeds ?? []);
  checkClassicComponents(content.components ?? []);
  const empty =
    !content.content?.trim() &&
    !content.embeds?.length &&
    !content.components?.length &&
    !content.sticker_ids?.length &&
    !content.poll &&
    fileCount === 0;
  if (empty) throw refusals.emptyMessage();
}

/** Discord counts code points. */
function contentLength(text: string): number {
  return text.length <= contentLengthMax ? text.length : [...text].length;
}

function checkEmbeds(embeds: readonly EmbedTexts[]): void {
  if (embeds.length > embedsMax) {
    throw invalidForm('embeds', 'BASE_TYPE_MAX_LENGTH', 'Must be 10 or fewer in length.');
  }
  const total = embeds.reduce((sum, embed) => sum + embedTextLength(embed), 0);
  if (total > embedTextLengthMax) {
    throw invalidForm('embeds', 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000');
  }
}

interface EmbedTexts {
  title?: string | null | undefined;
  description?: string | null | undefined;
  author?: { name?: string | undefined } | null | undefined;
  footer?: { text?: string | undefined } | null | undefined;
  fields?: readonly { name: string; value: string }[] | null | undefined;
}

function embedTextLength(embed: EmbedTexts): number {
  const texts = [
    embed.title,
    embed.description,
    embed.author?.name,
    embed.footer?.text,
    ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
  ];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

function checkClassicComponents(components: readonly WireComponent[]): void {
  if (components.length > actionRowsMax) {
    throw invalidForm('components', 'BASE_TYPE_MAX_LENGTH', 'Must be 5 or fewer in length.');
  }
  components.forEach(({ type }, index) => {
    if (type !== ComponentType.ActionRow) {
      const message = 'Value of field "type" must be one of (1,).';
      throw invalidForm(`components.${index}.type`, 'UNION_TYPE_CHOICES', message);
    }
  });
  checkCustomIds(components);
}

function checkComponentsV2(content: MessageContent): void {
  for (const field of ['content', 'embeds', 'poll', 'sticker_ids'] as const) {
    const value = content[field];
    if (value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length))
      continue;
    const message = `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`;
    throw invalidForm(field, 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2', message);
  }
  const components = content.components ?? [];
  if (components.length === 0) throw refusals.emptyMessage();
  const all = flattenComponents(components);
  if (all.length > componentsMax) {
    const message = `Total number of components cannot exceed ${componentsMax}`;
    throw invalidForm('components', 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED', message);
  }
  const text = all.reduce((sum, { content: shown = '' }) => sum + shown.length, 0);
  if (text > textDisplayLengthMax) {
    const message = 'Total displayable text of components must be 4000 or fewer characters.';
    throw invalidForm('components', 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED', message);
  }
  checkCustomIds(components);
}

function checkCustomIds(components: readonly WireComponent[]): void {
  const seen = new Set<string>();
  for (const { custom_id: customId } of flattenComponents(components)) {
    if (customId === undefined) continue;
    if (seen.has(customId)) {
      const message = 'Component custom id cannot be duplicated';
      throw invalidForm('components', 'COMPONENT_CUSTOM_ID_DUPLICATED', message);
    }
    seen.add(customId);
  }
}
