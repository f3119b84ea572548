import { accessList } from '#contracts/actions/access.ts';
import { type Role, roleAtLeast } from '#contracts/actor.ts';
import type { CommandContext } from '#contracts/command.ts';

const rolesShownMax = 5;

/** "Managers can: @Crew, and everyone who manages the server." Nobody is notified by it. */
export async function whoCan(context: CommandContext, needed: Role): Promise<string> {
  const { grants } = await context.perform(accessList, { guildId: context.guildId });
  const ids = grants
    .filter(({ role }) => roleAtLeast(role, needed))
    .map(({ discordRoleId }) => discordRoleId);
  const shown = [...new Set(ids)].slice(0, rolesShownMax).map((id) => `<@&${id}>`);
  return `People who can: ${[...shown, 'everyone who manages the server'].join(', ')}.`;
}

/** The asker's role here; undefined: none. */
export async function roleHere(context: CommandContext): Promise<Role | undefined> {
  const { yourRole } = await context.perform(accessList, { guildId: context.guildId });
  return yourRole;
}
