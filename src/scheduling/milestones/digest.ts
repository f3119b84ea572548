import type { Transaction } from 'kysely';
import type { MilestoneTable, Schema } from '../tables/schema.ts';
import { dateText } from '../time/local-time.ts';
import type { Zones } from '../time/zones.ts';
import type { PostContent } from './content.ts';

/** Lines in each part of a digest. */
export const digestLinesMax = 25;
const dayMs = 86_400_000;

export interface DigestRequest {
  zones: Zones;
  guildId: string;
  title: string;
  /** Start of the period whose reached milestones are listed. */
  fromMs: number;
  nowMs: number;
}

/**
 * Open milestones, the nearest first, and those reached since the last digest; undefined when there is nothing to
 * report.
 */
export async function digestContent(
  tx: Transaction<Schema>,
  { zones, guildId, title, fromMs, nowMs }: DigestRequest,
): Promise<PostContent | undefined> {
  const reached = await tx
    .selectFrom('milestone')
    .selectAll()
    .where('guild_id', '=', guildId)
    .where('state', '=', 'reached')
    .where('settled_at_ms', '>', fromMs)
    .orderBy('settled_at_ms')
    .execute();
  const open = await tx
    .selectFrom('milestone')
    .selectAll()
    .where('guild_id', '=', guildId)
    .where('state', '=', 'open')
    .orderBy('at_ms')
    .execute();
  const parts = [
    part(
      'Reached',
      reached.map((milestone) => `- ${milestone.title}`),
    ),
    part(
      'Open',
      open.map((milestone) => openLine(zones, milestone, nowMs)),
    ),
  ].filter((text) => text !== '');
  if (parts.length === 0) return undefined;
  return { title, body: parts.join('\n\n'), tags: [], media: [] };
}

function part(heading: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, digestLinesMax);
  const more = lines.length > shown.length ? [`- and ${lines.length - shown.length} more`] : [];
  return [`**${heading}**`, ...shown, ...more].join('\n');
}

function openLine(zones: Zones, milestone: MilestoneTable, nowMs: number): string {
  const zone = zones.get(milestone.zone);
  const localMs = zone.localOf(milestone.at_ms);
  const daysCount = Math.floor(localMs / dayMs) - Math.floor(zone.localOf(nowMs) / dayMs);
  const progress = milestone.progress_percent > 0 ? `, ${Math.round(milestone.progress_percent)} %` : '';
  return `- ${milestone.title}: ${dateText(localMs)} (${daysText(daysCount)})${progress}`;
}

function daysText(count: number): string {
  if (count === 0) return 'today';
  const days = `${Math.abs(count)} day${Math.abs(count) === 1 ? '' : 's'}`;
  return count > 0 ? `in ${days}` : `${days} overdue`;
}
