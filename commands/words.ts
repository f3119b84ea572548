import type { z } from 'zod';
import type { planned } from '#contracts/actions/publish.ts';
import { commandErrors } from './errors.ts';

type Planned = z.input<typeof planned>;
type Given = string | number | boolean | undefined;

const localPattern = /^(\d{4}-\d{2}-\d{2})[T ]+(\d{1,2}):(\d{2})(:\d{2})?$/;

/** "a, b" as people type it. */
export function listOf(text: Given): string[] {
  return String(text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

/** What is no number is for the action to refuse. */
export function numberOf(value: Given): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** Only what was given: actions distinguish "absent" from "empty". */
export function given<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: NonNullable<T[K]> };
}

/** "2026-12-24 18:00" in a zone. Throws DISCORD_TIME_UNREADABLE, DISCORD_ZONE_MISSING. */
export function momentOf(at: Given, zone: Given): Planned | undefined {
  if (at === undefined || at === '') return undefined;
  const [, date, hour, minute, second = ''] = localPattern.exec(String(at).trim()) ?? [];
  if (!date || !hour || !minute) throw commandErrors.DISCORD_TIME_UNREADABLE({ text: String(at) });
  if (!zone) throw commandErrors.DISCORD_ZONE_MISSING();
  return { local: `${date}T${hour.padStart(2, '0')}:${minute}${second}`, zone: String(zone) };
}

/** "2026-12-24 18:00 Europe/Berlin", as forms have it on one line; without a zone `usual` is meant. */
export function momentOnOneLine(text: string, usual?: string): Planned | undefined {
  const [, at = text.trim(), zone = usual] = /^(.*?)(?:\s+([A-Za-z][\w/+-]*))?$/.exec(text.trim()) ?? [];
  return momentOf(at, zone);
}

export function asOneLine(at: Planned | undefined): string {
  return at ? `${at.local.replace('T', ' ')} ${at.zone}` : '';
}

/** `owner=acme draft=true title="Two words"`, or one JSON object. Throws DISCORD_OPTIONS_UNREADABLE. */
export function settingsOf(text: string): Record<string, unknown> {
  if (text.trim().startsWith('{')) return objectOf(text);
  const settings: Record<string, unknown> = {};
  for (const part of text.match(/(?:[^\s"]|"[^"]*")+/g) ?? []) {
    const [, name, value] = /^([\w-]+)=(.*)$/s.exec(part) ?? [];
    if (!name || value === undefined) throw commandErrors.DISCORD_OPTIONS_UNREADABLE({ part });
    settings[name] = settingOf(value);
  }
  return settings;
}

function objectOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    throw commandErrors.DISCORD_OPTIONS_UNREADABLE({ part: text.slice(0, 80) });
  }
}

/** Numbers too long to be exact, such as Discord's ids, stay text. */
function settingOf(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return text.length > 15 ? text : Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^\[.*\]$/s.test(text)) return listOf(text.slice(1, -1)).map((item) => item.replace(/^"|"$/g, ''));
  return text.replaceAll('"', '');
}
