import type { Receipt } from '#contracts/publisher.ts';
import type { Status } from './answers.ts';

export function statusReceipt({ id, url }: Pick<Status, 'id' | 'url'>): Receipt {
  const isWeb = typeof url === 'string' && /^https?:\/\//.test(url);
  return { remoteId: id, ...(isWeb && { url }) };
}
