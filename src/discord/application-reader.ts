import { type REST, Routes } from 'discord.js';
import { type APIApplication, TeamMemberMembershipState, TeamMemberRole } from 'discord-api-types/v10';
import type { OperatorPerson } from '#contracts/guild-standing.ts';
import type { ApplicationFacts } from '#contracts/hosting.ts';

/** Discord: "Read-only members can access information about a team", nothing else. */
const hostingRoles: readonly string[] = [TeamMemberRole.Admin, TeamMemberRole.Developer];

type Owner = Pick<NonNullable<APIApplication['owner']>, 'id' | 'username' | 'global_name'>;

/** Asks Discord who owns the bot's application, and whether anybody may invite the bot. */
export async function readApplication(
  rest: Pick<REST, 'get'>,
  signal: AbortSignal,
): Promise<ApplicationFacts> {
  const answer = (await rest.get(Routes.currentApplication(), { signal })) as APIApplication;
  return { operators: operatorsOf(answer), isPublic: answer.bot_public };
}

/** A team's application names an owner, too: an artificial user. */
function operatorsOf({ owner, team }: Pick<APIApplication, 'owner' | 'team'>): OperatorPerson[] {
  if (!team) return owner ? [personOf(owner)] : [];
  return team.members
    .filter(({ membership_state: state }) => state === TeamMemberMembershipState.Accepted)
    .filter(({ role, user }) => user.id === team.owner_user_id || hostingRoles.includes(role))
    .map(({ user }) => personOf(user));
}

function personOf({ id, username, global_name }: Owner): OperatorPerson {
  return { userId: id, name: global_name ?? username };
}
