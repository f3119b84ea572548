import type { Receipts } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';

/** The id that an earlier step left on the platform. Rejected without it: no later attempt can find it either. */
export function remoteIdOf(earlier: Receipts, step: string): string {
  const receipt = earlier[step];
  if (receipt) return receipt.remoteId;
  throw leftNoReceipt(step);
}

export function leftNoReceipt(step: string): Refused {
  const reason = `the step “${step}” has left no receipt: publish again`;
  return new Refused({ state: 'rejected', reason });
}
