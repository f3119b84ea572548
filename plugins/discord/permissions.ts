import type { Channel, Discord } from './client.ts';
import type { DiscordOptions } from './options.ts';

const bits = {
  Administrator: 1n << 3n,
  'View Channel': 1n << 10n,
  'Send Messages': 1n << 11n,
  'Embed Links': 1n << 14n,
  'Attach Files': 1n << 15n,
  'Read Message History': 1n << 16n,
  Connect: 1n << 20n,
  'Manage Threads': 1n << 34n,
  'Send Messages in Threads': 1n << 38n,
} as const;

const all = ~0n;

type Name = keyof typeof bits;

export interface Rights {
  has(name: Name): boolean;
  /** ISO 8601; until then the bot may only read, unless it administers the server. */
  timedOutUntil?: string;
}

/** Undefined: outside of a server, or Discord doesn't show the rights. */
export async function rightsIn(
  discord: Discord,
  channel: Channel,
  userId: string,
  nowMs: number,
): Promise<Rights | undefined> {
  if (channel.guild_id === undefined) return undefined;
  // A thread has no overwrites of its own.
  const holder =
    isThread(channel) && channel.parent_id ? await discord.readChannel(channel.parent_id) : channel;
  if (holder.permission_overwrites === undefined) return undefined;
  const { allowed, timedOutUntil } = await permissionsIn(discord, holder, channel.guild_id, userId);
  const isTimedOut = timedOutUntil && Date.parse(timedOutUntil) > nowMs && allowed !== all;
  return {
    has: (name) => (allowed & bits[name]) !== 0n,
    ...(isTimedOut && { timedOutUntil }),
  };
}

/**
 * Names of the permissions that the bot should have in the channel and lacks. Reading history is for looking up lost
 * answers.
 */
export function missingPermissions(rights: Rights, channel: Channel, options: DiscordOptions): Name[] {
  const needed: Name[] = [
    'View Channel',
    // A member who may not enter a voice channel may not write there.
    ...(isVoice(channel) ? (['Connect'] as const) : []),
    isThread(channel) ? 'Send Messages in Threads' : 'Send Messages',
    'Attach Files',
    'Read Message History',
    ...(options.form === 'embed' ? (['Embed Links'] as const) : []),
  ];
  return needed.filter((name) => !rights.has(name));
}

function isThread({ type }: Channel): boolean {
  return type === 10 || type === 11 || type === 12;
}

function isVoice({ type }: Channel): boolean {
  return type === 2 || type === 13;
}

/** Discord's order: everyone, roles, then the channel's overwrites for everyone, for roles, for the member. */
async function permissionsIn(
  discord: Discord,
  channel: Channel,
  guildId: string,
  userId: string,
): Promise<{ allowed: bigint; timedOutUntil: string | null | undefined }> {
  const [{ owner_id }, roles, member] = await Promise.all([
    discord.readGuild(guildId),
    discord.readRoles(guildId),
    discord.readMember(guildId, userId),
  ]);
  const timedOutUntil = member.communication_disabled_until;
  const mine = new Set([guildId, ...member.roles]);
  const base = roles
    .filter(({ id }) => mine.has(id))
    .reduce((sum, { permissions }) => sum | BigInt(permissions), 0n);
  if (owner_id === userId || base & bits.Administrator) return { allowed: all, timedOutUntil };
  const overwrites = channel.permission_overwrites ?? [];
  const layers = [
    overwrites.filter(({ id }) => id === guildId),
    overwrites.filter(({ id, type }) => type === 0 && id !== guildId && mine.has(id)),
    overwrites.filter(({ id, type }) => type === 1 && id === userId),
  ];
  const allowed = layers.reduce((has, layer) => {
    const deny = layer.reduce((sum, each) => sum | BigInt(each.deny), 0n);
    const allow = layer.reduce((sum, each) => sum | BigInt(each.allow), 0n);
    return (has & ~deny) | allow;
  }, base);
  return { allowed, timedOutUntil };
}
