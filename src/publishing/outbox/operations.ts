import type { Receipt } from '#contracts/publisher.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Engine } from '#storage/database.ts';
import { transact } from '#storage/transaction.ts';
import type { RowSeals } from '../seals/row-seals.ts';
import type { DeliveryTable } from '../tables/outbox.ts';
import { refund } from './budget.ts';
import type { DeliveryChanges } from './changes.ts';
import { type Database, isDoubtful, nothingLanded, type Tx } from './delivery.ts';
import { outboxErrors } from './errors.ts';
import { type NewSteps, replaceSteps } from './replace-steps.ts';
import { assertMove, canHappen, type DeliveryEvent, isOpen, type PersonEvent } from './transitions.ts';

export interface OutboxOperationsComponents {
  db: Database;
  engine: Engine;
  changes: DeliveryChanges;
  seals: RowSeals;
  clock: Pick<Clock, 'nowMs'>;
  /** Looks for what is due. */
  wake(): void;
}

/**
 * What people do to deliveries. Each change is checked against the transition table under the row's lock, and reported
 * after it is durable. Throws OUTBOX_NO_SUCH_DELIVERY; OUTBOX_IN_FLIGHT while a worker holds it; OUTBOX_ALTERED for a
 * delivery that would leave although its seal doesn't hold; else OUTBOX_NOT_POSSIBLE or OUTBOX_ALREADY_LEFT.
 */
export class OutboxOperations {
  readonly #components: OutboxOperationsComponents;

  constructor(components: OutboxOperationsComponents) {
    this.#components = components;
  }

