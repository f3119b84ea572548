import type { Channel, Discord } from './client.ts';
import type { DiscordOptions } from './options.ts';

const bits = {
  Administrator: 1n << 3n,
  'View Channel': 1n << 10n,
  'Send Messages': 1n << 11n,
  'Embed Links': 1n << 14n,
  'Attach Files': 1n << 15n,
  'Read Message History': 1n << 16n,
} as const;

/** By name, what the bot should have in the channel and hasn't. Reading history is for looking up lost answers. */
export async function missingPermissions(
  discord: Discord,
  channel: Channel,
  userId: string,
  options: DiscordOptions,
): Promise<string[]> {
  if (channel.guild_id === undefined || channel.permission_overwrites === undefined) return [];
  const has = await permissionsIn(discord, channel, channel.guild_id, userId);
  const needed = ['View Channel', 'Send Messages', 'Attach Files', 'Read Message History'] as const;
  const all = options.form === 'embed' ? ([...needed, 'Embed Links'] as const) : needed;
  return all.filter((name) => (has & bits[name]) === 0n);
}

/** Discord's order: everyone, roles, then the channel's overwrites for everyone, for roles, for the member. */
async function permissionsIn(
  discord: Discord,
  channel: Channel,
  guildId: string,
  userId: string,
): Promise<bigint> {
  const [{ owner_id }, roles, member] = await Promise.all([
    discord.readGuild(guildId),
    discord.readRoles(guildId),
    discord.readMember(guildId, userId),
  ]);
  const all = ~0n;
  const mine = new Set([guildId, ...member.roles]);
  const base = roles
    .filter(({ id }) => mine.has(id))
    .reduce((sum, { permissions }) => sum | BigInt(permissions), 0n);
  if (owner_id === userId || base & bits.Administrator) return all;
  const overwrites = channel.permission_overwrites ?? [];
  const layers = [
    overwrites.filter(({ id }) => id === guildId),
    overwrites.filter(({ id, type }) => type === 0 && id !== guildId && mine.has(id)),
    overwrites.filter(({ id, type }) => type === 1 && id === userId),
  ];
  return layers.reduce((has, layer) => {
    const deny = layer.reduce((sum, each) => sum | BigInt(each.deny), 0n);
    const allow = layer.reduce((sum, each) => sum | BigInt(each.allow), 0n);
    return (has & ~deny) | allow;
  }, base);
}
