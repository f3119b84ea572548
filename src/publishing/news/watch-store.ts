import type { Kysely, Transaction } from 'kysely';
import type { Validators } from '#contracts/news.ts';
import type { ChainWatchTable } from '../tables/publishing.ts';
import type { Schema } from '../tables/schema.ts';

/** Examined for watches that are due. */
const dueMax = 1_000;

export interface NewsFailure {
  sinceMs: number;
  code: string;
  text: string;
  count: number;
}

/** What a chain knows of the news it starts on. */
export interface Watch {
  chainId: string;
  guildId: string;
  place: string;
  validators: Validators;
  /** Keys of items. */
  seen: readonly string[];
  nextAtMs: number | undefined;
  checkedAtMs: number | undefined;
  failure: NewsFailure | undefined;
}

export class WatchStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async add(tx: Transaction<Schema>, watch: Watch): Promise<void> {
    await tx.insertInto('chain_watch').values(rowOf(watch)).execute();
  }

  async of(chainId: string): Promise<Watch | undefined> {
    const row = await this.#db
      .selectFrom('chain_watch')
      .selectAll()
      .where('chain_id', '=', chainId)
      .executeTakeFirst();
    return row && watchOf(row);
  }

  /** Due watches, those that wait longest first. */
  async due(nowMs: number): Promise<Pick<Watch, 'chainId' | 'guildId'>[]> {
    const rows = await this.#db
      .selectFrom('chain_watch')
      .select(['chain_id', 'guild_id'])
      .where('next_at_ms', '<=', nowMs)
      .orderBy('next_at_ms')
      .limit(dueMax)
      .execute();
    return rows.map((row) => ({ chainId: row.chain_id, guildId: row.guild_id }));
  }

  /** The watch, if it is due and no other process has it: until then nobody else reads it. */
  async claim(chainId: string, nowMs: number, untilMs: number): Promise<Watch | undefined> {
    const { numUpdatedRows } = await this.#db
      .updateTable('chain_watch')
      .set({ next_at_ms: untilMs })
      .where('chain_id', '=', chainId)
      .where('next_at_ms', '<=', nowMs)
      .executeTakeFirst();
    return numUpdatedRows === 1n ? this.of(chainId) : undefined;
  }

  /** False: another process has claimed it since. */
  async save(claimed: Watch, next: Watch): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('chain_watch')
      .set(rowOf(next))
      .where('chain_id', '=', claimed.chainId)
      .where('next_at_ms', '=', claimed.nextAtMs ?? null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async remove(chainId: string): Promise<void> {
    await this.#db.deleteFrom('chain_watch').where('chain_id', '=', chainId).execute();
  }
}

function rowOf(watch: Watch): ChainWatchTable {
  const { validators, failure } = watch;
  return {
    chain_id: watch.chainId,
    guild_id: watch.guildId,
    place: watch.place,
    seen: watch.seen.join(''),
    etag: validators.etag ?? null,
    last_modified: validators.lastModified ?? null,
    next_at_ms: watch.nextAtMs ?? null,
    checked_at_ms: watch.checkedAtMs ?? null,
    failure_count: failure?.count ?? 0,
    failed_at_ms: failure?.sinceMs ?? null,
    failure_code: failure?.code ?? null,
    failure_text: failure?.text ?? null,
  };
}

function watchOf(row: ChainWatchTable): Watch {
  const { failed_at_ms: sinceMs, failure_code: code, failure_text: text, failure_count: count } = row;
  return {
    chainId: row.chain_id,
    guildId: row.guild_id,
    place: row.place,
    validators: {
      ...(row.etag !== null && { etag: row.etag }),
      ...(row.last_modified !== null && { lastModified: row.last_modified }),
    },
    seen: row.seen.match(/.{16}/g) ?? [],
    nextAtMs: row.next_at_ms ?? undefined,
    checkedAtMs: row.checked_at_ms ?? undefined,
    failure: sinceMs === null ? undefined : { sinceMs, code: code ?? '', text: text ?? '', count },
  };
}
