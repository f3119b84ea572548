import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '#core/clock.ts';
import { nameHas } from '#core/text/names.ts';
import { transact } from '#storage/transaction.ts';
import type { MilestoneTable, Schema } from '../tables/schema.ts';
import { milestoneErrors } from './errors.ts';
import { readPosts } from './milestone-row.ts';
import type { MilestonePlan } from './plan.ts';

/** Open milestones per guild. */
export const openMilestonesMax = 200;
/** Finished milestones shown in a list. */
export const settledListedMax = 50;
/** Finished milestones that a search examines. */
const settledSearchedMax = 2_000;

export interface MilestoneStoreComponents {
  db: Kysely<Schema>;
  clock: Pick<Clock, 'nowMs'>;
  plan: MilestonePlan;
}

/** Each change to a milestone is one transaction together with the changes of its posts. */
export class MilestoneStore {
  readonly #components: MilestoneStoreComponents;

  constructor(components: MilestoneStoreComponents) {
    this.#components = components;
  }

  /** Throws MILESTONE_TOO_MANY. */
  async add(row: MilestoneTable, offsets: readonly string[]): Promise<void> {
    const { db, plan, clock } = this.#components;
    await transact(db, async (tx) => {
      await tx.insertInto('milestone').values(row).execute();
      const { count } = await tx
        .selectFrom('milestone')
        .where('guild_id', '=', row.guild_id)
        .where('state', '=', 'open')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      if (Number(count) > openMilestonesMax)
        throw milestoneErrors.MILESTONE_TOO_MANY({ max: openMilestonesMax });
      await plan.write(tx, row, offsets, clock.nowMs());
    });
  }

  /** Without offsets, the current ones stay. Throws MILESTONE_OVER, MILESTONE_CHANGED. */
  async edit(
    row: MilestoneTable,
    change: Partial<MilestoneTable>,
    offsets: readonly string[] | undefined,
  ): Promise<MilestoneTable> {
    const { db, plan, clock } = this.#components;
    if (row.state !== 'open') throw milestoneErrors.MILESTONE_OVER({ state: row.state });
    return transact(db, async (tx) => {
      const edited = await this.#update(tx, row, change);
      const present = await readPosts(tx, [row.id]);
      const kept = present.filter(({ state }) => state !== 'withdrawn').map(({ offset }) => offset);
      await plan.write(tx, edited, offsets ?? kept, clock.nowMs());
      return edited;
    });
  }

  /** Reached once: repeating it changes nothing. Throws MILESTONE_OVER for a cancelled one, MILESTONE_CHANGED. */
  async reach(row: MilestoneTable): Promise<MilestoneTable> {
    const { db, plan, clock } = this.#components;
    if (row.state === 'reached') return row;
    if (row.state === 'cancelled') throw milestoneErrors.MILESTONE_OVER({ state: row.state });
    const nowMs = clock.nowMs();
    return transact(db, async (tx) => {
      const reached = await this.#update(tx, row, {
        state: 'reached',
        progress_percent: 100,
        settled_at_ms: nowMs,
        reached_untold: 1,
      });
      await plan.complete(tx, reached, nowMs);
      return reached;
    });
  }

  /** Repeating it changes nothing. Throws MILESTONE_CHANGED. */
  async cancel(row: MilestoneTable): Promise<MilestoneTable> {
    const { db, plan, clock } = this.#components;
    if (row.state === 'cancelled') return row;
    const nowMs = clock.nowMs();
    return transact(db, async (tx) => {
      const cancelled = await this.#update(tx, row, { state: 'cancelled', settled_at_ms: nowMs });
      await plan.withdrawAll(tx, row.id, nowMs);
      return cancelled;
    });
  }

  /** Open ones, the nearest first, then finished ones, the newest first. */
  async list(guildId: string, search: string): Promise<MilestoneTable[]> {
    const ofGuild = this.#components.db.selectFrom('milestone').selectAll().where('guild_id', '=', guildId);
    const open = await ofGuild.where('state', '=', 'open').orderBy('at_ms').execute();
    const over = await ofGuild
      .where('state', '!=', 'open')
      .orderBy('settled_at_ms', 'desc')
      .limit(search === '' ? settledListedMax : settledSearchedMax)
      .execute();
    // Searched here, because SQLite folds the case of ASCII letters only.
    const fits = ({ title }: MilestoneTable) => nameHas(title, search);
    return [...open.filter(fits), ...over.filter(fits).slice(0, settledListedMax)];
  }

  async #update(
    tx: Transaction<Schema>,
    row: MilestoneTable,
    change: Partial<MilestoneTable>,
  ): Promise<MilestoneTable> {
    const updated = await tx
      .updateTable('milestone')
      .set({ ...change, version: row.version + 1 })
      .where('id', '=', row.id)
      .where('version', '=', row.version)
      .returningAll()
      .executeTakeFirst();
    if (!updated) throw milestoneErrors.MILESTONE_CHANGED();
    return updated;
  }
}
