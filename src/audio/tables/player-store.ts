import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { type LoopMode, loopModes } from '#contracts/actions/player.ts';
import { transact } from '#storage/transaction.ts';
import type { Schema, StoredPhase } from './schema.ts';
import { factsIn, type StoredFacts } from './stored-facts.ts';

export const favouritesMax = 200;
export const recentMax = 50;
/** Rows in one statement: each has seven values, and SQLite takes 32,766. */
const rowsPerStatement = 100;

export interface StoredPlayer {
  guildId: string;
  playerId: string;
  /** `behind`: stopped until a neighbour's programme, which plays in its channel, is over. */
  phase: StoredPhase;
  loop: LoopMode;
  resting: string | undefined;
  currentId: string | undefined;
  positionMs: number;
}

export interface StoredItem {
  id: string;
  place: number;
  source: string;
  facts: StoredFacts;
  addedBy: string;
  addedByName: string;
}

export interface Remembered {
  source: string;
  facts: StoredFacts;
}

/** What changed in a queue since it was last written. */
export interface QueueChange {
  player: StoredPlayer;
  put: readonly StoredItem[];
  remove: readonly string[];
}

export interface PlayerStore {
  players(): Promise<StoredPlayer[]>;
  /** In order. An item whose row can't be read is left out. */
  items(guildId: string): Promise<StoredItem[]>;
  /** All or nothing. */
  write(change: QueueChange): Promise<void>;
  /** Only while that item is the current one. */
  setPosition(guildId: string, itemId: string, positionMs: number): Promise<void>;
  /** The newest first; likewise `recent`. */
  favourites(guildId: string): Promise<Remembered[]>;
  /** False: there are `favouritesMax` already. */
  keepFavourite(guildId: string, item: Remembered, nowMs: number): Promise<boolean>;
  dropFavourite(guildId: string, source: string): Promise<void>;
  recent(guildId: string): Promise<Remembered[]>;
  /** The oldest make room. */
  addRecent(guildId: string, item: Remembered, nowMs: number): Promise<void>;
}

export function createPlayerStore(db: Kysely<Schema>): PlayerStore {
  return { ...queueRows(db), ...memoryRows(db) };
}

function queueRows(db: Kysely<Schema>): Pick<PlayerStore, 'players' | 'items' | 'write' | 'setPosition'> {
  return {
    async players() {
      const rows = await db.selectFrom('player').selectAll().orderBy('guild_id').execute();
      return rows.map(playerOf);
    },

    async items(guildId) {
      const rows = await db
        .selectFrom('player_item')
        .selectAll()
        .where('guild_id', '=', guildId)
        .orderBy('place')
        .orderBy('id')
        .execute();
      return rows.flatMap((row) => {
        const facts = factsIn(row.facts);
        if (!facts) return [];
        const { id, place, source, added_by: addedBy, added_by_name: addedByName } = row;
        return [{ id, place, source, facts, addedBy, addedByName }];
      });
    },

    write: ({ player, put, remove }) =>
      transact(db, async (tx) => {
        const row = rowOfPlayer(player);
        await tx
          .insertInto('player')
          .values(row)
          .onConflict((conflict) => conflict.column('guild_id').doUpdateSet(row))
          .execute();
        for (const ids of chunks(remove))
          await tx
            .deleteFrom('player_item')
            .where('guild_id', '=', player.guildId)
            .where('id', 'in', ids)
            .execute();
        for (const items of chunks(put)) {
          const rows = items.map((item) => rowOfItem(player.guildId, item));
          await tx
            .insertInto('player_item')
            .values(rows)
            .onConflict((conflict) =>
              conflict.columns(['guild_id', 'id']).doUpdateSet(({ ref }) => ({
                place: ref('excluded.place'),
                facts: ref('excluded.facts'),
              })),
            )
            .execute();
        }
      }),

    async setPosition(guildId, itemId, positionMs) {
      await db
        .updateTable('player')
        .set({ position_ms: positionMs })
        .where('guild_id', '=', guildId)
        .where('current_id', '=', itemId)
        .execute();
    },
  };
}

