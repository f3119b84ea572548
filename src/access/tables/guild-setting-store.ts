import type { Kysely, Selectable } from 'kysely';
import type { GuildSettings } from '#contracts/actions/guild-settings.ts';
import type { GuildDecision } from '#contracts/guild-settings.ts';
import { homeGuildsMax } from '#contracts/home-guild-store.ts';
import { storageErrors } from '#storage/errors.ts';
import { transact } from '#storage/transaction.ts';
import type { GuildSettingTable, Schema } from './schema.ts';

/** What a guild has decided; absent: nothing. The notices channel is stored with what is said there. */
export type KeptDecision = Partial<Omit<GuildSettings, 'guildId' | 'noticesChannelId'>>;

/** The bot may have left guilds that once decided something. */
export const guildSettingsMax = 10 * homeGuildsMax;

export interface GuildSettingStore {
  list(): Promise<{ guildId: string; decided: KeptDecision }[]>;
  /** Throws STORAGE_LIMIT_REACHED above `guildSettingsMax`. */
  change(guildId: string, decision: GuildDecision, setBy: string, nowMs: number): Promise<KeptDecision>;
  /** Stores only what the guild hasn't decided yet. */
  adopt(guildId: string, decision: KeptDecision, setBy: string, nowMs: number): Promise<void>;
}

export function createGuildSettingStore(db: Kysely<Schema>): GuildSettingStore {
  async function write(
    guildId: string,
    row: Partial<Row>,
    { setBy, nowMs }: { setBy: string; nowMs: number },
    keepsOld: boolean,
  ): Promise<KeptDecision> {
    return transact(db, async (tx) => {
      const before = await tx
        .selectFrom('guild_setting')
        .selectAll()
        .where('guild_id', '=', guildId)
        .executeTakeFirst();
      const stamp = { set_by: setBy, set_at_ms: nowMs };
      const kept = keepsOld && before ? decidedColumns(before) : {};
      const whole: Row = { ...(before ?? emptyRow(guildId)), ...row, ...kept, ...stamp };
      await tx
        .insertInto('guild_setting')
        .values(whole)
        .onConflict((conflict) => conflict.column('guild_id').doUpdateSet(whole))
        .execute();
      const { count } = await tx
        .selectFrom('guild_setting')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      if (Number(count) > guildSettingsMax)
        throw storageErrors.STORAGE_LIMIT_REACHED({ what: 'servers with settings', max: guildSettingsMax });
      return decisionOf(whole);
    });
  }

  return {
    async list() {
      const rows = await db.selectFrom('guild_setting').selectAll().orderBy('guild_id').execute();
      return rows.map((row) => ({ guildId: row.guild_id, decided: decisionOf(row) }));
    },
    change: (guildId, decision, setBy, nowMs) => write(guildId, columnsOf(decision), { setBy, nowMs }, false),
    async adopt(guildId, decision, setBy, nowMs) {
      await write(guildId, columnsOf(decision), { setBy, nowMs }, true);
    },
  };
}

type Row = Selectable<GuildSettingTable>;

function emptyRow(guildId: string): Omit<Row, 'set_by' | 'set_at_ms'> {
  return {
    guild_id: guildId,
    zone: null,
    who_adds: null,
    votes: null,
    members_see_library: null,
    on_move: null,
    leave_after_ms: null,
    volume_percent: null,
  };
}

function decidedColumns(row: Row): Partial<Row> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

function columnsOf(decision: GuildDecision): Partial<Row> {
  const { zone, whoAdds, votes, membersSeeLibrary, onMove, leaveAfterMs, volumePercent } = decision;
  const columns = {
    zone,
    who_adds: whoAdds,
    votes: bit(votes),
    members_see_library: bit(membersSeeLibrary),
    on_move: onMove,
    leave_after_ms: leaveAfterMs,
    volume_percent: volumePercent,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

function bit(flag: boolean | null | undefined): 0 | 1 | null | undefined {
  return typeof flag === 'boolean' ? (flag ? 1 : 0) : flag;
}

function decisionOf(row: Row): KeptDecision {
  const { zone, who_adds, votes, members_see_library, on_move, leave_after_ms, volume_percent } = row;
  return {
    ...(zone !== null && { zone }),
    ...(who_adds !== null && { whoAdds: who_adds }),
    ...(votes !== null && { votes: votes === 1 }),
    ...(members_see_library !== null && { membersSeeLibrary: members_see_library === 1 }),
    ...(on_move !== null && { onMove: on_move }),
    ...(leave_after_ms !== null && { leaveAfterMs: Number(leave_after_ms) }),
    ...(volume_percent !== null && { volumePercent: volume_percent }),
  };
}
