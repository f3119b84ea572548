import type { Kysely, Selectable } from 'kysely';
import type { ActionLedger, KeyClaim } from '#contracts/action-ledger.ts';
import type { AuditRow } from '#contracts/audit.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { insertAuditRow, purgeAudit } from './audit-log.ts';
import type { Engine } from './database.ts';
import { purgeSurplusKeys } from './key-shares.ts';
import type { Schema } from './schema.ts';
import { transact } from './transaction.ts';

/** A request may be repeated for this long and gets the stored answer. Discord's own tokens live 15 minutes. */
export const keyLifeMs = 24 * 60 * 60 * 1_000;
/** Rows of a kind removed at once: more than arrive between two purges, and few enough to take no noticeable time. */
export const purgeRowsMax = 1_000;
const claimsBetweenPurges = 500;

export interface ActionLedgerComponents {
  db: Kysely<Schema>;
  engine: Engine;
  clock: Clock;
  chance: Chance;
  /** Called for each use, because the id is known only once storage has started. */
  hubId: () => string;
}

export class SqlActionLedger implements ActionLedger {
  readonly #components: ActionLedgerComponents;
  #rowsSincePurge = 0;

  constructor(components: ActionLedgerComponents) {
    this.#components = components;
  }

  /**
   * Called once, before the first claim, by the one process of this hub: frees the keys of actions an earlier process
   * of this hub was running when it died. Their effect may have happened, so a repeated request runs at least once,
   * never at most once.
   */
  async open(): Promise<void> {
    const { db, hubId } = this.#components;
    await db.deleteFrom('action_key').where('state', '=', 'running').where('hub', '=', hubId()).execute();
    await this.purge();
  }

  async claim(key: string, fingerprint: string, atMs: number): Promise<KeyClaim> {
    const { db, hubId } = this.#components;
    return transact(db, async (transaction) => {
      await transaction
        .deleteFrom('action_key')
        .where('key', '=', key)
        .where('claimed_at_ms', '<=', atMs - keyLifeMs)
        .execute();
      // The insert decides: of two hubs that claim at once, one waits here for the other.
      const inserted = await transaction
        .insertInto('action_key')
        .values({ hub: hubId(), key, fingerprint, state: 'running', answer: null, claimed_at_ms: atMs })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows === 1n) return { state: 'fresh' };
      const row = await transaction
        .selectFrom('action_key')
        .selectAll()
        .where('key', '=', key)
        .executeTakeFirst();
      // A failure freed the key in this moment: the next request gets it.
      return row ? claimOf(row, fingerprint) : { state: 'running' };
    });
  }

  async settle(key: string | undefined, answer: unknown, row: AuditRow): Promise<void> {
    await transact(this.#components.db, async (transaction) => {
      if (key !== undefined)
        await transaction
          .updateTable('action_key')
          .set({ state: 'done', answer: JSON.stringify(answer) ?? null })
          .where('key', '=', key)
          .execute();
      await insertAuditRow(transaction, this.#components.chance, row);
    });
    await this.#purgeNowAndThen();
  }

  async fail(key: string | undefined, row: AuditRow): Promise<void> {
    await transact(this.#components.db, async (transaction) => {
      if (key !== undefined) await transaction.deleteFrom('action_key').where('key', '=', key).execute();
      await insertAuditRow(transaction, this.#components.chance, row);
    });
    await this.#purgeNowAndThen();
  }

  /** Removes expired keys and rows beyond the limits, oldest first, at most `purgeRowsMax` of each. */
  async purge(): Promise<void> {
    const { db, clock, engine } = this.#components;
    const expired = db
      .selectFrom('action_key')
      .select('key')
      .where('claimed_at_ms', '<=', clock.nowMs() - keyLifeMs)
      .limit(purgeRowsMax);
    await db.deleteFrom('action_key').where('key', 'in', expired).execute();
    await purgeSurplusKeys(db, engine, purgeRowsMax);
    await purgeAudit(db);
  }

  async #purgeNowAndThen(): Promise<void> {
    this.#rowsSincePurge += 1;
    if (this.#rowsSincePurge < claimsBetweenPurges) return;
    this.#rowsSincePurge = 0;
    await this.purge();
  }
}

function claimOf(row: Selectable<Schema['action_key']>, fingerprint: string): KeyClaim {
  if (row.fingerprint !== fingerprint) return { state: 'mismatch' };
  if (row.state === 'running') return { state: 'running' };
  return { state: 'done', answer: row.answer === null ? undefined : JSON.parse(row.answer) };
}
