import type { AuditRow } from './perform.ts';

/** An audit row as it is kept. */
export interface KeptAuditRow extends Omit<AuditRow, 'input'> {
  /** Stands for its place in the list. */
  cursor: string;
  /** JSON, without secrets, cut where it was long; undefined when it was refused before it was looked at. */
  input: string | undefined;
}

export interface AuditQuery {
  /** Absent: all guilds, and what belongs to none. */
  guildId?: string;
  action?: string;
  /** A row's cursor: older ones than that. */
  before?: string;
  limit: number;
}

export interface AuditReader {
  /** Newest first. */
  list(query: AuditQuery): Promise<KeptAuditRow[]>;
}
