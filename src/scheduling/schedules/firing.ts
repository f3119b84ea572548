import type { Kysely, Transaction } from 'kysely';
import { transact } from '#storage/transaction.ts';
import { notHeld } from '../held.ts';
import { digestContent } from '../milestones/digest.ts';
import type { MissedRuns } from '../missed-runs.ts';
import { listOf } from '../stored-texts.ts';
import type { ScheduleTable, Schema } from '../tables/schema.ts';
import { type Rule, ruleOf } from '../time/rule.ts';
import type { Zones } from '../time/zones.ts';
import { type DueSlots, dueSlots, fireAt } from './due-slots.ts';
import { ruleTextOf } from './schedule-row.ts';
import { contentAt } from './slot-content.ts';
import { spacedOut } from './spacing.ts';

/** Schedules handled in one round. */
const schedulesMax = 200;

export interface FiringComponents {
  db: Kysely<Schema>;
  zones: Zones;
  missedRuns: MissedRuns;
  /** Guilds that are no longer served: their schedules wait. */
  heldGuildIds: () => readonly string[];
}

export interface FiringInit {
  /** Shortest time between two posts for one target. */
  spacingMs: number;
}

/**
 * Turns due slots into rows to be ordered. Each schedule is one transaction that begins with a guarded update: of
 * several processes that see it due, one gets it.
 */
export class Firing {
  readonly #components: FiringComponents;
  readonly #init: FiringInit;

  constructor(components: FiringComponents, init: FiringInit) {
    this.#components = components;
    this.#init = init;
  }

  async fireDue(nowMs: number): Promise<void> {
    const due = await this.#components.db
      .selectFrom('schedule')
      .selectAll()
      .where('paused', '=', 0)
      .where('next_at_ms', '<=', nowMs)
      .$call(notHeld(this.#components.heldGuildIds()))
      .orderBy('next_at_ms')
      .limit(schedulesMax)
      .execute();
    const errors: unknown[] = [];
    for (const row of due) await this.#fire(row, nowMs).catch((error: unknown) => errors.push(error));
    // One that fails doesn't keep the others from firing.
    if (errors.length > 0) throw errors[0];
  }

  /** The rules of a zone may have changed with a newer time-zone database. */
  async recomputeNext(): Promise<void> {
    const rows = await this.#components.db
      .selectFrom('schedule')
      .selectAll()
      .where('next_slot_ms', 'is not', null)
      .execute();
    for (const row of rows) {
      const next = nextOf(ruleOf(this.#components.zones, ruleTextOf(row), row.after_ms), row, row.after_ms);
      if (next.next_at_ms === row.next_at_ms) continue;
      await this.#update(this.#components.db, row, next);
    }
  }

  async nextAtMs(): Promise<number | undefined> {
    const row = await this.#components.db
      .selectFrom('schedule')
      .select((eb) => eb.fn.min('next_at_ms').as('at'))
      .where('paused', '=', 0)
      .$call(notHeld(this.#components.heldGuildIds()))
      .executeTakeFirst();
    return row?.at == null ? undefined : Number(row.at);
  }

  async #fire(row: ScheduleTable, nowMs: number): Promise<void> {
    const rule = ruleOf(this.#components.zones, ruleTextOf(row), row.after_ms);
    const due = dueSlots(rule, timingOf(row), nowMs);
    // The slot moved with its zone's rules since it was computed.
    const next = nextOf(rule, row, due?.afterMs ?? row.after_ms);
    const digested = row.kind === 'digest' && due && due.fire.length > 0 ? { digest_from_ms: nowMs } : {};
    await transact(this.#components.db, async (tx) => {
      const claimed = await this.#update(tx, row, {
        ...next,
        ...digested,
        after_ms: due?.afterMs ?? row.after_ms,
      });
      if (claimed && due) await this.#record(tx, row, due, nowMs);
    });
  }

  /** False: somebody changed it since it was read. */
  async #update(db: Kysely<Schema>, row: ScheduleTable, values: Partial<ScheduleTable>): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('schedule')
      .set({ ...values, version: row.version + 1 })
      .where('id', '=', row.id)
      .where('version', '=', row.version)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async #record(tx: Transaction<Schema>, row: ScheduleTable, due: DueSlots, nowMs: number): Promise<void> {
    const { zones } = this.#components;
    const content = due.fire.length > 0 ? await contentOf(tx, zones, row, nowMs) : undefined;
    let runCount = row.run_count;
    for (const slot of content ? due.fire : []) {
      const number = runCount + 1;
      const filled = contentAt(zones, { ...row, content: content ?? '' }, { slotMs: slot.slotMs, number });
      const isNew = await this.#insertSlot(
        tx,
        row,
        { ...slot, number, content: row.kind === 'digest' ? (content ?? '') : filled },
        nowMs,
      );
      if (isNew) runCount = number;
    }
    // This transaction has owned the row since it claimed it.
    await tx.updateTable('schedule').set({ run_count: runCount }).where('id', '=', row.id).execute();
    for (const { count, firstMs, lastMs, reason } of due.missed)
      await this.#components.missedRuns.record(tx, {
        guild_id: row.guild_id,
        source_id: row.id,
        title: row.title,
        missed_count: count,
        first_ms: firstMs,
        last_ms: lastMs,
        reason,
        recorded_at_ms: nowMs,
      });
  }

  /** False: this run was recorded before. */
  async #insertSlot(
    tx: Transaction<Schema>,
    row: ScheduleTable,
    slot: { slotMs: number; dueAtMs: number; number: number; content: string },
    nowMs: number,
  ): Promise<boolean> {
    const post = {
      guildId: row.guild_id,
      targets: listOf(row.targets),
      dueAtMs: slot.dueAtMs,
    };
    const dueAtMs = await spacedOut(tx, post, this.#init.spacingMs);
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('schedule_slot')
      .values({
        schedule_id: row.id,
        slot_ms: slot.slotMs,
        guild_id: row.guild_id,
        state: 'due',
        content: slot.content,
        targets: row.targets,
        ordered_by: row.created_by,
        due_at_ms: dueAtMs,
        act_at_ms: nowMs,
        attempt_count: 0,
        publication_id: null,
        error: null,
        recorded_at_ms: nowMs,
        run_number: slot.number,
      })
      .onConflict((conflict) => conflict.columns(['schedule_id', 'slot_ms']).doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }
}

/** Ten digests of the same state would be nine too many. */
function timingOf(row: ScheduleTable): ScheduleTable {
  if (row.kind !== 'digest' || row.policy !== 'all') return row;
  return { ...row, policy: 'once', grace_ms: Number.POSITIVE_INFINITY };
}

export function nextOf(
  rule: Rule,
  timing: Pick<ScheduleTable, 'id' | 'jitter_ms'>,
  afterMs: number,
): Pick<ScheduleTable, 'next_slot_ms' | 'next_at_ms'> {
  const slotMs = rule.nextAfter(afterMs);
  if (slotMs === undefined) return { next_slot_ms: null, next_at_ms: null };
  return { next_slot_ms: slotMs, next_at_ms: fireAt(rule, timing, slotMs) };
}

/** Undefined: a digest with nothing to report. */
async function contentOf(
  tx: Transaction<Schema>,
  zones: Zones,
  row: ScheduleTable,
  nowMs: number,
): Promise<string | undefined> {
  if (row.kind === 'publication') return row.content;
  const content = await digestContent(tx, {
    zones,
    guildId: row.guild_id,
    title: row.title,
    fromMs: row.digest_from_ms ?? row.created_at_ms,
    nowMs,
  });
  return content && JSON.stringify(content);
}
