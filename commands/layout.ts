import {
  type APIButtonComponentWithCustomId,
  type APIComponentInContainer,
  ButtonStyle,
  ComponentType,
  SeparatorSpacingSize,
} from 'discord-api-types/v10';
import type { CommandContext, View } from '#contracts/command.ts';
import { cutGraphemes } from '#core/text/inert.ts';

/** The coloured edge of a card says the state before a word is read. */
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

/** A text with a button at its side. */
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

/** "2 minutes ago", kept up to date by Discord. */
export function ago(atMs: number): string {
  return `<t:${Math.floor(atMs / 1_000)}:R>`;
}

/** Text as it is, in monospace: no backtick or control character can end it early. */
export function code(text: string, lengthMax = 200): string {
  return `\`${cutGraphemes(text.replace(/[`\p{C}]/gu, ''), lengthMax)}\``;
}

/** The end of a peer id is what tells two apart. */
export function shortPeerId(peerId: string): string {
  return peerId.length <= 10 ? peerId : `…${peerId.slice(-8)}`;
}

export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? one : many}`;
}

export interface Cap {
  countMax: number;
  /** Characters, of all lines together: a message holds 4,000. */
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
