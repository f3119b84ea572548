import type { Receipts } from '#contracts/publisher.ts';
import { leftNoReceipt } from '../../shared/earlier-receipts.ts';

export interface DraftReceipt {
  id: number;
  url: string | undefined;
  /** False: it was published before its files were added. */
  isDraft: boolean;
  /** It belongs to somebody else and only gets our files. */
  isAdopted: boolean;
}

/** The release that later steps fill and publish. Throws where its step has no receipt. */
export function draftReceiptOf(earlier: Receipts): DraftReceipt {
  const id = Number(earlier.release?.remoteId);
  if (!Number.isSafeInteger(id)) throw leftNoReceipt('release');
  const { url, data } = earlier.release ?? {};
  return { id, url, isDraft: data?.draft === true, isAdopted: data?.adopted === true };
}
