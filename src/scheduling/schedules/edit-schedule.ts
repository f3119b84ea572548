import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { scheduleEdit } from '#contracts/actions/scheduling.ts';
import type { KnownTargets, Publications } from '#contracts/publications.ts';
import type { Clock } from '#core/clock.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { transact } from '#storage/transaction.ts';
import { scheduleErrors } from '../errors.ts';
import { listOf } from '../stored-texts.ts';
import type { ScheduleSlotTable, ScheduleTable, Schema } from '../tables/schema.ts';
import type { Rule, RuleText } from '../time/rule.ts';
import { ruleOf } from '../time/rule.ts';
import type { Zones } from '../time/zones.ts';
import { nextOf } from './firing.ts';
import { oneSchedule, refuseAboveLimit, ruleColumns, ruleTextOf } from './schedule-row.ts';
import { contentAt } from './slot-content.ts';

type Edit = z.output<typeof scheduleEdit.input>;

/** Runs whose publication may still wait for somebody; older ones have expired. */
const runsLookedAtMax = 50;
const notLeft = new Set(['draft', 'awaiting-approval', 'scheduled', 'pending']);

export interface EditComponents {
  db: Kysely<Schema>;
  clock: Pick<Clock, 'nowMs'>;
  zones: Zones;
  targets: KnownTargets;
  publications: Pick<Publications, 'find'>;
  /** As for a new schedule: a time that has passed is refused. */
  newRule(text: RuleText): Rule;
}

/**
 * Changes a schedule, and what waits of its runs: a run that has not left for every target is withdrawn there and
 * ordered again with the new text, so that approvals of the old text no longer count. Where a single time is changed it
 * is only withdrawn, because the new time orders it. Throws SCHEDULE_UNKNOWN, SCHEDULE_IS_DIGEST, SCHEDULE_CHANGED,
 * SCHEDULE_TOO_MANY, SCHEDULE_ENDED.
 */
export async function editSchedule(components: EditComponents, edit: Edit): Promise<ScheduleTable> {
  const { db, targets, newRule } = components;
  const before = await oneSchedule(db, edit.guildId, edit.id);
  for (const target of edit.targets ?? []) await targets.named(edit.guildId, target);
  const next: ScheduleTable = {
    ...before,
    ...contentColumns(before, edit.content),
    ...(edit.targets && { targets: JSON.stringify([...new Set(edit.targets)]) }),
    policy: edit.policy ?? before.policy,
    grace_ms: edit.graceMs ?? before.grace_ms,
    jitter_ms: edit.jitterMs ?? before.jitter_ms,
    version: before.version + 1,
    ...(edit.rule && ruleColumns(components.zones, edit.rule)),
  };
  const rule = edit.rule && newRule(edit.rule);
  const waiting = await waitingRuns(components, before);
  if (!rule && before.next_slot_ms === null && waiting.length === 0) throw scheduleErrors.SCHEDULE_ENDED();
  return transact(db, async (tx) => {
    const timed = { ...next, ...timesOf(components, next, rule) };
    const { numUpdatedRows } = await tx
      .updateTable('schedule')
      .set(timed)
      .where('id', '=', before.id)
      .where('version', '=', before.version)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw scheduleErrors.SCHEDULE_CHANGED();
    if (before.next_slot_ms === null && timed.next_slot_ms !== null)
      await refuseAboveLimit(tx, before.guild_id);
    const isMoved = rule !== undefined && before.rule === 'once';
    for (const run of waiting)
      await replaceRun(tx, run, timed, { isMoved, nowMs: components.clock.nowMs(), zones: components.zones });
    return timed;
  });
}

type Columns = Pick<ScheduleTable, 'title' | 'content'>;

function contentColumns(row: ScheduleTable, changes: Edit['content']): Partial<Columns> {
  if (!changes) return {};
  const { title = row.title, ...rest } = changes;
  if (row.kind === 'digest') {
    if (Object.values(rest).some((value) => value !== undefined)) throw scheduleErrors.SCHEDULE_IS_DIGEST();
    return { title };
  }
  const merged = { ...fieldsOf(JSON.parse(row.content)), ...rest, title };
  const kept = Object.entries(merged).filter(([, value]) => value !== null && value !== undefined);
  return { title, content: JSON.stringify(Object.fromEntries(kept)) };
}

/** With another rule it restarts from now; else only the jitter may move its next run. */
function timesOf(
  { zones, clock }: Pick<EditComponents, 'zones' | 'clock'>,
  row: ScheduleTable,
  rule: Rule | undefined,
): Partial<ScheduleTable> {
  if (rule) return { ...nextOf(rule, row, clock.nowMs()), after_ms: clock.nowMs() };
  if (row.next_slot_ms === null) return {};
  return nextOf(ruleOf(zones, ruleTextOf(row), row.after_ms), row, row.after_ms);
}

interface WaitingRun {
  slot: ScheduleSlotTable;
  /** Targets it has not left for yet. */
  targets: readonly string[];
  /** Targets it has left for, or on which a person has decided. */
  settled: readonly string[];
}

async function waitingRuns({ db, publications }: EditComponents, row: ScheduleTable): Promise<WaitingRun[]> {
  const slots = await db
    .selectFrom('schedule_slot')
    .selectAll()
    .where('schedule_id', '=', row.id)
    .where('state', 'in', ['due', 'enqueued'])
    .orderBy('slot_ms', 'desc')
    .limit(runsLookedAtMax)
    .execute();
  const runs: WaitingRun[] = [];
  for (const slot of slots) {
    const view =
      slot.publication_id === null ? undefined : await publications.find(row.guild_id, slot.publication_id);
    const isOrdered = slot.state === 'enqueued';
    const open = view?.deliveries.filter(({ state }) => notLeft.has(state)).map(({ target }) => target) ?? [];
    if (isOrdered && open.length === 0) continue;
    const settled =
      view?.deliveries.map(({ target }) => target).filter((target) => !open.includes(target)) ?? [];
    runs.push({ slot, targets: open, settled });
  }
  return runs;
}

/** To be ordered again; `SlotOrders` withdraws what was ordered before. */
async function replaceRun(
  tx: Transaction<Schema>,
  { slot, settled }: WaitingRun,
  row: ScheduleTable,
  { isMoved, nowMs, zones }: { isMoved: boolean; nowMs: number; zones: Zones },
): Promise<void> {
  const wanted = isMoved ? [] : listOf(row.targets).filter((name) => !settled.includes(name));
  await tx
    .updateTable('schedule_slot')
    .set({
      state: 'due',
      // A digest keeps its text of the time it ran.
      content:
        row.kind === 'digest'
          ? retitled(slot.content, row.title)
          : contentAt(zones, row, { slotMs: slot.slot_ms, number: slot.run_number }),
      targets: JSON.stringify(wanted),
      act_at_ms: nowMs,
      attempt_count: 0,
    })
    .where('schedule_id', '=', slot.schedule_id)
    .where('slot_ms', '=', slot.slot_ms)
    .where('state', '=', slot.state)
    .execute();
}

function retitled(content: string, title: string): string {
  return JSON.stringify({ ...fieldsOf(JSON.parse(content)), title });
}
