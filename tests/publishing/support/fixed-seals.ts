import { createSecretKey } from 'node:crypto';
import { RowSeals } from '#publishing/seals/row-seals.ts';

/** Real seals under a key that is always the same, for an outbox without a vault. */
export function fixedSeals(): RowSeals {
  const key = createSecretKey(Buffer.alloc(32, 7));
  return new RowSeals({ sealKey: () => ({ version: 1, key }), reload: async () => undefined });
}
