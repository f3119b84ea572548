import { commandErrors } from './errors.ts';

type Given = string | number | boolean | undefined;

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
