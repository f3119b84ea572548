/** Roles of our own, per guild, strongest first. A stronger role may do all that a weaker one may. */
export const roles = ['owner', 'manager', 'publisher', 'member'] as const;
export type Role = (typeof roles)[number];

export function roleAtLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) <= roles.indexOf(needed);
}

/** Somebody in a Discord guild, with the facts of this one interaction: never cached, never looked up later. */
export interface GuildMemberActor {
  kind: 'guild-member';
  guildId: string;
  userId: string;
  displayName: string;
  /** Discord role ids. */
  roleIds: readonly string[];
  isGuildOwner: boolean;
  hasManageGuild: boolean;
  /** Where the interaction was used. */
  channelId?: string;
  /** The voice channel the member sits in, if any. */
  voiceChannelId?: string;
}

/** The hub itself: restoring what was running, schedules. Holds every role. */
export interface SystemActor {
  kind: 'system';
  reason: string;
}

export type Actor = GuildMemberActor | SystemActor;

/** For audit rows and logs: `guild-member:GUILD:USER`, `system:restore`. */
export function actorKey(actor: Actor): string {
  return actor.kind === 'system' ? `system:${actor.reason}` : `guild-member:${actor.guildId}:${actor.userId}`;
}
