import { cutGraphemes } from '#core/text/inert.ts';
import { contentOf } from '../stored-texts.ts';
import type { ScheduleTable } from '../tables/schema.ts';
import { formatLocal } from '../time/local-time.ts';
import type { Zones } from '../time/zones.ts';

const titleCharsMax = 300;
const tagCharsMax = 64;

const placePattern = /\{(date|counter)\}/g;

export interface Run {
  slotMs: number;
  /** Number of the run within its schedule, from 1. */
  number: number;
}

/** Whether the text of a run depends on the number of earlier runs. */
export function countsRuns({ kind, content }: Pick<ScheduleTable, 'kind' | 'content'>): boolean {
  return kind === 'publication' && content.includes('{counter}');
}

/**
 * The text of one run of a schedule: `{date}` is its day in the schedule's zone, "2026-12-24"; `{counter}` its number.
 */
export function contentAt(
  zones: Zones,
  row: Pick<ScheduleTable, 'content' | 'zone'>,
  { slotMs, number }: Run,
): string {
  if (row.content.search(placePattern) < 0) return row.content;
  const content = contentOf(row.content);
  const date = formatLocal(zones.get(row.zone).localOf(slotMs)).slice(0, 10);
  const filled = (text: string) =>
    text.replace(placePattern, (_, name) => (name === 'date' ? date : String(number)));
  return JSON.stringify({
    ...content,
    title: cutGraphemes(filled(content.title), titleCharsMax),
    ...(content.body !== undefined && { body: filled(content.body) }),
    ...(content.tags && { tags: content.tags.map((tag) => cutGraphemes(filled(tag), tagCharsMax)) }),
  });
}
