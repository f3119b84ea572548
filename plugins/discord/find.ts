import type { AttemptContext, LookUp, Receipts, Step } from '#contracts/publisher.ts';
import { DiscordRefusal } from './classify.ts';
import { type Channel, Discord, flagCrossposted, type Message } from './client.ts';
import {
  crosspostPayloadOf,
  forumPayloadOf,
  type MessageBody,
  messagePayloadOf,
  webhookPayloadOf,
} from './payload.ts';
import { messageReceipt, threadReceipt } from './receipt.ts';
import { findRetracted } from './retract.ts';
import { isAfter, snowflakeAt } from './snowflake.ts';
import { webhookAddress, webhookMark } from './webhook-address.ts';

/** Discord documents "the past few minutes": within two a repeated nonce certainly makes no second message. */
export const nonceWindowMs = 120_000;
/** Difference allowed between clocks. */
const slackMs = 60_000;
const pagesMax = 20;

export async function find(context: AttemptContext, step: Step, earlier: Receipts): Promise<LookUp> {
  const discord = new Discord(context);
  switch (step.kind) {
    case 'message':
      return findMessage(discord, context, step);
    case 'crosspost':
      return findCrosspost(discord, step, earlier);
    case 'forum':
      return findPost(discord, context, step);
    case 'delete':
    case 'close':
    case 'withdraw':
      return findRetracted(context, step);
    default:
      return findByWebhook(discord, context, step);
  }
}

async function findMessage(discord: Discord, context: AttemptContext, step: Step): Promise<LookUp> {
  const { channelId, message } = messagePayloadOf(step);
  const me = await discord.readMe();
  const channel = await discord.readChannel(channelId);
  const isOurs = (there: Message) =>
    there.author.id === me.id &&
    (there.nonce === undefined ? saysTheSame(there, message) : String(there.nonce) === context.stepKey);
  const found = await searchMessages(discord, context, channel, isOurs);
  if (found.state !== 'cannot-tell') return found;
  // Unreadable, but Discord still knows the nonce: sending again can't double it.
  return context.nowMs() - context.firstAttemptAtMs < nonceWindowMs ? { state: 'absent' } : found;
}

async function findCrosspost(discord: Discord, step: Step, earlier: Receipts): Promise<LookUp> {
  const { channelId, of } = crosspostPayloadOf(step);
  const posted = earlier[of];
  if (!posted) return { state: 'absent' };
  const message = await discord.readMessage(channelId, posted.remoteId);
  return (message.flags ?? 0) & flagCrossposted ? { state: 'found', receipt: posted } : { state: 'absent' };
}

async function findPost(discord: Discord, context: AttemptContext, step: Step): Promise<LookUp> {
  const { channelId, name } = forumPayloadOf(step);
  const me = await discord.readMe();
  return searchThreads(discord, context, await discord.readChannel(channelId), name, me.id);
}

/** A webhook can't list what it posted: only a bot that reads the channel can tell. */
async function findByWebhook(discord: Discord, context: AttemptContext, step: Step): Promise<LookUp> {
  const { message, threadId, threadName } = webhookPayloadOf(step);
  const why = 'a webhook can’t read its channel, and there is no bot that could';
  if (!discord.hasBot) return { state: 'cannot-tell', why };
  const address = webhookAddress(context.credential('webhookUrl'));
  const webhook = await discord.readWebhook(address);
  const place = threadId ?? webhook.channel_id;
  if (!place) return { state: 'cannot-tell', why };
  try {
    const channel = await discord.readChannel(place);
    if (threadName !== undefined)
      return await searchThreads(discord, context, channel, threadName, webhook.id);
    const isOurs = (there: Message) => there.webhook_id === webhook.id && saysTheSame(there, message);
    return await searchMessages(discord, context, channel, isOurs, webhookMark(address));
  } catch (error) {
    if (!(error instanceof DiscordRefusal) || ![403, 404].includes(error.status)) throw error;
    return { state: 'cannot-tell', why: 'the bot may not read the webhook’s channel' };
  }
}

async function searchMessages(
  discord: Discord,
  context: AttemptContext,
  channel: Channel,
  isOurs: (message: Message) => boolean,
  webhookOf?: string,
): Promise<LookUp> {
  const since = snowflakeAt(context.firstAttemptAtMs - slackMs);
  let after = since;
  for (let page = 0; page < pagesMax; page += 1) {
    const messages = await discord.readMessagesAfter(channel.id, after);
    const ours = messages.find(isOurs);
    if (ours) return { state: 'found', receipt: messageReceipt(discord, channel.guild_id, ours, webhookOf) };
    if (
      page === 0 &&
      messages.length === 0 &&
      channel.last_message_id &&
      isAfter(channel.last_message_id, since)
    ) {
      // Without Read Message History Discord shows an empty list rather than a refusal.
      return { state: 'cannot-tell', why: 'the bot lacks Read Message History in the channel' };
    }
    if (messages.length < 100) return { state: 'absent' };
    after = messages.reduce((newest, { id }) => (isAfter(id, newest) ? id : newest), after);
  }
  return { state: 'cannot-tell', why: 'too much was written in the channel since' };
}

/** By name and owner, among posts that may come from this attempt. */
async function searchThreads(
  discord: Discord,
  context: AttemptContext,
  forum: Channel,
  name: string,
  ownerId: string,
): Promise<LookUp> {
  const sinceMs = context.firstAttemptAtMs - slackMs;
  const isOurs = (thread: Channel) =>
    thread.parent_id === forum.id &&
    thread.owner_id === ownerId &&
    thread.name === name &&
    isAfter(thread.id, snowflakeAt(sinceMs));
  const active = await discord.readActiveThreads(forum.guild_id ?? '');
  const found = active.threads.find(isOurs) ?? (await searchArchived(discord, forum.id, sinceMs, isOurs));
  if (found === 'too many') return { state: 'cannot-tell', why: 'too many posts were archived since' };
  if (!found) return { state: 'absent' };
  return { state: 'found', receipt: threadReceipt(discord, forum.guild_id, found.id) };
}

async function searchArchived(
  discord: Discord,
  forumId: string,
  sinceMs: number,
  isOurs: (thread: Channel) => boolean,
): Promise<Channel | 'too many' | undefined> {
  let before: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const { threads, has_more } = await discord.readArchivedThreads(forumId, before);
    const ours = threads.find(isOurs);
    if (ours) return ours;
    before = threads.at(-1)?.thread_metadata?.archive_timestamp;
    // Newest first: what was archived earlier was also made earlier.
    if (!has_more || before === undefined || Date.parse(before) < sinceMs) return undefined;
  }
  return 'too many';
}

/** Texts as Discord stores them: without white space at the ends. */
function saysTheSame(there: Message, sent: MessageBody): boolean {
  const texts = (embeds: readonly { title?: string | undefined; description?: string | undefined }[]) =>
    embeds.map(({ title, description }) => [title?.trim() ?? '', description?.trim() ?? '']);
  // Discord adds embeds of its own for links in plain text.
  const sentEmbeds = texts(sent.embeds ?? []);
  const thereEmbeds = texts(there.embeds.slice(0, sentEmbeds.length));
  return (
    there.content.trim() === (sent.content ?? '').trim() &&
    JSON.stringify(thereEmbeds) === JSON.stringify(sentEmbeds)
  );
}
