import type { AuditRow } from './audit.ts';

/** Remembers what was asked and answered. */
export interface ActionLedger {
  /**
   * Claims a key for its first use. `fresh`: run it. `done`: the stored answer. `running`: another request holds it.
   * `mismatch`: the key was used with another action or input.
   */
  claim(key: string, fingerprint: string, atMs: number): Promise<KeyClaim>;
  /** Stores the answer and the audit row in one transaction. */
  settle(key: string | undefined, answer: unknown, row: AuditRow): Promise<void>;
  /** Frees the key after a failure, so that the same request can be retried, and stores the row. */
  fail(key: string | undefined, row: AuditRow): Promise<void>;
}

export type KeyClaim =
  | { state: 'fresh' }
  | { state: 'done'; answer: unknown }
  | { state: 'running' | 'mismatch' };
