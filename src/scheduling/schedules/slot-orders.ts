import type { Kysely } from 'kysely';
import type { Publications } from '#contracts/publications.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { transact } from '#storage/transaction.ts';
import { notHeld } from '../held.ts';
import type { MissedRuns } from '../missed-runs.ts';
import { failureText, placeOrder, retryAtMs } from '../order.ts';
import { contentOf, listOf } from '../stored-texts.ts';
import type { ScheduleSlotTable, Schema } from '../tables/schema.ts';

/** Slots ordered in one round. */
const slotsMax = 200;

export interface SlotOrdersComponents {
  db: Kysely<Schema>;
  publications: Pick<Publications, 'order' | 'withdraw' | 'find'>;
  missedRuns: MissedRuns;
  /** Guilds that are no longer served: their slots wait. */
  heldGuildIds: () => readonly string[];
  logger: Logger;
}

/** Orders the publications of stored slots, until each is enqueued or permanently refused. */
export class SlotOrders {
  readonly #components: SlotOrdersComponents;

  constructor(components: SlotOrdersComponents) {
    this.#components = components;
  }

  async orderDue(nowMs: number): Promise<void> {
    const due = await this.#components.db
      .selectFrom('schedule_slot')
      .selectAll()
      .where('act_at_ms', '<=', nowMs)
      .$call(notHeld(this.#components.heldGuildIds()))
      .orderBy('act_at_ms')
      .limit(slotsMax)
      .execute();
    for (const slot of due) await this.#order(slot, nowMs);
  }

  async nextAtMs(): Promise<number | undefined> {
    const row = await this.#components.db
      .selectFrom('schedule_slot')
      .select((eb) => eb.fn.min('act_at_ms').as('at'))
      .$call(notHeld(this.#components.heldGuildIds()))
      .executeTakeFirst();
    return row?.at == null ? undefined : Number(row.at);
  }

  async #order(slot: ScheduleSlotTable, nowMs: number): Promise<void> {
    const content = contentOf(slot.content);
    const targets = await this.#free(slot);
    if (targets.length === 0)
      return void (await change(this.#components.db, slot, { state: 'enqueued', act_at_ms: null }));
    // A replacement order has a cause of its own.
    const after = slot.publication_id === null ? '' : `:after:${slot.publication_id}`;
    const order = {
      guildId: slot.guild_id,
      cause: `schedule:${slot.schedule_id}:${slot.slot_ms}${after}`,
      content,
      targets,
      dueAtMs: slot.due_at_ms,
      orderedBy: slot.ordered_by,
    };
    const outcome = await placeOrder(this.#components.publications, order, nowMs);
    if (outcome.state === 'refused') return this.#refuse(slot, content.title, outcome.reason, nowMs);
    if (outcome.state === 'enqueued') {
      const { publicationId } = outcome;
      await change(this.#components.db, slot, {
        state: 'enqueued',
        publication_id: publicationId,
        act_at_ms: null,
      });
      return;
    }
    const reason = failureText(outcome);
    this.#components.logger.warn({ schedule: slot.schedule_id, reason }, 'a scheduled post has to wait');
    await change(this.#components.db, slot, {
      act_at_ms: retryAtMs(nowMs, slot.attempt_count),
      attempt_count: slot.attempt_count + 1,
    });
  }

  /**
   * Targets it may be ordered for. If a run was changed after it was ordered, unsent deliveries are withdrawn first;
   * where it left meanwhile it stays.
   */
  async #free(slot: ScheduleSlotTable): Promise<string[]> {
    const { publications } = this.#components;
    const targets = listOf(slot.targets);
    const { publication_id: id, guild_id: guildId } = slot;
    if (id === null) return targets;
    await publications.withdraw(guildId, id).catch((error: unknown) => {
      if (!isGuildmeshError(error, 'PUBLISH_ALREADY_LEFT')) throw error;
    });
    const before = await publications.find(guildId, id);
    const left =
      before?.deliveries.filter(({ state }) => state !== 'cancelled').map(({ target }) => target) ?? [];
    return targets.filter((target) => !left.includes(target));
  }

  async #refuse(slot: ScheduleSlotTable, title: string, reason: string, nowMs: number): Promise<void> {
    await transact(this.#components.db, async (tx) => {
      if (!(await change(tx, slot, { state: 'refused', error: reason, act_at_ms: null }))) return;
      await this.#components.missedRuns.record(tx, {
        guild_id: slot.guild_id,
        source_id: slot.schedule_id,
        title,
        missed_count: 1,
        first_ms: slot.slot_ms,
        last_ms: slot.slot_ms,
        reason: 'refused',
        detail: reason,
        recorded_at_ms: nowMs,
      });
    });
  }
}

/** False: another process has settled it. */
async function change(
  db: Kysely<Schema>,
  slot: ScheduleSlotTable,
  values: Partial<ScheduleSlotTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('schedule_slot')
    .set(values)
    .where('schedule_id', '=', slot.schedule_id)
    .where('slot_ms', '=', slot.slot_ms)
    .where('state', '=', 'due')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
