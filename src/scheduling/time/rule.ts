import type { PlannedTime } from '#contracts/wall-time.ts';
import { cronRule } from './cron-rule.ts';
import { whenText } from './local-time.ts';
import { resolvePlanned } from './wall-time.ts';
import type { Zones } from './zones.ts';

/** The instants at which a schedule runs: its slots, whole milliseconds. */
export interface Rule {
  /** The first slot after an instant; undefined: none comes. */
  nextAfter(atMs: number): number | undefined;
  /** The newest slots up to and including an instant, newest first. */
  latestUpTo(atMs: number, countMax: number): number[];
  /** What daylight saving does to this slot, or to those skipped since the previous one. */
  note(slotMs: number, previousMs: number): string | undefined;
}

export type RuleText = { kind: 'cron'; expression: string; zone: string } | { kind: 'once'; at: PlannedTime };

/** Throws SCHEDULE_ZONE_UNKNOWN, SCHEDULE_CRON_INVALID, SCHEDULE_NEVER_RUNS, SCHEDULE_TIME_IMPOSSIBLE. */
export function ruleOf(zones: Zones, text: RuleText, nowMs: number): Rule {
  if (text.kind === 'cron') return cronRule(text.expression, zones.get(text.zone), nowMs);
  const { atMs: slotMs, note } = resolvePlanned(zones, text.at);
  return {
    nextAfter: (atMs) => (slotMs > atMs ? slotMs : undefined),
    latestUpTo: (atMs, countMax) => (slotMs <= atMs && countMax > 0 ? [slotMs] : []),
    note: () => note,
  };
}

export function zoneOf(text: RuleText): string {
  return text.kind === 'cron' ? text.zone : text.at.zone;
}

/** The next runs in local time, each with what daylight saving does to it. */
export function nextRuns(
  { zones, rule, zone }: { zones: Zones; rule: Rule; zone: string },
  afterMs: number,
  countMax: number,
): { atMs: number; text: string }[] {
  const runs: { atMs: number; text: string }[] = [];
  let previousMs = afterMs;
  while (runs.length < countMax) {
    const atMs = rule.nextAfter(previousMs);
    if (atMs === undefined) break;
    const note = rule.note(atMs, previousMs);
    runs.push({ atMs, text: `${whenText(zones.get(zone), atMs)}${note ? `; ${note}` : ''}` });
    previousMs = atMs;
  }
  return runs;
}
