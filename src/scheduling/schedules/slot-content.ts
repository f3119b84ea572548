import type { PublicationOrder } from '#contracts/publications.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import type { ScheduleTable } from '#storage/scheduling-tables.ts';
import { formatLocal } from '../time/local-time.ts';
import type { Zones } from '../time/zones.ts';

const titleCharsMax = 300;
const tagCharsMax = 64;

/** What one run of a schedule says: `{date}` is its day in the schedule's zone, "2026-12-24". */
export function contentAt(
  zones: Zones,
  row: Pick<ScheduleTable, 'content' | 'zone'>,
  slotMs: number,
): string {
  if (!row.content.includes('{date}')) return row.content;
  const content = JSON.parse(row.content) as PublicationOrder['content'];
  const date = formatLocal(zones.get(row.zone).localOf(slotMs)).slice(0, 10);
  const dated = (text: string) => text.replaceAll('{date}', date);
  return JSON.stringify({
    ...content,
    title: cutGraphemes(dated(content.title), titleCharsMax),
    ...(content.body !== undefined && { body: dated(content.body) }),
    ...(content.tags && { tags: content.tags.map((tag) => cutGraphemes(dated(tag), tagCharsMax)) }),
  });
}
