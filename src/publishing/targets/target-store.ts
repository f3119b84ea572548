import type { Kysely, Transaction } from 'kysely';
import { suggest } from '#core/text/suggest.ts';
import { transact } from '#storage/transaction.ts';
import { publishErrors } from '../errors.ts';
import type { TargetTable } from '../tables/publishing.ts';
import type { Schema } from '../tables/schema.ts';

export const targetsPerGuildMax = 50;

/** A place where one guild's results go. Name and publisher never change; deliveries refer to it by its id. */
export interface Target {
  id: string;
  guildId: string;
  name: string;
  publisher: string;
  /** As entered, checked by the publisher's schema; never secrets. */
  options: Record<string, unknown>;
  policy: TargetTable['policy'];
  /** Per calendar month (UTC), millionths of a US dollar; undefined: no limit. */
  monthlyBudgetMicros: number | undefined;
  /** Deliveries leave in the order of their making. */
  ordered: boolean;
  template: string | undefined;
  alertChannelId: string | undefined;
  createdBy: string;
  createdAtMs: number;
  removed: boolean;
}

export class TargetStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Throws PUBLISH_TARGET_TAKEN, PUBLISH_TOO_MANY. */
  async add(target: Target): Promise<void> {
    await transact(this.#db, async (tx) => {
      // When two hubs add the same name at once, one finds it taken.
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('target')
        .values(rowOf(target))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 1n) throw publishErrors.PUBLISH_TARGET_TAKEN({ target: target.name });
      if ((await listRows(tx, target.guildId)).length > targetsPerGuildMax)
        throw publishErrors.PUBLISH_TOO_MANY({ what: 'targets', max: targetsPerGuildMax });
    });
  }

  async list(guildId: string): Promise<Target[]> {
    return (await listRows(this.#db, guildId)).map(targetOf);
  }

  /** Throws PUBLISH_NO_TARGET, with the name that may have been meant. */
  async named(guildId: string, name: string): Promise<Target> {
    const targets = await this.list(guildId);
    const found = targets.find((target) => target.name === name);
    if (found) return found;
    const suggestion = suggest(
      name,
      targets.map((target) => target.name),
    );
    throw publishErrors.PUBLISH_NO_TARGET({ target: name, suggestion });
  }

  /** Also a removed one. */
  async byId(id: string): Promise<Target | undefined> {
    const row = await this.#db.selectFrom('target').selectAll().where('id', '=', id).executeTakeFirst();
    return row && targetOf(row);
  }

  /** Also removed ones, by id. */
  async byIds(ids: readonly string[]): Promise<Map<string, Target>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('target')
      .selectAll()
      .where('id', 'in', [...new Set(ids)])
      .execute();
    return new Map(rows.map((row) => [row.id, targetOf(row)]));
  }

  /** All but name and publisher. */
  async update(tx: Transaction<Schema>, target: Target): Promise<void> {
    const { options, policy, monthly_budget_micros, ordered, template } = rowOf(target);
    await tx
      .updateTable('target')
      .set({ options, policy, monthly_budget_micros, ordered, template })
      .where('id', '=', target.id)
      .execute();
  }

  async remove(tx: Transaction<Schema>, id: string, nowMs: number): Promise<void> {
    await tx.updateTable('target').set({ removed_at_ms: nowMs }).where('id', '=', id).execute();
  }
}

function listRows(db: Kysely<Schema>, guildId: string): Promise<TargetTable[]> {
  return db
    .selectFrom('target')
    .selectAll()
    .where('guild_id', '=', guildId)
    .where('removed_at_ms', 'is', null)
    .orderBy('name')
    .execute();
}

function rowOf(target: Target): TargetTable {
  return {
    id: target.id,
    guild_id: target.guildId,
    name: target.name,
    publisher: target.publisher,
    options: JSON.stringify(target.options),
    policy: target.policy,
    monthly_budget_micros: target.monthlyBudgetMicros ?? null,
    ordered: target.ordered ? 1 : 0,
    template: target.template ?? null,
    alert_channel_id: target.alertChannelId ?? null,
    created_by: target.createdBy,
    created_at_ms: target.createdAtMs,
    removed_at_ms: null,
  };
}

function targetOf(row: TargetTable): Target {
  return {
    id: row.id,
    guildId: row.guild_id,
    name: row.name,
    publisher: row.publisher,
    options: JSON.parse(row.options),
    policy: row.policy,
    // Postgres returns 64-bit integers as text.
    monthlyBudgetMicros: row.monthly_budget_micros === null ? undefined : Number(row.monthly_budget_micros),
    ordered: row.ordered === 1,
    template: row.template ?? undefined,
    alertChannelId: row.alert_channel_id ?? undefined,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    removed: row.removed_at_ms !== null,
  };
}
