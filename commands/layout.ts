import {
  type APIButtonComponentWithCustomId,
  type APIComponentInContainer,
  type APISelectMenuOption,
  ButtonStyle,
  ComponentType,
  SeparatorSpacingSize,
} from 'discord-api-types/v10';
import type { CommandContext, View } from '#contracts/command.ts';
import { cleanLine } from '#core/text/clean-line.ts';
import { cutGraphemes } from '#core/text/inert.ts';

/** The coloured edge of a card shows the state before a word is read. */
export const accents = {
  good: 0x23a55a,
  waiting: 0xf0b232,
  bad: 0xda373c,
  idle: 0x80848e,
  plain: 0x5865f2,
} as const;
export type Accent = keyof typeof accents;

export function card(accent: Accent, blocks: readonly APIComponentInContainer[]): View {
  return {
    components: [{ type: ComponentType.Container, accent_color: accents[accent], components: [...blocks] }],
  };
}

/** One text block; absent lines are left out. */
export function lines(...content: (string | undefined | false)[]): APIComponentInContainer {
  return { type: ComponentType.TextDisplay, content: content.filter(Boolean).join('\n') };
}

export function divider(): APIComponentInContainer {
  return { type: ComponentType.Separator, divider: true, spacing: SeparatorSpacingSize.Small };
}

/** A text with a button beside it. */
export function lineWithButton(
  content: string,
  accessory: APIButtonComponentWithCustomId,
): APIComponentInContainer {
  return {
    type: ComponentType.Section,
    components: [{ type: ComponentType.TextDisplay, content }],
    accessory,
  };
}

export function buttons(...components: APIButtonComponentWithCustomId[]): APIComponentInContainer {
  return { type: ComponentType.ActionRow, components };
}

/** A text with a picture beside it; `alt` says what it shows. */
export function linesWithPicture(
  content: string,
  picture: { url: string; alt: string },
): APIComponentInContainer {
  return {
    type: ComponentType.Section,
    components: [{ type: ComponentType.TextDisplay, content }],
    accessory: { type: ComponentType.Thumbnail, media: { url: picture.url }, description: picture.alt },
  };
}

/** Discord: options of a select, and the text of each. */
const selectOptionsMax = 25;
const selectTextMax = 100;

export interface Selectable {
  value: string;
  label: string;
  help?: string | undefined;
}

/** One of up to 25, or with `most` several; the placeholder says what for. Must not be empty. */
export function select(
  customId: string,
  placeholder: string,
  options: readonly Selectable[],
  most = 1,
): APIComponentInContainer {
  const shown = options.slice(0, selectOptionsMax).map(
    ({ value, label, help }): APISelectMenuOption => ({
      value,
      // Titles and names of people: a direction character in one would turn what stands around it.
      label: cleanLine(label, selectTextMax) || '–',
      ...(help ? { description: cleanLine(help, selectTextMax) || '–' } : {}),
    }),
  );
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: customId,
        placeholder,
        options: shown,
        min_values: 1,
        max_values: Math.min(most, shown.length),
      },
    ],
  };
}

type ButtonMaker = (context: CommandContext, data?: string) => APIButtonComponentWithCustomId;

export const refreshButton: ButtonMaker = (context, data) => ({
  type: ComponentType.Button,
  style: ButtonStyle.Secondary,
  label: 'Refresh',
  custom_id: context.customId('refresh', data),
});

export const stopButton: ButtonMaker = (context, data) => ({
  type: ComponentType.Button,
  style: ButtonStyle.Danger,
  label: 'Stop',
  custom_id: context.customId('stop', data),
});

export const startButton: ButtonMaker = (context, data) => ({
  type: ComponentType.Button,
  style: ButtonStyle.Success,
  label: 'Start',
  custom_id: context.customId('start', data),
});

export function button(
  label: string,
  customId: string,
  style:
    | ButtonStyle.Primary
    | ButtonStyle.Secondary
    | ButtonStyle.Success
    | ButtonStyle.Danger = ButtonStyle.Secondary,
): APIButtonComponentWithCustomId {
  return { type: ComponentType.Button, style, label, custom_id: customId };
}

/** "2 minutes ago", kept up to date by Discord. */
export function ago(atMs: number): string {
  return `<t:${Math.floor(atMs / 1_000)}:R>`;
}

/** "1:02:03" */
export function clockTime(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Date and time in the reader's zone. */
export function moment(atMs: number): string {
  return `<t:${Math.floor(atMs / 1_000)}:F>`;
}

/** A price in millionths of a dollar: "$0.015". */
export function dollars(micros: number): string {
  return (micros / 1_000_000).toLocaleString('en', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  });
}

/** A linked text; empty when the address is invalid or longer than is shown. */
export function link(label: string, url: string | undefined, lengthMax = 400): string | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  const closed = href.replace(/[()<>[\]\\*_~|`]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return /^https?:$/.test(protocol) && closed.length <= lengthMax ? `[${label}](<${closed}>)` : undefined;
}

/** Text unchanged, on as many lines as it has, in a block of its own: nothing in it can end the block or hide. */
export function block(text: string, lengthMax: number): string {
  const shown = text
    .replaceAll('```', '\u02cb\u02cb\u02cb')
    .replace(/[^\P{C}\n\t\u200d]/gu, '')
    .replace(/\n{3,}/g, '\n\n');
  return `\`\`\`\n${cutGraphemes(shown, lengthMax) || ' '}\n\`\`\``;
}

/** Text unchanged, in monospace: no backtick or control character can end it early. */
export function code(text: string, lengthMax = 200): string {
  return `\`${cutGraphemes(text.replace(/[`\p{C}]/gu, ''), lengthMax)}\``;
}

/** Peer ids differ at their end. */
export function shortPeerId(peerId: string): string {
  return peerId.length <= 10 ? peerId : `…${peerId.slice(-8)}`;
}

export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? one : many}`;
}

export interface Cap {
  countMax: number;
  /** Characters of all lines together: a message holds 4,000. */
  lengthMax: number;
}

/** The first items that fit, and a line that counts the rest. */
export function capped<T>(
  items: readonly T[],
  { countMax, lengthMax }: Cap,
  show: (item: T) => string,
): string[] {
  const shown: string[] = [];
  let length = 0;
  for (const item of items.slice(0, countMax)) {
    const line = show(item);
    length += line.length + 1;
    if (length > lengthMax) break;
    shown.push(line);
  }
  if (items.length > shown.length) shown.push(`-# … and ${items.length - shown.length} more`);
  return shown;
}
