/** Roles within one guild, strongest first. A stronger role may do all that a weaker one may. */
export const roles = ['owner', 'manager', 'publisher', 'dj', 'member'] as const;
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
  /** One of the people who host the hub. */
  isOperator: boolean;
  /** Where the interaction was used. */
  channelId?: string;
  /** The voice channel the member sits in, if any. */
  voiceChannelId?: string;
}

/** A job outside Discord that holds a token of a guild. */
export interface ApiTokenActor {
  kind: 'api-token';
  guildId: string;
  tokenId: string;
  /** `actorKey` of its maker: the token may never do more than they may now. */
  createdBy: string;
  /** Absent: it may do only what is open to bare tokens. */
  role?: Role;
}

/** One of the people who host the hub, at a door that belongs to no guild. */
export interface OperatorActor {
  kind: 'operator';
  userId: string;
}

/** The hub itself: restoring what was running, schedules. Holds every role. */
export interface SystemActor {
  kind: 'system';
  reason: string;
  /** It acts for this guild, and only there. */
  guildId?: string;
}

export type Actor = GuildMemberActor | ApiTokenActor | OperatorActor | SystemActor;

/** For audit rows and logs: `guild-member:GUILD:USER`, `api-token:GUILD:ID`, `operator:USER`, `system:restore`. */
export function actorKey(actor: Actor): string {
  switch (actor.kind) {
    case 'system':
      return `system:${actor.reason}`;
    case 'operator':
      return `operator:${actor.userId}`;
    case 'api-token':
      return `api-token:${actor.guildId}:${actor.tokenId}`;
    case 'guild-member':
      return `guild-member:${actor.guildId}:${actor.userId}`;
  }
}

/** The guild an actor acts in; undefined for an actor that belongs to none. */
export function guildOf(actor: Actor): string | undefined {
  return actor.kind === 'operator' ? undefined : actor.guildId;
}

export function isOperator(actor: Actor): boolean {
  return actor.kind === 'operator' || (actor.kind === 'guild-member' && actor.isOperator);
}

/** The role an actor holds, looked up again for every action. */
export interface RoleDirectory {
  /** Throws why it can't be determined. */
  roleOf(actor: Actor): Promise<Role | undefined>;
}
