/** What lets a CI job use the HTTP door in the name of a guild. The secret itself is kept nowhere. */
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
  /** When it was found that its maker had left the guild; undefined while they are in it. */
  orphanedAtMs: number | undefined;
}

export const tokensPerGuildMax = 25;

export interface TokenStore {
  /** Newest first; expired ones too. */
  list(guildId: string): Promise<ApiToken[]>;
  /** `secretHash`: sha-256 in hex. Throws STORAGE_LIMIT_REACHED for one more than `tokensPerGuildMax`. */
  add(token: ApiToken, secretHash: string): Promise<void>;
  /** False when this guild has no such token. */
  remove(guildId: string, id: string): Promise<boolean>;
  find(id: string): Promise<{ token: ApiToken; secretHash: string } | undefined>;
  /** Undefined: its maker is there. True when that is news. */
  markOrphaned(id: string, atMs: number | undefined): Promise<boolean>;
  markUsed(id: string, atMs: number): Promise<void>;
}

/** Offered to the HTTP door. */
export interface TokenVerifier {
  /** The token that these are the words of; undefined for a wrong, expired or revoked one. Takes as long for either. */
  verify(words: string): Promise<ApiToken | undefined>;
}