type MemoryTable = 'player_favourite' | 'player_recent';

function memoryRows(
  db: Kysely<Schema>,
): Pick<PlayerStore, 'favourites' | 'keepFavourite' | 'dropFavourite' | 'recent' | 'addRecent'> {
  async function list(table: MemoryTable, guildId: string): Promise<Remembered[]> {
    const rows = await db
      .selectFrom(table)
      .select(['source', 'facts'])
      .where('guild_id', '=', guildId)
      .orderBy('at_ms', 'desc')
      .execute();
    return rows.flatMap(({ source, facts }) => {
      const known = factsIn(facts);
      return known ? [{ source, facts: known }] : [];
    });
  }

  async function put(on: Kysely<Schema>, table: MemoryTable, row: Schema[MemoryTable]): Promise<void> {
    await on
      .insertInto(table)
      .values(row)
      .onConflict((conflict) => conflict.columns(['guild_id', 'source_hash']).doUpdateSet(row))
      .execute();
  }

  const rowOf = (guildId: string, { source, facts }: Remembered, nowMs: number) => ({
    guild_id: guildId,
    source_hash: hashOf(source),
    source,
    facts: JSON.stringify(facts),
    at_ms: nowMs,
  });

  return {
    favourites: (guildId) => list('player_favourite', guildId),
    recent: (guildId) => list('player_recent', guildId),

    keepFavourite: (guildId, item, nowMs) =>
      transact(db, async (tx) => {
        const row = rowOf(guildId, item, nowMs);
        const others = await tx
          .selectFrom('player_favourite')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('guild_id', '=', guildId)
          .where('source_hash', '!=', row.source_hash)
          .executeTakeFirstOrThrow();
        if (Number(others.count) >= favouritesMax) return false;
        await put(tx, 'player_favourite', row);
        return true;
      }),

    async dropFavourite(guildId, source) {
      await db
        .deleteFrom('player_favourite')
        .where('guild_id', '=', guildId)
        .where('source_hash', '=', hashOf(source))
        .execute();
    },

    addRecent: (guildId, item, nowMs) =>
      transact(db, async (tx) => {
        await put(tx, 'player_recent', rowOf(guildId, item, nowMs));
        const rows = await tx
          .selectFrom('player_recent')
          .select('source_hash')
          .where('guild_id', '=', guildId)
          .orderBy('at_ms', 'desc')
          .execute();
        const old = rows.slice(recentMax).map(({ source_hash }) => source_hash);
        if (old.length === 0) return;
        await tx
          .deleteFrom('player_recent')
          .where('guild_id', '=', guildId)
          .where('source_hash', 'in', old)
          .execute();
      }),
  };
}

function playerOf(row: Schema['player']): StoredPlayer {
  return {
    guildId: row.guild_id,
    playerId: row.player_id,
    phase: row.phase,
    loop: loopModes.find((mode) => mode === row.loop_mode) ?? 'off',
    resting: row.resting ?? undefined,
    currentId: row.current_id ?? undefined,
    positionMs: row.position_ms,
  };
}

function rowOfPlayer(player: StoredPlayer): Schema['player'] {
  return {
    guild_id: player.guildId,
    player_id: player.playerId,
    phase: player.phase,
    loop_mode: player.loop,
    resting: player.resting ?? null,
    current_id: player.currentId ?? null,
    position_ms: player.positionMs,
  };
}

function rowOfItem(guildId: string, item: StoredItem): Schema['player_item'] {
  const { id, place, source, addedBy, addedByName } = item;
  const facts = JSON.stringify(item.facts);
  return { guild_id: guildId, id, place, source, facts, added_by: addedBy, added_by_name: addedByName };
}

function hashOf(source: string): string {
  return createHash('sha256').update(source).digest('base64url');
}

function chunks<T>(all: readonly T[]): T[][] {
  const count = Math.ceil(all.length / rowsPerStatement);
  return Array.from({ length: count }, (_, index) =>
    all.slice(index * rowsPerStatement, (index + 1) * rowsPerStatement),
  );
}
