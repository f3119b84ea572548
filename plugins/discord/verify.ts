import type { PublisherContext, Verification } from '#contracts/publisher.ts';
import { fateOf } from '../shared/fate.ts';
import { type Channel, Discord } from './client.ts';
import { ownChannel } from './execute.ts';
import type { DiscordOptions } from './options.ts';
import { missingPermissions } from './permissions.ts';
import { webhookAddress } from './webhook-address.ts';

const types = { announcement: [5], forum: [15, 16], message: [0, 2, 5, 10, 11, 12, 13] } as const;
const wanted = {
  announcement: 'an announcement channel',
  forum: 'a forum',
  message: 'a channel that takes messages',
} as const;
/** The forum's flag for "people must choose a tag". */
const flagRequireTag = 1 << 4;

export async function verify(context: PublisherContext, options: DiscordOptions): Promise<Verification> {
  const discord = new Discord(context);
  try {
    if (options.kind === 'webhook') return await verifyWebhook(discord, context);
    const me = await discord.readMe();
    const channel = await ownChannel(discord, context, options.channelId);
    const problems = channelProblems(channel, options);
    const missing = await missingPermissions(discord, channel, me.id, options);
    if (missing.length > 0)
      problems.push(`In the channel the bot lacks ${missing.join(', ')}: give it these.`);
    return { account: me.username, problems };
  } catch (error) {
    return { problems: [fateOf(error).reason] };
  }
}

async function verifyWebhook(discord: Discord, context: PublisherContext): Promise<Verification> {
  await discord.readWebhook(webhookAddress(context.credential('webhookUrl')));
  return { account: 'a webhook of Discord’s', problems: [] };
}

function channelProblems(channel: Channel, options: Exclude<DiscordOptions, { kind: 'webhook' }>): string[] {
  const { kind } = options;
  const known: readonly number[] = types[kind];
  if (!known.includes(channel.type)) return [`The channel isn’t ${wanted[kind]}: choose another one.`];
  if (options.kind === 'forum' && options.tagIds.length === 0 && (channel.flags ?? 0) & flagRequireTag) {
    return ['The forum asks for a tag: set tagIds in the target’s options.'];
  }
  return [];
}
