/** The tables of the artifact store. */
export interface ArtifactTables {
  artifact: ArtifactTable;
  artifact_label: ArtifactLabelTable;
  artifact_usage: ArtifactUsageTable;
}

/** One row per content: the bytes are on the disk under their content id. */
export interface ArtifactTable {
  /** sha-256, lower-case hex */
  cid: string;
  size_bytes: number;
  created_at_ms: number;
  /** When the bytes were last read completely and checked against the content id. */
  verified_at_ms: number;
  /** Set when that check failed; null again once the same bytes are put again. */
  damaged_at_ms: number | null;
}

/** A guild's label for the bytes. Each guild that put them has one. */
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
  /** Out of retention and no longer shown; removed unless a delivery needs it meanwhile. */
  condemned_at_ms: number | null;
}

/** Usage that the limits apply to, kept in the transactions that change it. */
export interface ArtifactUsageTable {
  /** A guild's id, empty for the hub's own, or `total` for what is on the disk. */
  scope: string;
  used_bytes: number;
  artifact_count: number;
}
