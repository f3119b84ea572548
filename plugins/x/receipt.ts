import type { PublisherContext, Receipt } from '#contracts/publisher.ts';

export function postReceipt({ address }: Pick<PublisherContext, 'address'>, id: string): Receipt {
  // X redirects from here to the account's own address.
  return { remoteId: id, url: new URL(`/i/web/status/${id}`, address('webUrl')).href };
}
