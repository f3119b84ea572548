import type { Platform } from '../../platform.ts';
import { refusals } from '../../refusal.ts';
import { applicationView } from '../../world/applications.ts';
import { guildPermissions } from '../../world/permissions.ts';
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
      ok(applicationView(bot, (userId) => world.mustUser(userId), world.guildsOf(bot.id).length)),
    ),
    botRoute('GET', '/oauth2/applications/@me', ({ bot }) =>
      ok(applicationView(bot, (userId) => world.mustUser(userId), world.guildsOf(bot.id).length)),
    ),
  ];
}

function ownUser(bot: BotRecord): object {
  return { ...bot.user, mfa_enabled: true, locale: 'en-US', verified: true, email: null };
}
