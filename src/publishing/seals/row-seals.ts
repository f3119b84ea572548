import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { DeliveryTable } from '../tables/outbox.ts';
import type { ApprovalTable } from '../tables/publishing.ts';

/**
 * What a row's seal covers: the columns that never change after writing. An edit of a delivery writes another revision,
 * which gets a new seal. `steps_hash` stands for the steps, whose rows are compared with it before each attempt. Not
 * covered are columns that change during a delivery: state, times, counts, its place in an order, receipts.
 */
export const sealedColumns = {
  delivery: [
    'id',
    'publication_id',
    'target_id',
    'guild_id',
    'publisher',
    'key',
    'revision',
    'created_at_ms',
    'steps_hash',
    'cost_micros',
  ],
  approval: ['delivery_id', 'revision', 'steps_hash', 'person', 'given_at_ms'],
} as const satisfies { delivery: (keyof DeliveryTable)[]; approval: (keyof ApprovalTable)[] };

export type Kind = keyof typeof sealedColumns;
type Rows = { delivery: DeliveryTable; approval: ApprovalTable };
/** The covered columns of a row. */
export type Covered<K extends Kind> = Pick<Rows[K], (typeof sealedColumns)[K][number] & keyof Rows[K]>;
export type Sealed<K extends Kind> = Covered<K> & { seal: string | null };

export interface SealKey {
  /** Version of the vault's data key: rises when that is changed. */
  version: number;
  key: KeyObject;
}

export interface SealKeys {
  /** Throws PUBLISH_VAULT_SEALED. */
  sealKey(): SealKey;
  /** Checks whether another process has changed the key. Never inside a transaction: SQLite has one connection. */
  reload(): Promise<void>;
}

/**
 * Seals rows with an HMAC under the vault's key, so that damage and foreign edits are found before they have an effect.
 * A whole older copy of the database put back in place is not found.
 */
export class RowSeals {
  readonly #keys: SealKeys;

  constructor(keys: SealKeys) {
    this.#keys = keys;
  }

  /** For a row that is about to be written. Throws PUBLISH_VAULT_SEALED. */
  of<K extends Kind>(kind: K, row: Covered<K>): string {
    return sealOf(this.#keys.sealKey(), kind, row);
  }

  /** False: the row is not as it was written. Throws PUBLISH_VAULT_SEALED. */
  holds<K extends Kind>(kind: K, row: Sealed<K>): boolean {
    return sealHolds(this.#keys.sealKey(), kind, row);
  }

  /** Like `holds`, where another process may have sealed it with a newer key. Not inside a transaction. */
  async holdsNow<K extends Kind>(kind: K, row: Sealed<K>): Promise<boolean> {
    if (this.holds(kind, row)) return true;
    if (row.seal === null || row.seal.startsWith(`${this.#keys.sealKey().version}.`)) return false;
    await this.#keys.reload();
    return this.holds(kind, row);
  }
}

/** "3.kW…": the key's version and the HMAC-SHA-256 in base64url. */
export function sealOf<K extends Kind>({ key, version }: SealKey, kind: K, row: Covered<K>): string {
  return `${version}.${macOf(key, kind, row)}`;
}

export function sealHolds<K extends Kind>(sealKey: SealKey, kind: K, row: Sealed<K>): boolean {
  if (row.seal === null) return false;
  const [have, want] = [Buffer.from(row.seal), Buffer.from(sealOf(sealKey, kind, row))];
  return have.length === want.length && timingSafeEqual(have, want);
}

function macOf<K extends Kind>(key: KeyObject, kind: K, row: Covered<K>): string {
  const columns: readonly string[] = sealedColumns[kind];
  const values = columns.map((column): unknown => Reflect.get(row, column));
  return createHmac('sha256', key)
    .update(JSON.stringify([kind, ...values]))
    .digest('base64url');
}
