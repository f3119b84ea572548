/** Lets a CI job use the HTTP door in the name of a guild. The secret itself is stored nowhere. */
export interface ApiToken {
  id: string;
  guildId: string;
  /** What people call it: "release workflow". */
  name: string;
  /** `actorKey` */
  createdBy: string;
  createdAtMs: number;
  expiresAtMs: number;
  /** To the minute. */
  lastUsedAtMs: number | undefined;
  /** When its maker was found to have left the guild; undefined while they are a member. */
  orphanedAtMs: number | undefined;
}

export const tokensPerGuildMax = 25;

export interface TokenStore extends TokenEnds {
  /** Newest first; expired ones too. */
  list(guildId: string): Promise<ApiToken[]>;
  /** `secretHash`: sha-256 in hex. Throws STORAGE_LIMIT_REACHED for one more than `tokensPerGuildMax`. */
  add(token: ApiToken, secretHash: string): Promise<void>;
  /** False when this guild has no such token. */
  remove(guildId: string, id: string): Promise<boolean>;
  find(id: string): Promise<{ token: ApiToken; secretHash: string } | undefined>;
  /** Undefined: its maker is a member. Returns true when this changes what was stored. */
  markOrphaned(id: string, atMs: number | undefined): Promise<boolean>;
  markUsed(id: string, atMs: number): Promise<void>;
}

/** A token whose end is near, for those who warn people of it. */
export type EndingToken = Pick<ApiToken, 'id' | 'guildId' | 'name' | 'expiresAtMs'>;

/** Offered to those who warn people. */
export interface TokenEnds {
  /** Tokens of all guilds that end after `afterMs` and before `beforeMs`. */
  ending(afterMs: number, beforeMs: number): Promise<EndingToken[]>;
}

/** Offered to the HTTP door. */
export interface TokenVerifier {
  /** The token of this secret; undefined for a wrong, expired or revoked one. Takes the same time in every case. */
  verify(words: string): Promise<ApiToken | undefined>;
}
