import type { FirstChoice, KeptStanding } from '#contracts/home-guild-store.ts';

export interface Schema {
  role_grant: { guild_id: string; discord_role_id: string; role: string };
  api_token: ApiTokenTable;
  home_guild: { guild_id: string; standing: KeptStanding; set_by: string; set_at_ms: number };
  home_choice: { id: number; choice: FirstChoice; made_at_ms: number };
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
