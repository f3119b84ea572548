import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { ChannelRecord, GuildRecord, MemberRecord } from './records.ts';

export const allPermissions = Object.values(P).reduce((all, bit) => all | bit, 0n);

/** What Discord gives `@everyone` in a new guild. */
export const defaultEveryonePermissions =
  P.ViewChannel |
  P.SendMessages |
  P.ReadMessageHistory |
  P.EmbedLinks |
  P.AttachFiles |
  P.AddReactions |
  P.UseExternalEmojis |
  P.UseExternalStickers |
  P.MentionEveryone |
  P.Connect |
  P.Speak |
  P.UseVAD |
  P.Stream |
  P.ChangeNickname |
  P.CreateInstantInvite |
  P.UseApplicationCommands |
  P.RequestToSpeak |
  P.CreatePublicThreads |
  P.CreatePrivateThreads |
  P.SendMessagesInThreads |
  P.UseEmbeddedActivities |
  P.UseSoundboard |
  P.UseExternalSounds |
  P.SendVoiceMessages |
  P.SendPolls |
  P.UseExternalApps;

const withoutSend = P.MentionEveryone | P.SendTTSMessages | P.AttachFiles | P.EmbedLinks;
const whileTimedOut = P.ViewChannel | P.ReadMessageHistory;

/** Owner, administrator, else the union of the roles. */
export function guildPermissions(guild: GuildRecord, userId: string): bigint {
  const member = guild.members.get(userId);
  if (!member) return 0n;
  if (guild.ownerId === userId) return allPermissions;
  const union = rolePermissions(guild, member);
  if (union & P.Administrator) return allPermissions;
  return isTimedOut(member) ? union & whileTimedOut : union;
}

/** As Discord computes them: guild permissions, then overwrites of @everyone, of the roles together, of the member. */
export function channelPermissions(guild: GuildRecord, userId: string, channel: ChannelRecord): bigint {
  const member = guild.members.get(userId);
  if (!member) return 0n;
  const base = guildPermissions(guild, userId);
  if (base & P.Administrator) return allPermissions;
  const overwritten = applyOverwrites(base, guild, member, overwriteHolder(guild, channel));
  return withImplied(isTimedOut(member) ? overwritten & whileTimedOut : overwritten, channel);
}

export function has(permissions: bigint, needed: bigint): boolean {
  return (permissions & needed) === needed;
}

/** Position of the highest role; @everyone alone is 0. */
export function highestRolePosition(guild: GuildRecord, userId: string): number {
  if (guild.ownerId === userId) return Number.POSITIVE_INFINITY;
  const roleIds = guild.members.get(userId)?.roleIds ?? [];
  return Math.max(0, ...roleIds.map((id) => guild.roles.get(id)?.position ?? 0));
}

function rolePermissions(guild: GuildRecord, member: MemberRecord): bigint {
  return [guild.id, ...member.roleIds].reduce(
    (union, roleId) => union | BigInt(guild.roles.get(roleId)?.permissions ?? 0),
    0n,
  );
}

function applyOverwrites(
  base: bigint,
  guild: GuildRecord,
  member: MemberRecord,
  channel: ChannelRecord,
): bigint {
  let permissions = base;
  const everyone = channel.overwrites.find((overwrite) => overwrite.id === guild.id);
  if (everyone) permissions = (permissions & ~everyone.deny) | everyone.allow;
  let allow = 0n;
  let deny = 0n;
  for (const overwrite of channel.overwrites) {
    if (overwrite.type !== 0 || !member.roleIds.includes(overwrite.id)) continue;
    allow |= overwrite.allow;
    deny |= overwrite.deny;
  }
  permissions = (permissions & ~deny) | allow;
  const own = channel.overwrites.find((overwrite) => overwrite.type === 1 && overwrite.id === member.userId);
  return own ? (permissions & ~own.deny) | own.allow : permissions;
}

/** A thread has no overwrites of its own. */
function overwriteHolder(guild: GuildRecord, channel: ChannelRecord): ChannelRecord {
  if (!channel.thread || channel.parentId === null) return channel;
  return guild.channels.get(channel.parentId) ?? channel;
}

function withImplied(permissions: bigint, channel: ChannelRecord): bigint {
  if (!has(permissions, P.ViewChannel)) return 0n;
  const send = channel.thread ? P.SendMessagesInThreads : P.SendMessages;
  return has(permissions, send) ? permissions : permissions & ~withoutSend;
}

function isTimedOut(member: MemberRecord): boolean {
  return member.timeoutUntil !== null && Date.parse(member.timeoutUntil) > Date.now();
}
