import type { Receipt } from '#contracts/publisher.ts';

export function postReceipt(id: string): Receipt {
  // X redirects from here to the account's own address.
  return { remoteId: id, url: `https://x.com/i/web/status/${id}` };
}
