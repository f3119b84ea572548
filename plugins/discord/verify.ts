import type { PublisherContext, Verification } from '#contracts/publisher.ts';
import { asSentence } from '#core/text/sentences.ts';
import { fateOf } from '../shared/fate.ts';
import { type Channel, Discord } from './client.ts';
import { asksForTag, forumTypes } from './forum.ts';
import type { DiscordOptions } from './options.ts';
import { ownChannel } from './own-channel.ts';
import { missingPermissions, rightsIn } from './permissions.ts';
import { verifyWebhook } from './verify-webhook.ts';

const types = { announcement: [5], forum: forumTypes, message: [0, 2, 5, 10, 11, 12, 13] } as const;
const wanted = {
  announcement: 'an announcement channel',
  forum: 'a forum',
  message: 'a channel that takes messages',
} as const;

type BotOptions = Exclude<DiscordOptions, { kind: 'webhook' }>;

/** Read requests only: names every problem that they show. */
export async function verify(context: PublisherContext, options: DiscordOptions): Promise<Verification> {
  const discord = new Discord(context);
  try {
    if (options.kind === 'webhook') return await verifyWebhook(discord, context, options);
    const me = await discord.readMe();
    const channel = await ownChannel(discord, context, options.channelId);
    return {
      account: me.username,
      problems: await channelProblems(discord, context, { channel, botId: me.id, options }),
    };
  } catch (error) {
    return { problems: [asSentence(fateOf(error).reason)] };
  }
}

async function channelProblems(
  discord: Discord,
  context: PublisherContext,
  { channel, botId, options }: { channel: Channel; botId: string; options: BotOptions },
): Promise<string[]> {
  const known: readonly number[] = types[options.kind];
  if (!known.includes(channel.type))
    return [`The channel isn’t ${wanted[options.kind]}: choose another one.`];
  const rights = await rightsIn(discord, channel, botId, context.nowMs());
  const problems: string[] = [];
  if (rights?.timedOutUntil)
    problems.push(`The bot is in a time-out until ${rights.timedOutUntil}: let a moderator end it.`);
  const missing = rights ? missingPermissions(rights, channel, options) : [];
  if (missing.length > 0) problems.push(`In the channel the bot lacks ${missing.join(', ')}: give it these.`);
  if (channel.thread_metadata?.locked && rights && !rights.has('Manage Threads'))
    problems.push('The thread is locked: unlock it, or give the bot Manage Threads.');
  if (options.kind === 'forum')
    problems.push(...tagProblems(channel, options.tagIds, !rights || rights.has('Manage Threads')));
  return problems;
}

function tagProblems(channel: Channel, chosen: readonly string[], mayModerate: boolean): string[] {
  const { available_tags: tags } = channel;
  const names = tags
    ?.map(({ id, name }) => `${name} (${id})`)
    .slice(0, 5)
    .join(', ');
  const has = names ? ` It has ${names}.` : '';
  if (chosen.length === 0)
    return asksForTag(channel) ? [`The forum asks for a tag: set tagIds in the target’s options.${has}`] : [];
  if (tags === undefined) return [];
  const unknown = chosen.filter((each) => !tags.some(({ id }) => id === each));
  if (unknown.length > 0)
    return [`The forum has no tag ${unknown.join(', ')}: correct tagIds in the target’s options.${has}`];
  const moderated = tags.filter(({ id, moderated }) => moderated && chosen.includes(id));
  if (moderated.length === 0 || mayModerate) return [];
  return [
    `Only moderators may use the tag ${moderated.map(({ name }) => name).join(', ')}: give the bot Manage Threads, or change tagIds.`,
  ];
}
