/** Discord's application behind a bot: its owner, and the answer to `GET /applications/@me`. */
import type { APIUser } from 'discord-api-types/v10';
import type { ApplicationSeed } from '../contract.ts';
import type { BotRecord } from './records.ts';

/** Discord: 1 invited, 2 accepted. */
const membershipStates = { invited: 1, accepted: 2 } as const;

export function applicationView(
  { id, user, application }: BotRecord,
  userOf: (userId: string) => APIUser,
  guildCount: number,
): object {
  const { ownerId, team, isPublic = false } = application;
  return {
    id,
    name: user.username,
    icon: null,
    description: '',
    type: null,
    bot: user,
    bot_public: isPublic,
    bot_require_code_grant: false,
    verify_key: Buffer.from(id.padStart(32, '0')).toString('hex'),
    flags: 0,
    flags_new: '0',
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: team ? teamUser(team.id) : userOf(ownerId),
    approximate_guild_count: guildCount,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: team ? teamView(team, ownerId, userOf) : null,
    eligible_oauth2_scopes: [],
  };
}

function teamView(
  { id, name, members }: NonNullable<ApplicationSeed['team']>,
  ownerId: string,
  userOf: (userId: string) => APIUser,
): object {
  return {
    id,
    icon: null,
    name,
    owner_user_id: ownerId,
    members: members.map(({ userId, state, role }) => ({
      user: userOf(userId),
      team_id: id,
      membership_state: membershipStates[state],
      // Discord says "admin" for the owner, too; `owner_user_id` names the owner.
      role: role ?? 'admin',
      permissions: ['*'],
    })),
  };
}

/** The owner of a team's application is nobody: a user that Discord made for the team. */
function teamUser(teamId: string): object {
  return {
    id: teamId,
    username: `team${teamId}`,
    global_name: null,
    discriminator: '0000',
    avatar: null,
    flags: 1_024,
    public_flags: 1_024,
    primary_guild: null,
  };
}
