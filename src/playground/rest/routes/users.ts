import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { Platform } from '../../platform.ts';
import { refusals } from '../../refusal.ts';
import { guildPermissions, has } from '../../world/permissions.ts';
import type { BotRecord } from '../../world/records.ts';
import { botRoute, nothing, ok, type Route } from '../route.ts';

export function userRoutes({ world, announcer, voiceDesk }: Platform): Route[] {
  return [
    botRoute('GET', '/users/@me', ({ bot }) => ok(ownUser(bot))),
    botRoute('PATCH', '/users/@me', ({ bot, json }) => {
      const { username } = json<{ username?: string }>();
      if (username) bot.user.username = username;
      return ok(ownUser(bot));
    }),
    botRoute('GET', '/users/@me/guilds', ({ bot }) =>
      ok(
        world.guildsOf(bot.id).map((guild) => ({
          id: guild.id,
          name: guild.name,
          icon: null,
          banner: null,
          owner: guild.ownerId === bot.id,
          permissions: guildPermissions(guild, bot.id).toString(),
          features: [],
        })),
      ),
    ),
    botRoute('DELETE', '/users/@me/guilds/{guild_id}', ({ bot, params }) => {
      const guild = world.guilds.get(params.guild_id);
      if (!guild?.members.has(bot.id)) throw refusals.unknownGuild();
      voiceDesk.leave(guild, bot.id);
      guild.members.delete(bot.id);
      announcer.botLeft(guild, bot.id);
      guild.botIds.delete(bot.id);
      return nothing();
    }),
    botRoute('GET', '/users/{user_id}', ({ params }) => {
      const user = world.users.get(params.user_id);
      if (!user) throw refusals.unknownUser();
      return ok(user);
    }),
    botRoute('GET', '/applications/@me', ({ bot }) =>
      ok(applicationView(bot, world.guildsOf(bot.id).length)),
    ),
    botRoute('GET', '/oauth2/applications/@me', ({ bot }) =>
      ok(applicationView(bot, world.guildsOf(bot.id).length)),
    ),
  ];

  function applicationView(bot: BotRecord, guildCount: number): object {
    const owner = world.users.values().find((user) => !user.bot) ?? bot.user;
    const manages = world
      .guildsOf(bot.id)
      .every((guild) => has(guildPermissions(guild, owner.id), P.ManageGuild));
    return {
      id: bot.id,
      name: bot.user.username,
      icon: null,
      description: '',
      type: null,
      bot: bot.user,
      bot_public: manages,
      bot_require_code_grant: false,
      verify_key: Buffer.from(bot.id.padStart(32, '0')).toString('hex'),
      flags: 0,
      flags_new: '0',
      redirect_uris: [],
      interactions_endpoint_url: null,
      role_connections_verification_url: null,
      owner,
      approximate_guild_count: guildCount,
      approximate_user_install_count: 0,
      approximate_user_authorization_count: 0,
      explicit_content_filter: 0,
      team: null,
      eligible_oauth2_scopes: [],
    };
  }
}

function ownUser(bot: BotRecord): object {
  return { ...bot.user, mfa_enabled: true, locale: 'en-US', verified: true, email: null };
}