  /** Immediately, with its attempts counted from zero; what may have landed is looked up first. */
  async retry(guildId: string, deliveryId: string): Promise<void> {
    await this.#change(guildId, deliveryId, 'retry', async (tx, row) => {
      const doubtful = (await stepStates(tx, row.id)).some(isDoubtful);
      const nowMs = this.#components.clock.nowMs();
      return {
        state: row.state === 'confirming' ? 'confirming' : doubtful ? 'unknown' : 'pending',
        due_at_ms: nowMs,
        claim_at_ms: nowMs,
        // The person who retries it knows that it is late.
        not_after_ms: null,
        attempt_count: 0,
        crash_count: 0,
        give_up_at_ms: null,
        ...noError,
      };
    });
    this.#components.wake();
  }

  /** A person has seen it there. */
  async markDone(guildId: string, deliveryId: string, url: string): Promise<void> {
    await this.#change(guildId, deliveryId, 'mark-done', async () => {
      const receipt: Receipt = { remoteId: url, url, data: { enteredByPerson: true } };
      return { state: 'done', ...nothingDue, ...noError, receipt: JSON.stringify(receipt) };
    });
    // Deliveries behind it in order may leave.
    this.#components.wake();
  }

  async discard(guildId: string, deliveryId: string): Promise<void> {
    await this.#change(guildId, deliveryId, 'discard', async () => ({ state: 'discarded', ...nothingDue }));
    this.#components.wake();
  }

  /** Withdraws one that hasn't left, not even in part. */
  async cancel(guildId: string, deliveryId: string): Promise<void> {
    await this.#change(guildId, deliveryId, 'cancel', cancelling);
  }

  /** Withdraws unsent deliveries of a publication; those that left, or are leaving, stay. Returns the withdrawn ids. */
  async cancelPublication(guildId: string, publicationId: string): Promise<string[]> {
    const rows = await this.#components.db
      .selectFrom('delivery')
      .select('id')
      .where('guild_id', '=', guildId)
      .where('publication_id', '=', publicationId)
      .where('open', '=', 1)
      .where('takes_back', 'is', null)
      .orderBy('id')
      .execute();
    const withdrawn: string[] = [];
    for (const { id } of rows) {
      try {
        await this.cancel(guildId, id);
        withdrawn.push(id);
      } catch (error) {
        if (!isGuildmeshError(error) || error.code === 'OUTBOX_NO_SUCH_DELIVERY') throw error;
      }
    }
    return withdrawn;
  }

  /**
   * Other content before it left: a new revision under a new key, which needs approval again unless told otherwise.
   * `also` runs in the same transaction, for what depends on the content, such as approvals.
   */
  async edit(
    guildId: string,
    deliveryId: string,
    next: NewSteps,
    also: (tx: Tx) => Promise<void> = async () => undefined,
  ): Promise<void> {
    const { clock, seals } = this.#components;
    await this.#change(guildId, deliveryId, 'edit', async (tx, row) => {
      const changes = await replaceSteps(tx, row, next, clock.nowMs(), seals);
      await also(tx);
      return changes;
    });
    this.#components.wake();
  }

  /** After the last approval, in the transaction that records it. Call `admitted` after the commit. */
  async admit(tx: Tx, guildId: string, deliveryId: string): Promise<void> {
    await this.#changeIn(tx, guildId, deliveryId, 'admit', async (_, row) => {
      const nowMs = this.#components.clock.nowMs();
      const dueAtMs = Math.max(row.due_at_ms ?? nowMs, nowMs);
      const state = dueAtMs > nowMs ? 'scheduled' : 'pending';
      return { state, due_at_ms: dueAtMs, claim_at_ms: dueAtMs, ...noError };
    });
  }

  admitted(change: { deliveryId: string; publicationId: string }): void {
    this.#components.changes.tell(change);
    this.#components.wake();
  }

  /** Simultaneous deliveries to a target, and the time between two starts. */
  async tuneTarget(
    tx: Tx,
    targetId: string,
    init: { inFlightMax: number; spacingMs: number },
  ): Promise<void> {
    const lane = { in_flight_max: init.inFlightMax, spacing_ms: init.spacingMs };
    await tx
      .insertInto('target_lane')
      .values({ target_id: targetId, ...lane, free_at_ms: 0, served_at_ms: 0 })
      .onConflict((conflict) => conflict.column('target_id').doUpdateSet(lane))
      .execute();
  }

  async #change(guildId: string, deliveryId: string, event: PersonEvent, change: Change): Promise<void> {
    const row = await transact(this.#components.db, (tx) =>
      this.#changeIn(tx, guildId, deliveryId, event, change),
    );
    this.#components.changes.tell({ deliveryId, publicationId: row.publication_id });
  }

  async #changeIn(
    tx: Tx,
    guildId: string,
    deliveryId: string,
    event: DeliveryEvent,
    change: Change,
  ): Promise<DeliveryTable> {
    const row = await tx
      .selectFrom('delivery')
      .selectAll()
      .where('id', '=', deliveryId)
      .where('guild_id', '=', guildId)
      .$if(this.#components.engine === 'postgres', (query) => query.forUpdate())
      .executeTakeFirst();
    if (!row) throw outboxErrors.OUTBOX_NO_SUCH_DELIVERY({ deliveryId });
    if (row.state === 'sending') throw outboxErrors.OUTBOX_IN_FLIGHT({ deliveryId });
    if (!canHappen(event, row.state)) throw outboxErrors.OUTBOX_NOT_POSSIBLE({ event, state: row.state });
    const leaves = event === 'admit' || event === 'retry';
    if (leaves && !this.#components.seals.holds('delivery', row))
      throw outboxErrors.OUTBOX_ALTERED({ deliveryId });
    const next = await change(tx, row);
    assertMove(event, row.state, next.state);
    await tx
      .updateTable('delivery')
      .set({ ...next, open: isOpen(next.state) ? 1 : 0, updated_at_ms: this.#components.clock.nowMs() })
      .where('id', '=', row.id)
      .execute();
    if (!isOpen(next.state) && next.state !== 'done') await refund(tx, [row.id]);
    return row;
  }
}

type Change = (tx: Tx, row: DeliveryTable) => Promise<Partial<DeliveryTable> & Pick<DeliveryTable, 'state'>>;

const noError = { error_code: null, error_text: null };
const nothingDue = { claim_at_ms: null, due_at_ms: null, give_up_at_ms: null };

const cancelling: Change = async (tx, row) => {
  if (!nothingLanded(await stepStates(tx, row.id)))
    throw outboxErrors.OUTBOX_ALREADY_LEFT({ deliveryId: row.id });
  return { state: 'cancelled', ...nothingDue, ...noError };
};

function stepStates(tx: Tx, deliveryId: string) {
  return tx.selectFrom('delivery_step').select('state').where('delivery_id', '=', deliveryId).execute();
}
