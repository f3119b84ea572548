/** The tables of the artifact store and of the tokens for its HTTP door. */
export interface ArtifactTables {
  artifact: ArtifactTable;
  artifact_label: ArtifactLabelTable;
  artifact_usage: ArtifactUsageTable;
  api_token: ApiTokenTable;
}

/** One row per content: the bytes are on the disk under their content id. */
export interface ArtifactTable {
  /** sha-256, lower-case hex */
  cid: string;
  size_bytes: number;
  created_at_ms: number;
  /** When the bytes were last read whole and held against the content id. */
  verified_at_ms: number;
  /** Set when that went wrong; null again once the same bytes are put anew. */
  damaged_at_ms: number | null;
}

/** What a guild calls the bytes. Each guild that put them has one. */
export interface ArtifactLabelTable {
  cid: string;
  /** Empty: the hub's own. */
  guild_id: string;
  label: string;
  /** Lower-case, for searching. */
  label_folded: string;
  media_type: string;
  source: string;
  /** When the guild put them last: retention counts from here. */
  created_at_ms: number;
  /** Out of retention and no longer shown; taken away unless a delivery turns up that needs it. */
  condemned_at_ms: number | null;
}

/** What the limits are held against, kept in the transactions that change it. */
export interface ArtifactUsageTable {
  /** A guild's id, empty for the hub's own, or `total` for what is on the disk. */
  scope: string;
  used_bytes: number;
  artifact_count: number;
}

export interface ApiTokenTable {
  id: string;
  guild_id: string;
  name: string;
  /** sha-256 of the secret part, hex: the secret itself is kept nowhere. */
  secret_hash: string;
  created_by: string;
  created_at_ms: number;
  expires_at_ms: number;
  last_used_at_ms: number | null;
  /** When its maker was found to have left the guild. */
  orphaned_at_ms: number | null;
}
