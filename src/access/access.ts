import { type AnyAction, implement } from '#contracts/action.ts';
import { accessGrant, accessList, accessRevoke } from '#contracts/actions/access.ts';
import type { RoleDirectory } from '#contracts/actor.ts';
import { type Actor, type Role, roleAtLeast } from '#contracts/actor.ts';
import type { AuditReader } from '#contracts/audit.ts';
import type { GrantStore } from '#contracts/grant-store.ts';
import { turns } from '#core/turns.ts';
import { auditAction } from './audit-action.ts';
import { accessErrors } from './errors.ts';
import { createRoleDirectory } from './role-directory.ts';
import type { TokenMakers } from './tokens/token-makers.ts';

export interface AccessComponents {
  grants: GrantStore;
  audit: AuditReader;
  makers: Pick<TokenMakers, 'of'>;
}

export interface Access {
  roles: RoleDirectory;
  actions: AnyAction[];
}

/** The role directory, and the actions that show and change who holds which role. */
export function createAccess(components: AccessComponents): Access {
  const { grants, makers } = components;
  const roles = createRoleDirectory({ grants, maker: (token) => makers.of(token) });
  return { roles, actions: [...accessActions({ grants, roles }), auditAction(components)] };
}

export interface AccessActionsComponents {
  grants: GrantStore;
  roles: RoleDirectory;
}

export function accessActions({ grants, roles }: AccessActionsComponents): AnyAction[] {
  async function ownRole(actor: Actor): Promise<Role> {
    return (await roles.roleOf(actor)) ?? 'member';
  }

  async function grantOf(guildId: string, discordRoleId: string) {
    return (await grants.list(guildId)).find((grant) => grant.discordRoleId === discordRoleId);
  }

  // One change of a guild's grants at a time.
  const inTurn = turns();

  return [
    implement(accessList, async ({ actor }, { guildId }) => ({
      grants: await grants.list(guildId),
      yourRole: await ownRole(actor),
    })),

    implement(accessGrant, async ({ actor }, { everyone, ...grant }) => {
      // Discord's own @everyone role has the guild's id.
      if (grant.discordRoleId === grant.guildId && grant.role !== 'member' && !everyone)
        throw accessErrors.ACCESS_EVERYONE_UNCONFIRMED({ role: grant.role });
      return inTurn(grant.guildId, async () => {
        const own = await ownRole(actor);
        requireNotAbove(grant.role, own);
        // A weaker role replaces the stronger one.
        const present = await grantOf(grant.guildId, grant.discordRoleId);
        if (present) requireNotAbove(present.role, own);
        await grants.put(grant);
        return { grants: await grants.list(grant.guildId) };
      });
    }),

    implement(accessRevoke, async ({ actor }, { guildId, discordRoleId }) => {
      return inTurn(guildId, async () => {
        const present = await grantOf(guildId, discordRoleId);
        if (!present) throw accessErrors.ACCESS_NO_SUCH_GRANT({ discordRoleId });
        requireNotAbove(present.role, await ownRole(actor));
        await grants.remove(guildId, discordRoleId);
        return { grants: await grants.list(guildId) };
      });
    }),
  ];
}

function requireNotAbove(role: Role, own: Role): void {
  if (!roleAtLeast(own, role)) throw accessErrors.ACCESS_ABOVE_OWN({ role, own });
}
