import type { Kysely } from 'kysely';
import type { ScheduleView } from '#contracts/actions/scheduling.ts';
import { scheduleErrors } from '../errors.ts';
import type { MissedRun } from '../missed-runs.ts';
import { listOf } from '../stored-texts.ts';
import type { ScheduleTable, Schema } from '../tables/schema.ts';
import { nextRuns, type RuleText, ruleOf, zoneOf } from '../time/rule.ts';
import type { Zones } from '../time/zones.ts';
import { fireAt } from './due-slots.ts';
import { countsRuns } from './slot-content.ts';

/** Active schedules of one guild. */
export const schedulesPerGuildMax = 100;

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
    targets: listOf(row.targets),
    kind: row.kind,
    policy: row.policy,
    graceMs: row.grace_ms,
    jitterMs: row.jitter_ms,
    paused: row.paused === 1,
    next: nextOfRow(zones, row),
    ...(countsRuns(row) && row.next_slot_ms !== null ? { nextNumber: row.run_count + 1 } : {}),
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

/** Throws SCHEDULE_UNKNOWN. */
export async function oneSchedule(db: Kysely<Schema>, guildId: string, id: string): Promise<ScheduleTable> {
  const row = await db
    .selectFrom('schedule')
    .selectAll()
    .where('id', '=', id)
    .where('guild_id', '=', guildId)
    .executeTakeFirst();
  if (!row) throw scheduleErrors.SCHEDULE_UNKNOWN();
  return row;
}

/** Throws SCHEDULE_TOO_MANY. */
export async function refuseAboveLimit(tx: Kysely<Schema>, guildId: string): Promise<void> {
  const { count } = await tx
    .selectFrom('schedule')
    .where('guild_id', '=', guildId)
    .where('next_slot_ms', 'is not', null)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) > schedulesPerGuildMax)
    throw scheduleErrors.SCHEDULE_TOO_MANY({ max: schedulesPerGuildMax });
}

export function ruleColumns(
  zones: Zones,
  rule: RuleText,
): Pick<ScheduleTable, 'rule' | 'expression' | 'zone'> {
  const zone = zones.get(zoneOf(rule)).name;
  return { rule: rule.kind, expression: rule.kind === 'cron' ? rule.expression : rule.at.local, zone };
}
