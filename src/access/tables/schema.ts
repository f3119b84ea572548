import type { FirstChoice, KeptStanding } from '#contracts/home-guild-store.ts';

export interface Schema {
  role_grant: { guild_id: string; discord_role_id: string; role: string };
  api_token: ApiTokenTable;
  home_guild: { guild_id: string; standing: KeptStanding; set_by: string; set_at_ms: number };
  home_choice: { id: number; choice: FirstChoice; made_at_ms: number };
  guild_setting: GuildSettingTable;
  /** `greeted`: the hello was said, or isn't due. */
  guild_arrival: { guild_id: string; met_at_ms: number; greeted: 0 | 1 };
  /** At most one row, until the first login after the step that made it. */
  arrival_start: { id: number; was_in_use: 0 | 1 };
}

export interface ApiTokenTable {
  id: string;
  guild_id: string;
  name: string;
  /** sha-256 of the secret part, hex: the secret itself is stored nowhere. */
  secret_hash: string;
  created_by: string;
  created_at_ms: number;
  expires_at_ms: number;
  last_used_at_ms: number | null;
  /** When its maker was found to have left the guild. */
  orphaned_at_ms: number | null;
}

/** Null: not decided. */
export interface GuildSettingTable {
  guild_id: string;
  zone: string | null;
  who_adds: 'everybody' | 'djs' | null;
  votes: 0 | 1 | null;
  members_see_library: 0 | 1 | null;
  on_move: 'follow' | 'return' | null;
  leave_after_ms: number | null;
  volume_percent: number | null;
  set_by: string;
  set_at_ms: number;
}
