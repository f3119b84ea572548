import type { AttemptContext, Receipt, Receipts, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { beforeEffect } from '../shared/fate.ts';
import { DiscordRefusal } from './classify.ts';
import { Discord, type Sent } from './client.ts';
import { fileBytesMax } from './limits.ts';
import { type FilePart, multipart } from './multipart.ts';
import { ownChannel } from './own-channel.ts';
import {
  crosspostPayloadOf,
  forumPayloadOf,
  type MessageBody,
  messagePayloadOf,
  webhookPayloadOf,
} from './payload.ts';
import { messageReceipt, threadReceipt } from './receipt.ts';
import { executeRetract } from './retract.ts';
import { webhookAddress, webhookMark } from './webhook-address.ts';

const alreadyCrossposted = 40033;

export async function execute(context: AttemptContext, step: Step, earlier: Receipts): Promise<Receipt> {
  const discord = new Discord(context);
  switch (step.kind) {
    case 'message':
      return postMessage(discord, context, step);
    case 'crosspost':
      return crosspost(discord, step, earlier);
    case 'forum':
      return openPost(discord, context, step);
    case 'delete':
    case 'close':
    case 'withdraw':
      return executeRetract(context, step);
    default:
      return postByWebhook(discord, context, step);
  }
}

async function postMessage(discord: Discord, context: AttemptContext, step: Step): Promise<Receipt> {
  const { channelId, message } = messagePayloadOf(step);
  const channel = await ownChannel(discord, context, channelId);
  // For some minutes Discord answers a repeated nonce with the message that it made the first time.
  const once = { nonce: context.stepKey, enforce_nonce: true };
  const sent = await requestBody(context, step, message, { ...message, ...once });
  return messageReceipt(discord, channel.guild_id, await discord.sendMessage(channelId, sent));
}

async function crosspost(discord: Discord, step: Step, earlier: Receipts): Promise<Receipt> {
  const { channelId, of } = crosspostPayloadOf(step);
  const posted = earlier[of];
  if (!posted) throw new Refused({ state: 'rejected', reason: 'there is no message to crosspost' });
  try {
    await discord.sendCrosspost(channelId, posted.remoteId);
  } catch (error) {
    if (!(error instanceof DiscordRefusal && error.code === alreadyCrossposted)) throw error;
  }
  return posted;
}

async function openPost(discord: Discord, context: AttemptContext, step: Step): Promise<Receipt> {
  const { channelId, name, autoArchiveMinutes, tagIds, message } = forumPayloadOf(step);
  const channel = await ownChannel(discord, context, channelId);
  const body = {
    name,
    auto_archive_duration: autoArchiveMinutes,
    ...(tagIds.length > 0 ? { applied_tags: tagIds } : {}),
    message,
  };
  const thread = await discord.sendForumPost(channelId, await requestBody(context, step, message, body));
  return threadReceipt(discord, channel.guild_id, thread.id);
}

async function postByWebhook(discord: Discord, context: AttemptContext, step: Step): Promise<Receipt> {
  const { message, threadId, threadName } = webhookPayloadOf(step);
  const address = webhookAddress(context.credential('webhookUrl'));
  const { guild_id } = await discord.readWebhook(address);
  const body = { ...message, ...(threadName === undefined ? {} : { thread_name: threadName }) };
  const sent = await requestBody(context, step, message, body);
  const posted = await discord.sendByWebhook(address, sent, threadId);
  return messageReceipt(discord, guild_id ?? undefined, posted, webhookMark(address));
}

async function requestBody(
  context: AttemptContext,
  step: Step,
  message: MessageBody,
  json: object,
): Promise<Sent> {
  if (step.artifacts.length === 0) return { contentType: 'application/json', body: JSON.stringify(json) };
  const files: FilePart[] = [];
  for (const [index, { cid, mediaType }] of step.artifacts.entries()) {
    const bytes = await beforeEffect(() => context.artifacts.read(cid, fileBytesMax));
    files.push({ filename: message.attachments?.[index]?.filename ?? `file-${index}`, mediaType, bytes });
  }
  return multipart(json, files, context.stepKey);
}
