import { createHash } from 'node:crypto';
import { Refused } from '#contracts/refused.ts';

/** Tells one webhook from another in receipts and steps, where no part of an address may stand. */
export function webhookMark({ id }: WebhookAddress): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16);
}

export interface WebhookAddress {
  id: string;
  /** Everybody who has it can post. */
  token: string;
}

/**
 * Id and token from a webhook's address; its host is not used, so that it can't lead anywhere but to Discord. Throws
 * without repeating the address, which is a secret as a whole.
 */
export function webhookAddress(url: string | undefined): WebhookAddress {
  const [, id, token] = /\/webhooks\/(\d{17,20})\/([\w-]{20,200})\/?(?:\?.*)?$/.exec(url?.trim() ?? '') ?? [];
  if (id && token) return { id, token };
  const reason = url
    ? 'the webhook’s address isn’t one of Discord’s; copy it anew from the channel’s settings'
    : 'the webhook’s address is missing; copy it from the channel’s settings, Integrations';
  throw new Refused({ state: 'authorisation-lost', reason });
}
