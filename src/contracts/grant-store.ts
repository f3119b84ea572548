import type { Role } from './actor.ts';

/** Everyone with the Discord role holds our role in that guild. */
export interface Grant {
  guildId: string;
  discordRoleId: string;
  role: Role;
}

/** Discord allows as many roles in a guild. */
export const grantsPerGuildMax = 250;

export interface GrantStore {
  list(guildId: string): Promise<Grant[]>;
  /** Adds or replaces by Discord role. Throws STORAGE_LIMIT_REACHED for one more than `grantsPerGuildMax`. */
  put(grant: Grant): Promise<void>;
  remove(guildId: string, discordRoleId: string): Promise<void>;
}
