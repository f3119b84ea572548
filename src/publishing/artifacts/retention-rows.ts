import type { Kysely } from 'kysely';
import { transact } from '#storage/transaction.ts';
import type { ArtifactTable, ArtifactTables } from '../tables/artifacts.ts';
import { charge } from './artifact-index.ts';

type Database = Kysely<ArtifactTables>;

/** Rows of a kind that one sweep handles; the next continues. */
export const sweepRowsMax = 1_000;

export interface LabelKey {
  cid: string;
  /** Empty: the hub's own. */
  guild_id: string;
}

/** What the caretaker does to the rows. */
export class RetentionRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Labels out of retention that are still shown, oldest first, after the one given. */
  async expired(beforeMs: number, after: LabelKey | undefined): Promise<LabelKey[]> {
    return this.#db
      .selectFrom('artifact_label')
      .select(['cid', 'guild_id'])
      .where('created_at_ms', '<', beforeMs)
      .where('condemned_at_ms', 'is', null)
      .$if(after !== undefined, (query) =>
        query.where((eb) =>
          eb.or([
            eb('cid', '>', after?.cid ?? ''),
            eb.and([eb('cid', '=', after?.cid ?? ''), eb('guild_id', '>', after?.guild_id ?? '')]),
          ]),
        ),
      )
      .orderBy('cid')
      .orderBy('guild_id')
      .limit(sweepRowsMax)
      .execute();
  }

  /** Hidden from now on. False when it was put again meanwhile. */
  async condemn({ cid, guild_id }: LabelKey, beforeMs: number, nowMs: number): Promise<void> {
    await this.#db
      .updateTable('artifact_label')
      .set({ condemned_at_ms: nowMs })
      .where('cid', '=', cid)
      .where('guild_id', '=', guild_id)
      .where('created_at_ms', '<', beforeMs)
      .execute();
  }

  async condemned(beforeMs: number): Promise<LabelKey[]> {
    return this.#db
      .selectFrom('artifact_label')
      .select(['cid', 'guild_id'])
      .where('condemned_at_ms', '<=', beforeMs)
      .orderBy('condemned_at_ms')
      .limit(sweepRowsMax)
      .execute();
  }

  async acquit({ cid, guild_id }: LabelKey): Promise<void> {
    await this.#db
      .updateTable('artifact_label')
      .set({ condemned_at_ms: null })
      .where('cid', '=', cid)
      .where('guild_id', '=', guild_id)
      .execute();
  }

  /** Removes a condemned label, and the content with the last one. True: nobody needs the file any more. */
  async remove({ cid, guild_id }: LabelKey): Promise<boolean> {
    return transact(this.#db, async (tx) => {
      await charge(tx, 'total', 0, 0);
      const content = await tx.selectFrom('artifact').selectAll().where('cid', '=', cid).executeTakeFirst();
      const { numDeletedRows } = await tx
        .deleteFrom('artifact_label')
        .where('cid', '=', cid)
        .where('guild_id', '=', guild_id)
        .where('condemned_at_ms', 'is not', null)
        .executeTakeFirst();
      if (numDeletedRows === 0n || !content) return false;
      const sizeBytes = Number(content.size_bytes);
      await charge(tx, guild_id, -sizeBytes, -1);
      const left = await tx
        .selectFrom('artifact_label')
        .select('cid')
        .where('cid', '=', cid)
        .executeTakeFirst();
      if (left) return false;
      await tx.deleteFrom('artifact').where('cid', '=', cid).execute();
      await charge(tx, 'total', -sizeBytes, -1);
      return true;
    });
  }

  /** Those of these ids that have no row. */
  async unknown(cids: readonly string[]): Promise<string[]> {
    const unknown: string[] = [];
    for (let start = 0; start < cids.length; start += sweepRowsMax) {
      const asked = cids.slice(start, start + sweepRowsMax);
      const rows = await this.#db.selectFrom('artifact').select('cid').where('cid', 'in', asked).execute();
      const known = new Set(rows.map(({ cid }) => cid));
      unknown.push(...asked.filter((cid) => !known.has(cid)));
    }
    return unknown;
  }

  /** Not checked against its content id since `beforeMs`, longest ago first. */
  async unverified(beforeMs: number): Promise<ArtifactTable | undefined> {
    return this.#db
      .selectFrom('artifact')
      .selectAll()
      .where('verified_at_ms', '<', beforeMs)
      .where('damaged_at_ms', 'is', null)
      .orderBy('verified_at_ms')
      .limit(1)
      .executeTakeFirst();
  }

  async markVerified(cid: string, nowMs: number): Promise<void> {
    await this.#db.updateTable('artifact').set({ verified_at_ms: nowMs }).where('cid', '=', cid).execute();
  }

  async markDamaged(cid: string, nowMs: number): Promise<void> {
    await this.#db.updateTable('artifact').set({ damaged_at_ms: nowMs }).where('cid', '=', cid).execute();
  }
}
