import type { RoleDirectory } from '#contracts/actor.ts';
import { type Actor, type ApiTokenActor, type Role, roleAtLeast, roles } from '#contracts/actor.ts';
import type { MemberFacts } from '#contracts/discord.ts';
import type { Grant, GrantStore } from '#contracts/grant-store.ts';

export interface RoleDirectoryComponents {
  grants: Pick<GrantStore, 'list'>;
  /** What the maker of a token holds now; undefined if the maker isn't a person of its guild. */
  maker: (token: ApiTokenActor) => Promise<MemberFacts | undefined>;
}

/**
 * The strongest of what Discord itself says (guild owner, Manage Server) and what `/access grant` mapped to the
 * member's Discord roles. Everyone in the guild is at least a member; the hub itself is an owner; a token holds what
 * its maker holds now, and no more than it was given.
 */
export function createRoleDirectory({ grants, maker }: RoleDirectoryComponents): RoleDirectory {
  async function roleOfMember(guildId: string, member: MemberFacts): Promise<Role> {
    if (member.isGuildOwner) return 'owner';
    return strongest([...mappedRoles(guildId, member, await grants.list(guildId)), 'member']);
  }

  async function roleOfToken(token: ApiTokenActor): Promise<Role | undefined> {
    const facts = await maker(token);
    if (!facts) return undefined;
    const held = await roleOfMember(token.guildId, facts);
    return token.role && roleAtLeast(held, token.role) ? token.role : held;
  }

  return {
    async roleOf(actor: Actor): Promise<Role | undefined> {
      if (actor.kind === 'system' || actor.kind === 'operator') return 'owner';
      return actor.kind === 'api-token' ? roleOfToken(actor) : roleOfMember(actor.guildId, actor);
    },
  };
}

function mappedRoles(guildId: string, member: MemberFacts, grants: readonly Grant[]): Role[] {
  const held = grants.filter(
    // Discord leaves @everyone, whose id is the guild's, out of a member's roles.
    ({ discordRoleId }) => discordRoleId === guildId || member.roleIds.includes(discordRoleId),
  );
  return [...held.map(({ role }) => role), ...(member.hasManageGuild ? ['manager' as const] : [])];
}

function strongest(held: readonly Role[]): Role {
  return roles.find((role) => held.includes(role)) ?? 'member';
}
