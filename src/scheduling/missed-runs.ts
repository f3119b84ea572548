import type { Kysely, Transaction } from 'kysely';
import type { Logger } from '#core/logger.ts';
import type { SortableIds } from '#core/sortable-id.ts';
import { notHeld } from './held.ts';
import type { MissedRunTable, Schema } from './tables/schema.ts';

/** Announced in one round. */
const toldMax = 50;

/** A run that did not happen, for people. */
export interface MissedRun {
  /** The same in every announcement of it. */
  id: string;
  guildId: string;
  /** Id of the schedule or milestone. */
  sourceId: string;
  title: string;
  count: number;
  firstMs: number;
  lastMs: number;
  /** "3 runs of “Weekly digest” did not happen: the hub was not running …" */
  text: string;
}

export interface MissedRunsComponents {
  db: Kysely<Schema>;
  ids: SortableIds;
  /** Guilds that are no longer served: their announcements wait. */
  heldGuildIds: () => readonly string[];
  logger: Logger;
  /** Announces it to people, once for an id. Rejected ones are announced again later. */
  announceMissed: (missed: MissedRun) => Promise<void>;
}

export type NewMissedRun = Omit<MissedRunTable, 'id' | 'told' | 'detail'> & { detail?: string };

/** Stores missed runs and announces each once. */
export class MissedRuns {
  readonly #components: MissedRunsComponents;

  constructor(components: MissedRunsComponents) {
    this.#components = components;
  }

  async record(tx: Transaction<Schema>, run: NewMissedRun): Promise<void> {
    const row = { detail: null, ...run, id: this.#components.ids.next(), told: 0 };
    await tx.insertInto('missed_run').values(row).execute();
  }

  async newestOf(sourceId: string): Promise<MissedRun | undefined> {
    const row = await this.#components.db
      .selectFrom('missed_run')
      .selectAll()
      .where('source_id', '=', sourceId)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row && missedRunOf(row);
  }

  async tellNew(): Promise<void> {
    const { db } = this.#components;
    const rows = await db
      .selectFrom('missed_run')
      .selectAll()
      .where('told', '=', 0)
      .$call(notHeld(this.#components.heldGuildIds()))
      .orderBy('id')
      .limit(toldMax)
      .execute();
    for (const row of rows) await this.#tell(row);
  }

  async #tell(row: MissedRunTable): Promise<void> {
    const { announceMissed, db, logger } = this.#components;
    try {
      // Before the row changes: a crash in between announces it twice, which people see once.
      await announceMissed(missedRunOf(row));
      await db.updateTable('missed_run').set({ told: 1 }).where('id', '=', row.id).execute();
    } catch (error) {
      logger.warn({ err: error, source: row.source_id }, 'a missed run could not be announced');
    }
  }
}

function missedRunOf(row: MissedRunTable): MissedRun {
  const count = Number(row.missed_count);
  return {
    id: row.id,
    guildId: row.guild_id,
    sourceId: row.source_id,
    title: row.title,
    count,
    firstMs: Number(row.first_ms),
    lastMs: Number(row.last_ms),
    text: `${count === 1 ? 'A post' : `${count} posts`} of “${row.title}” did not go out: ${reasonText(row)}.`,
  };
}

function reasonText({ reason, detail }: MissedRunTable): string {
  switch (reason) {
    case 'skipped':
      return 'the hub was not running then, and missed runs are skipped';
    case 'beyond-grace':
      return 'the hub was not running then, and it is too late now';
    case 'replaced':
      return 'the hub was not running then; the latest run stands for the others';
    case 'beyond-cap':
      return 'the hub was not running then, and only the latest are made up for';
    case 'refused':
      return (detail ?? 'it was refused').replace(/[.]$/, '');
  }
}
