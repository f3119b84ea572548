import type { PublicationOrder } from '#contracts/publications.ts';
import { listOf } from '../stored-texts.ts';
import type { MilestoneTable } from '../tables/schema.ts';
import { whenText } from '../time/local-time.ts';
import type { Zone } from '../time/zone.ts';
import { parseOffset } from './offsets.ts';

export type PostContent = PublicationOrder['content'];
export type MilestoneFacts = Pick<
  MilestoneTable,
  'title' | 'description' | 'at_ms' | 'progress_percent' | 'artifacts'
>;

const unitNames = { d: 'day', h: 'hour', m: 'minute' } as const;
const progressCellsCount = 10;

/** The post of a milestone at one of its offsets. Artifacts are attached from its date on, and on completion. */
export function milestoneContent(milestone: MilestoneFacts, zone: Zone, offset: string): PostContent {
  const done = offset === 'done';
  const paragraphs = [
    milestone.description,
    done ? '' : `When: ${whenText(zone, milestone.at_ms)}`,
    done ? '' : progressText(milestone.progress_percent),
  ];
  const artifacts = listOf(milestone.artifacts);
  return {
    title: `${countdownText(offset)}: ${milestone.title}`,
    body: paragraphs.filter((paragraph) => paragraph !== '').join('\n\n'),
    tags: [],
    media: offset.startsWith('-') ? [] : artifacts.map((cid) => ({ cid })),
  };
}

/** "In 7 days", "Now", "2 hours ago", "Reached" */
export function countdownText(text: string): string {
  const offset = parseOffset(text);
  if (offset.kind === 'done') return 'Reached';
  if (offset.count === 0) return 'Now';
  const count = Math.abs(offset.count);
  const span = `${count} ${unitNames[offset.unit]}${count === 1 ? '' : 's'}`;
  return offset.count < 0 ? `In ${span}` : `${span} ago`;
}

/** Empty while nothing is done. */
export function progressText(percent: number): string {
  if (percent <= 0) return '';
  const filledCount = Math.round((percent / 100) * progressCellsCount);
  const bar = '▰'.repeat(filledCount) + '▱'.repeat(progressCellsCount - filledCount);
  return `Progress: ${bar} ${Math.round(percent)} %`;
}
