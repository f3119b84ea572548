import type { AttemptContext, LookUp, Receipt, Receipts, Retraction, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { DiscordRefusal } from './classify.ts';
import { Discord } from './client.ts';
import { ownChannel } from './own-channel.ts';
import {
  closePayloadOf,
  deletePayloadOf,
  type WithdrawPayload,
  webhookPayloadOf,
  withdrawPayloadOf,
} from './payload.ts';
import { type WebhookAddress, webhookAddress, webhookMark } from './webhook-address.ts';

/** The message, or the channel with all that was in it. */
const goneCodes = [10003, 10008];

/** What the bot may not delete says nothing about publishing there: the target isn't held. */
const missingRights: Readonly<Record<number, string>> = {
  50001:
    'the bot doesn’t see the channel any more: let it see the channel and choose Retry, or delete it in Discord',
  50013: 'a post in a forum is deleted by those with Manage Threads: give it to the bot, then choose Retry',
};

/** An announcement goes from the servers that follow it, too: Discord does that. */
export function retract(steps: readonly Step[], receipts: Receipts): Retraction {
  const post = steps.find(({ kind }) => kind !== 'crosspost');
  const receipt = post && receipts[post.id];
  if (!post || !receipt) return { why: 'the hub doesn’t know which message it is' };
  const { remoteId: messageId } = receipt;
  const { channelId, webhook } = receipt.data ?? {};
  if (post.kind === 'webhook') return byWebhook(post, messageId, webhook);
  if (typeof channelId !== 'string') return { why: 'the hub doesn’t know which message it is' };
  const step = { id: 'delete', artifacts: [] };
  if (post.kind === 'forum') {
    const summary = `Delete the post in the forum (thread ${channelId})`;
    return { steps: [{ ...step, kind: 'close', summary, payload: { threadId: channelId } }] };
  }
  const summary = `Delete message ${messageId} in channel ${channelId}`;
  return { steps: [{ ...step, kind: 'delete', summary, payload: { channelId, messageId } }] };
}

function byWebhook(post: Step, messageId: string, webhook: unknown): Retraction {
  const { threadId, threadName } = webhookPayloadOf(post);
  if (threadName !== undefined) return { why: 'a webhook can’t delete a post in a forum' };
  if (typeof webhook !== 'string')
    return { why: 'it was sent by an earlier version of the hub, which didn’t note the webhook' };
  const payload = { webhook, messageId, ...(threadId !== undefined && { threadId }) };
  const summary = `Delete message ${messageId} of the webhook`;
  return { steps: [{ id: 'delete', kind: 'withdraw', summary, payload, artifacts: [] }] };
}

export async function executeRetract(context: AttemptContext, step: Step): Promise<Receipt> {
  const discord = new Discord(context);
  return goneIs(receiptOf(step), async () => {
    if (step.kind === 'withdraw') {
      const payload = withdrawPayloadOf(step);
      const address = ownWebhook(context, payload);
      await discord.deleteWebhookMessage(address, payload.messageId, payload.threadId);
    } else if (step.kind === 'close') {
      const { threadId } = closePayloadOf(step);
      await requireUnanswered(discord, context, threadId);
      await discord.deleteChannel(threadId);
    } else {
      const { channelId, messageId } = deletePayloadOf(step);
      await ownChannel(discord, context, channelId);
      await discord.deleteMessage(channelId, messageId);
    }
    return receiptOf(step);
  });
}

/** Deleting twice does nothing the second time, so `absent` is harmless where the bot may not look. */
export async function findRetracted(context: AttemptContext, step: Step): Promise<LookUp> {
  const discord = new Discord(context);
  const found: LookUp = { state: 'found', receipt: receiptOf(step) };
  return goneIs<LookUp>(found, async () => {
    if (step.kind === 'withdraw') {
      const payload = withdrawPayloadOf(step);
      await discord.readWebhookMessage(ownWebhook(context, payload), payload.messageId, payload.threadId);
    } else if (step.kind === 'close') {
      await discord.readChannel(closePayloadOf(step).threadId);
    } else {
      const { channelId, messageId } = deletePayloadOf(step);
      await ownChannel(discord, context, channelId);
      await discord.readMessage(channelId, messageId).catch(unlessForbidden);
    }
    return { state: 'absent' };
  });
}

async function goneIs<T>(gone: T, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof DiscordRefusal)) throw error;
    if (goneCodes.includes(error.code)) return gone;
    const reason = missingRights[error.code];
    throw reason === undefined ? error : new Refused({ state: 'rejected', reason }, { cause: error });
  }
}

/** What others wrote below it would go with it. */
async function requireUnanswered(discord: Discord, context: AttemptContext, threadId: string): Promise<void> {
  const { message_count: count = 0 } = await ownChannel(discord, context, threadId);
  if (count === 0) return;
  const reason =
    'people have answered in the post, and their messages would go with it: delete it in Discord';
  throw new Refused({ state: 'rejected', reason });
}

function unlessForbidden(error: unknown): void {
  if (!(error instanceof DiscordRefusal) || error.status !== 403) throw error;
}

/** Another webhook of the same channel doesn't know the message, and would call it gone. */
function ownWebhook(context: AttemptContext, { webhook }: WithdrawPayload): WebhookAddress {
  const address = webhookAddress(context.credential('webhookUrl'));
  if (webhookMark(address) === webhook) return address;
  const reason = 'it was sent by another webhook than the target has now: delete it in Discord';
  throw new Refused({ state: 'rejected', reason });
}

function receiptOf(step: Step): Receipt {
  const { messageId, threadId } = step.payload;
  return { remoteId: String(messageId ?? threadId) };
}
