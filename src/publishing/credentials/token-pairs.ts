import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { RotatingTokens, TokenPair } from '#contracts/publisher.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Scrubber } from '#core/scrubber.ts';
import { transact } from '#storage/transaction.ts';
import type { CredentialTable } from '../tables/publishing.ts';
import type { Schema } from '../tables/schema.ts';
import type { Target } from '../targets/target-store.ts';
import { storedCredentials } from './stored-credentials.ts';
import type { Vault } from './vault.ts';

/** Whose tokens they are. */
type Owner = Pick<Target, 'id' | 'guildId'>;

/** Stored beside the credentials of a target: no publisher may use this name. */
export const tokenRecordName = '#tokens';
/** One renewal, its request included. */
export const tokenLeaseMs = 60_000;
const askAgainMs = 100;

const pair = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAtMs: z.number(),
  grant: z.string(),
});
/** The previous pair stays until the next renewal: the new one has worked by then. */
const stored = z.object({ newest: pair, before: pair.optional() });

export interface TokenPairsComponents {
  db: Kysely<Schema>;
  vault: Vault;
  scrubber: Pick<Scrubber, 'add'>;
  clock: Pick<Clock, 'nowMs' | 'sleep'>;
  chance: Pick<Chance, 'uuid'>;
}

/** Token pairs that each use replaces: renewed by one caller at a time, over all attempts and hubs. */
export class TokenPairs {
  readonly #components: TokenPairsComponents;

  constructor(components: TokenPairsComponents) {
    this.#components = components;
  }

  of(target: Owner, signal: AbortSignal): RotatingTokens {
    return {
      current: async () => (await this.#read(target))?.pairs.newest,
      refresh: (run) =>
        this.#alone(target, signal, async () => {
          const known = await this.#read(target);
          const newest = await run(known?.pairs.newest);
          if (newest !== known?.pairs.newest) await this.#write(target, newest, known);
          return newest;
        }),
    };
  }

  /** For a new grant, sealed: to be stored in the transaction that uses the grant up. */
  async prepare(target: Owner, newest: TokenPair, setBy: string): Promise<CredentialTable> {
    return this.#sealed(target, newest, await this.#read(target), setBy);
  }

  /** The scrubber learns all pairs before anything can show one. */
  async learn(): Promise<void> {
    if (this.#components.vault.state.state !== 'open') return;
    const rows = await storedCredentials(this.#components.db)
      .where('credential.name', '=', tokenRecordName)
      .execute();
    for (const row of rows) await this.#open(row, row.guild_id);
  }

  async #read(target: Owner): Promise<Known | undefined> {
    const row = await this.#components.db
      .selectFrom('credential')
      .selectAll()
      .where('target_id', '=', target.id)
      .where('name', '=', tokenRecordName)
      .executeTakeFirst();
    return row && { version: row.version, pairs: await this.#open(row, target.guildId) };
  }

  async #open(row: CredentialTable, guildId: string): Promise<Known['pairs']> {
    const { vault, scrubber } = this.#components;
    const text = await vault.open(recordOf(row.target_id, row.version), row.sealed);
    // A pair that can't be opened counts as none: the grant that a person gave makes a new one.
    if (text === undefined) return { newest: undefined };
    const pairs = stored.parse(JSON.parse(text));
    for (const known of [pairs.newest, pairs.before])
      for (const value of known ? [known.accessToken, known.refreshToken] : []) scrubber.add(value, guildId);
    return pairs;
  }

  async #write(target: Owner, newest: TokenPair, known: Known | undefined): Promise<void> {
    const row = await this.#sealed(target, newest, known, 'system:renewal');
    await this.#components.db
      .insertInto('credential')
      .values(row)
      .onConflict((conflict) => conflict.columns(['target_id', 'name']).doUpdateSet(row))
      .execute();
  }

  async #sealed(
    target: Owner,
    newest: TokenPair,
    known: Known | undefined,
    setBy: string,
  ): Promise<CredentialTable> {
    const { vault, scrubber, clock } = this.#components;
    for (const value of [newest.accessToken, newest.refreshToken]) scrubber.add(value, target.guildId);
    const version = (known?.version ?? 0) + 1;
    const before = known?.pairs.newest;
    const sealed = await vault.seal(recordOf(target.id, version), JSON.stringify({ newest, before }));
    return {
      target_id: target.id,
      name: tokenRecordName,
      version,
      sealed,
      set_by: setBy,
      set_at_ms: clock.nowMs(),
    };
  }

  async #alone<Result>(target: Owner, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const { db, chance } = this.#components;
    const holder = chance.uuid();
    await this.#acquire(target.id, holder, signal);
    try {
      return await work();
    } finally {
      await db
        .deleteFrom('token_lease')
        .where('target_id', '=', target.id)
        .where('holder', '=', holder)
        .execute();
    }
  }

  async #acquire(targetId: string, holder: string, signal: AbortSignal): Promise<void> {
    const { db, clock } = this.#components;
    for (;;) {
      signal.throwIfAborted();
      const nowMs = clock.nowMs();
      const row = { target_id: targetId, holder, until_ms: nowMs + tokenLeaseMs };
      const got = await transact(db, (tx) =>
        tx
          .insertInto('token_lease')
          .values(row)
          .onConflict((conflict) =>
            conflict.column('target_id').doUpdateSet(row).where('token_lease.until_ms', '<=', nowMs),
          )
          .returning('holder')
          .executeTakeFirst(),
      );
      if (got?.holder === holder) return;
      await clock.sleep(askAgainMs, signal);
    }
  }
}

interface Known {
  version: number;
  pairs: { newest: TokenPair | undefined; before?: TokenPair | undefined };
}

function recordOf(targetId: string, version: number) {
  return { targetId, name: tokenRecordName, version };
}
