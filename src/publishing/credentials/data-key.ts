import { createSecretKey, hkdfSync } from 'node:crypto';
import type { SealKey } from '../seals/row-seals.ts';
import type { OperatorKey } from './operator-key.ts';
import { keyBytes, seal, unseal } from './sealing.ts';

/** The key that seals the records, opened with the operator's key. */
export interface DataKey {
  bytes: Uint8Array;
  version: number;
  /**
   * Whether rows of earlier versions have their seals. Bound to the sealed key itself: somebody who can only write to
   * the database can't make the hub seal rows a second time.
   */
  sealsRows: boolean;
  /** For the rows: never the key that encrypts. */
  sealKey: SealKey;
}

export function dataKeyOf(bytes: Uint8Array, version: number, sealsRows: boolean): DataKey {
  const derived = hkdfSync('sha256', bytes, '', 'guildmesh row seals', keyBytes);
  const sealKey = { version, key: createSecretKey(Buffer.from(derived)) };
  return { bytes, version, sealsRows, sealKey };
}

/** base64, as in the vault's row. */
export function sealDataKey(
  operatorKey: Uint8Array,
  { bytes, version, sealsRows }: Pick<DataKey, 'bytes' | 'version' | 'sealsRows'>,
  nonce: Uint8Array,
): string {
  return seal(operatorKey, bytes, aboutKey(version, sealsRows), nonce);
}

/** Undefined when it was sealed with another key. */
export function openDataKey(
  key: OperatorKey | undefined,
  sealed: string,
  version: number,
): DataKey | undefined {
  if (!key || !('bytes' in key)) return undefined;
  for (const sealsRows of [true, false]) {
    const bytes = unseal(key.bytes, sealed, aboutKey(version, sealsRows));
    if (bytes) return dataKeyOf(bytes, version, sealsRows);
  }
  return undefined;
}

function aboutKey(version: number, sealsRows: boolean): string {
  return `guildmesh data key ${version}${sealsRows ? ', rows sealed' : ''}`;
}
