import type { ScheduleView } from '#contracts/actions/scheduling.ts';
import type { ScheduleTable } from '#storage/scheduling-tables.ts';
import type { MissedRun } from '../missed-runs.ts';
import { nextRuns, type RuleText, ruleOf } from '../time/rule.ts';
import type { Zones } from '../time/zones.ts';
import { fireAt } from './due-slots.ts';

/** Runs shown with a schedule. */
const nextShownCount = 3;

export function ruleTextOf({
  rule,
  expression,
  zone,
}: Pick<ScheduleTable, 'rule' | 'expression' | 'zone'>): RuleText {
  if (rule === 'cron') return { kind: 'cron', expression, zone };
  return { kind: 'once', at: { local: expression, zone } };
}

export function viewOf(zones: Zones, row: ScheduleTable, missed: MissedRun | undefined): ScheduleView {
  return {
    id: row.id,
    guildId: row.guild_id,
    title: row.title,
    rule: row.expression,
    zone: row.zone,
    targets: JSON.parse(row.targets) as string[],
    kind: row.kind,
    policy: row.policy,
    graceMs: row.grace_ms,
    jitterMs: row.jitter_ms,
    paused: row.paused === 1,
    next: nextOfRow(zones, row),
    ...(missed ? { missed: { count: missed.count, lastMs: missed.lastMs, text: missed.text } } : {}),
  };
}

function nextOfRow(zones: Zones, row: ScheduleTable): ScheduleView['next'] {
  if (row.paused === 1 || row.next_slot_ms === null) return [];
  const rule = ruleOf(zones, ruleTextOf(row), row.after_ms);
  return nextRuns({ zones, rule, zone: row.zone }, row.after_ms, nextShownCount).map(({ atMs, text }) => {
    const firesAtMs = fireAt(rule, row, atMs);
    const lateSeconds = Math.round((firesAtMs - atMs) / 1_000);
    return { atMs: firesAtMs, text: lateSeconds > 0 ? `${text}; leaves ${lateSeconds} s later` : text };
  });
}
