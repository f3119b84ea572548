export interface AuditRow {
  atMs: number;
  actor: string;
  guildId: string | undefined;
  action: string;
  /** As validated; undefined when it was refused before that. */
  input: unknown;
  /** `refused`: nothing was run. `failed`: it ran and threw. */
  outcome: 'ok' | 'refused' | 'failed';
  errorCode: string | undefined;
}

/** Records events that nobody requested, such as a kick. Never throws. */
export interface AuditTrail {
  record(row: AuditRow): Promise<void>;
}

/** An audit row as it is kept. */
export interface KeptAuditRow extends Omit<AuditRow, 'input'> {
  /** Stands for its place in the list. */
  cursor: string;
  /** JSON, without secrets, cut where it was long; undefined when the request was refused before it was read. */
  input: string | undefined;
}

export interface AuditQuery {
  /** Absent: rows of all guilds, and those without a guild. */
  guildId?: string;
  action?: string;
  /** A row's cursor: only older rows are listed. */
  before?: string;
  limit: number;
}

export interface AuditReader {
  /** Newest first. */
  list(query: AuditQuery): Promise<KeptAuditRow[]>;
}
