import type { Kysely, Transaction } from 'kysely';
import { suggest } from '#core/text/suggest.ts';
import { transact } from '#storage/transaction.ts';
import { publishErrors } from '../errors.ts';
import type { ChainTable } from '../tables/publishing.ts';
import type { Schema } from '../tables/schema.ts';
import type { Chain, ChainRun } from './chain.ts';
import { chainOf, rowOf, runOf, runRowOf } from './chain-rows.ts';

export const chainsPerGuildMax = 20;
/** Older finished runs are deleted. */
export const runsPerChainMax = 100;
/** Running or stopped runs of a chain: where one link is broken, every further event adds one. */
export const openRunsPerChainMax = 100;

export class ChainStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Throws PUBLISH_CHAIN_TAKEN, PUBLISH_TOO_MANY. */
  async add(chain: Chain, also: (tx: Transaction<Schema>) => Promise<void> = async () => {}): Promise<void> {
    await transact(this.#db, async (tx) => {
      const names = (await listRows(tx, chain.guildId)).map(({ name }) => name);
      if (names.includes(chain.name)) throw publishErrors.PUBLISH_CHAIN_TAKEN({ chain: chain.name });
      if (names.length >= chainsPerGuildMax)
        throw publishErrors.PUBLISH_TOO_MANY({ what: 'chains', max: chainsPerGuildMax });
      await tx.insertInto('chain').values(rowOf(chain)).execute();
      await also(tx);
    });
  }

  async list(guildId?: string): Promise<Chain[]> {
    return (await listRows(this.#db, guildId)).map(chainOf);
  }

  /** Throws PUBLISH_NO_CHAIN. */
  async named(guildId: string, name: string): Promise<Chain> {
    const chains = await this.list(guildId);
    const found = chains.find((chain) => chain.name === name);
    if (found) return found;
    const suggestion = suggest(
      name,
      chains.map((chain) => chain.name),
    );
    throw publishErrors.PUBLISH_NO_CHAIN({ chain: name, suggestion });
  }

  async byId(id: string): Promise<Chain | undefined> {
    const row = await this.#db.selectFrom('chain').selectAll().where('id', '=', id).executeTakeFirst();
    return row && chainOf(row);
  }

  async remove(id: string, nowMs: number): Promise<void> {
    await this.#db.updateTable('chain').set({ removed_at_ms: nowMs }).where('id', '=', id).execute();
  }

  /** The run that this cause started, now or earlier. Throws PUBLISH_CHAIN_STUCK. */
  async startRun(run: ChainRun): Promise<ChainRun> {
    return transact(this.#db, async (tx) => {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('chain_run')
        .values(runRowOf(run))
        .onConflict((conflict) => conflict.column('cause').doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 1n) {
        await refuseWhereStuck(tx, run.chainId);
        await countRun(tx, run);
      }
      const old = await tx
        .selectFrom('chain_run')
        .select('id')
        .where('chain_id', '=', run.chainId)
        .where('state', '=', 'done')
        .orderBy('started_at_ms', 'desc')
        .offset(runsPerChainMax)
        .limit(runsPerChainMax)
        .execute();
      for (const { id } of old) await tx.deleteFrom('chain_run').where('id', '=', id).execute();
      const row = await tx
        .selectFrom('chain_run')
        .selectAll()
        .where('cause', '=', run.cause)
        .executeTakeFirstOrThrow();
      return runOf(row);
    });
  }

  /** Causes of its runs with this prefix. */
  async causesOf(chainId: string, causePrefix: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('chain_run')
      .select('cause')
      .where('cause', 'like', `${chainId}:${causePrefix}%`)
      .execute();
    return rows.map(({ cause }) => cause.slice(chainId.length + 1));
  }

  async knowsCause(chainId: string, cause: string): Promise<boolean> {
    return (await this.causesOf(chainId, cause)).includes(cause);
  }

  /** Number of a chain's runs whose cause has this prefix, since an instant. */
  async begunSince(chainId: string, causePrefix: string, sinceMs: number): Promise<number> {
    const { count } = await this.#db
      .selectFrom('chain_run')
      .where('chain_id', '=', chainId)
      .where('cause', 'like', `${chainId}:${causePrefix}%`)
      .where('started_at_ms', '>', sinceMs)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** Runs that are still being gathered, the newest first. */
  async gatherings(chainId: string): Promise<ChainRun[]> {
    const rows = await this.#db
      .selectFrom('chain_run')
      .selectAll()
      .where('chain_id', '=', chainId)
      .where('state', '=', 'gathering')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(runOf);
  }

  /** Whether a run of this chain holds these bytes already. */
  async holds(chainId: string, cid: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('chain_run')
      .select('id')
      .where('chain_id', '=', chainId)
      .where('artifacts', 'like', `%"${cid}"%`)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** The runs of this chain with a label, such as a version. */
  async labelled(chainId: string, label: string): Promise<ChainRun[]> {
    const rows = await this.#db
      .selectFrom('chain_run')
      .selectAll()
      .where('chain_id', '=', chainId)
      .where('label', '=', label)
      .execute();
    return rows.map(runOf);
  }

  /** False when it has begun, or got another file, meanwhile. */
  async gatherInto(
    run: Pick<ChainRun, 'id' | 'artifacts'>,
    next: Pick<ChainRun, 'label' | 'artifacts'>,
    nowMs: number,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('chain_run')
      .set({ label: next.label, artifacts: JSON.stringify(next.artifacts), updated_at_ms: nowMs })
      .where('id', '=', run.id)
      .where('state', '=', 'gathering')
      .where('artifacts', '=', JSON.stringify(run.artifacts))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async run(id: string): Promise<ChainRun | undefined> {
    const row = await this.#db.selectFrom('chain_run').selectAll().where('id', '=', id).executeTakeFirst();
    return row && runOf(row);
  }

  /** Stopped ones first, since they wait for a person; then the newest. */
  async runs(chainId: string, limit: number): Promise<ChainRun[]> {
    const rows = await this.#db
      .selectFrom('chain_run')
      .selectAll()
      .where('chain_id', '=', chainId)
      .orderBy(({ eb }) => eb.case().when('state', '=', 'stopped').then(0).else(1).end())
      .orderBy('started_at_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(runOf);
  }

  /** Runs that may still continue. */
  async unfinishedRunIds(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('chain_run')
      .innerJoin('chain', 'chain.id', 'chain_run.chain_id')
      .select('chain_run.id')
      .where('chain_run.state', '<>', 'done')
      .where('chain.removed_at_ms', 'is', null)
      .orderBy('chain_run.id')
      .execute();
    return rows.map(({ id }) => id);
  }

  /** False when another hub has advanced it from that link meanwhile. */
  async moveRun(
    run: Pick<ChainRun, 'id' | 'link' | 'state' | 'artifacts'>,
    next: Pick<ChainRun, 'state' | 'link' | 'publications' | 'receipts' | 'reason'>,
    nowMs: number,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('chain_run')
      .set({
        state: next.state,
        link: next.link,
        publications: JSON.stringify(next.publications),
        receipts: JSON.stringify(next.receipts),
        reason: next.reason ?? null,
        updated_at_ms: nowMs,
      })
      .where('id', '=', run.id)
      .where('link', '=', run.link)
      .where('state', '<>', 'done')
      // A file that came in between belongs to it.
      .$if(run.state === 'gathering', (query) => query.where('artifacts', '=', JSON.stringify(run.artifacts)))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }
}

async function countRun(tx: Transaction<Schema>, { id, chainId, facts }: ChainRun): Promise<void> {
  const { run_count: counter } = await tx
    .updateTable('chain')
    .set(({ eb }) => ({ run_count: eb('run_count', '+', 1) }))
    .where('id', '=', chainId)
    .returning('run_count')
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('chain_run')
    .set({ facts: JSON.stringify({ ...facts, counter }) })
    .where('id', '=', id)
    .execute();
}

async function refuseWhereStuck(tx: Transaction<Schema>, chainId: string): Promise<void> {
  const { count } = await tx
    .selectFrom('chain_run')
    .where('chain_id', '=', chainId)
    .where('state', '<>', 'done')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) > openRunsPerChainMax)
    throw publishErrors.PUBLISH_CHAIN_STUCK({ max: openRunsPerChainMax });
}

function listRows(db: Kysely<Schema>, guildId?: string): Promise<ChainTable[]> {
  return db
    .selectFrom('chain')
    .selectAll()
    .$if(guildId !== undefined, (query) => query.where('guild_id', '=', guildId ?? ''))
    .where('removed_at_ms', 'is', null)
    .orderBy('name')
    .execute();
}
