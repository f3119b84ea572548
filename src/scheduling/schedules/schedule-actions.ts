import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { type AnyAction, implement } from '#contracts/action.ts';
import {
  type ScheduleView,
  scheduleAdd,
  scheduleEdit,
  scheduleList,
  schedulePause,
  schedulePreview,
  scheduleRemove,
} from '#contracts/actions/scheduling.ts';
import { actorKey } from '#contracts/actor.ts';
import type { KnownTargets, Publications } from '#contracts/publications.ts';
import type { WallTime } from '#contracts/wall-time.ts';
import type { Clock } from '#core/clock.ts';
import type { SortableIds } from '#core/sortable-id.ts';
import { transact } from '#storage/transaction.ts';
import { scheduleErrors } from '../errors.ts';
import type { MissedRuns } from '../missed-runs.ts';
import type { ScheduleTable, Schema } from '../tables/schema.ts';
import { nextRuns, type Rule, type RuleText, ruleOf, zoneOf } from '../time/rule.ts';
import type { Zones } from '../time/zones.ts';
import { editSchedule } from './edit-schedule.ts';
import { nextOf } from './firing.ts';
import { oneSchedule, refuseAboveLimit, ruleColumns, ruleTextOf, viewOf } from './schedule-row.ts';

export interface ScheduleActionsComponents {
  db: Kysely<Schema>;
  clock: Pick<Clock, 'nowMs'>;
  ids: SortableIds;
  zones: Zones;
  wallTime: WallTime;
  targets: KnownTargets;
  missedRuns: MissedRuns;
  publications: Pick<Publications, 'find'>;
  /** Something was planned: check again. */
  wake: () => void;
}

export function scheduleActions(components: ScheduleActionsComponents): AnyAction[] {
  const { db, clock, zones, wallTime, targets, missedRuns, ids, wake } = components;

  /** As for a new schedule: a time that has passed is refused. */
  function newRule(text: RuleText): Rule {
    if (text.kind === 'once') wallTime.resolve(text.at);
    return ruleOf(zones, text, clock.nowMs());
  }

  async function shown(row: ScheduleTable): Promise<ScheduleView> {
    return viewOf(zones, row, await missedRuns.newestOf(row.id));
  }

  return [
    implement(schedulePreview, async (_, { rule, count }) => ({
      next: nextRuns({ zones, rule: newRule(rule), zone: zoneOf(rule) }, clock.nowMs(), count),
    })),

    implement(scheduleAdd, async ({ actor }, input) => {
      const rule = newRule(input.rule);
      for (const target of input.targets) await targets.named(input.guildId, target);
      const made = { id: ids.next(), by: actorKey(actor), nowMs: clock.nowMs() };
      const row: ScheduleTable = {
        ...newRow(made, input),
        ...ruleColumns(zones, input.rule),
        ...nextOf(rule, { id: made.id, jitter_ms: input.jitterMs }, made.nowMs),
      };
      await insertWithinLimit(db, row);
      wake();
      return shown(row);
    }),

    implement(scheduleEdit, async (_, input) => {
      const row = await editSchedule({ ...components, newRule }, input);
      wake();
      return shown(row);
    }),

    implement(scheduleList, async (_, { guildId }) => {
      const rows = await db
        .selectFrom('schedule')
        .selectAll()
        .where('guild_id', '=', guildId)
        .orderBy('id')
        .execute();
      return { schedules: await Promise.all(rows.map(shown)) };
    }),

    implement(schedulePause, async (_, input) => {
      const row = await pauseSchedule(components, input);
      wake();
      return shown(row);
    }),

    implement(scheduleRemove, async (_, { guildId, id }) => {
      const row = await transact(db, async (tx) => {
        const present = await oneSchedule(tx, guildId, id);
        await tx.deleteFrom('schedule').where('id', '=', id).execute();
        return present;
      });
      return viewOf(zones, { ...row, next_slot_ms: null }, undefined);
    }),
  ];
}

type Added = z.output<typeof scheduleAdd.input>;

function newRow(made: { id: string; by: string; nowMs: number }, input: Added) {
  return {
    id: made.id,
    guild_id: input.guildId,
    ...whatOf(input.what),
    created_by: made.by,
    created_at_ms: made.nowMs,
    targets: JSON.stringify([...new Set(input.targets)]),
    policy: input.policy,
    grace_ms: input.graceMs,
    jitter_ms: input.jitterMs,
    paused: 0,
    version: 1,
    after_ms: made.nowMs,
    digest_from_ms: null,
    run_count: 0,
  };
}

async function pauseSchedule(
  { db, clock, zones }: ScheduleActionsComponents,
  { guildId, id, paused }: z.output<typeof schedulePause.input>,
): Promise<ScheduleTable> {
  return transact(db, async (tx) => {
    const present = await oneSchedule(tx, guildId, id);
    if (present.next_slot_ms === null) throw scheduleErrors.SCHEDULE_ENDED();
    if (present.paused === (paused ? 1 : 0)) return present;
    // Runs during a pause were not missed.
    const afterMs = paused ? present.after_ms : Math.max(present.after_ms, clock.nowMs());
    const next = nextOf(ruleOf(zones, ruleTextOf(present), present.after_ms), present, afterMs);
    return tx
      .updateTable('schedule')
      .set({ ...next, after_ms: afterMs, paused: paused ? 1 : 0, version: present.version + 1 })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

async function insertWithinLimit(db: Kysely<Schema>, row: ScheduleTable): Promise<void> {
  await transact(db, async (tx) => {
    await tx.insertInto('schedule').values(row).execute();
    await refuseAboveLimit(tx, row.guild_id);
  });
}

type What = { kind: 'publication'; content: { title: string } } | { kind: 'digest'; title: string };

function whatOf(what: What): Pick<ScheduleTable, 'kind' | 'title' | 'content'> {
  if (what.kind === 'digest') return { kind: what.kind, title: what.title, content: '{}' };
  return { kind: what.kind, title: what.content.title, content: JSON.stringify(what.content) };
}
