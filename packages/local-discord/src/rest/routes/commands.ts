import type { Platform } from '../../platform.ts';
import { refusals } from '../../refusal.ts';
import type { CommandScope } from '../../world/commands.ts';
import type { BotRecord } from '../../world/records.ts';
import type { CommandBody } from '../../world/wire-command.ts';
import { botRoute, created, nothing, ok, type Route } from '../route.ts';

export function commandRoutes(platform: Platform): Route[] {
  return [...globalCommandRoutes(platform), ...guildCommandRoutes(platform)];
}

function globalCommandRoutes(platform: Platform): Route[] {
  const { commands } = platform;
  const scopeOf = (bot: BotRecord, applicationId: string): CommandScope => {
    checkOwner(bot, applicationId);
    return { botId: bot.id };
  };
  return [
    botRoute('GET', '/applications/{application_id}/commands', ({ bot, params }) =>
      ok(commands.list(scopeOf(bot, params.application_id))),
    ),
    botRoute('PUT', '/applications/{application_id}/commands', ({ bot, params, json }) => {
      const replaced = commands.replaceAll(scopeOf(bot, params.application_id), json<CommandBody[]>());
      tell(platform, bot);
      return ok(replaced);
    }),
    botRoute('POST', '/applications/{application_id}/commands', ({ bot, params, json }) => {
      const result = commands.upsert(scopeOf(bot, params.application_id), json<CommandBody>());
      tell(platform, bot);
      return result.created ? created(result.command) : ok(result.command);
    }),
    botRoute('GET', '/applications/{application_id}/commands/{command_id}', ({ bot, params }) =>
      ok(commands.get(scopeOf(bot, params.application_id), params.command_id)),
    ),
    botRoute('PATCH', '/applications/{application_id}/commands/{command_id}', ({ bot, params, json }) => {
      const changed = commands.change(
        scopeOf(bot, params.application_id),
        params.command_id,
        json<Partial<CommandBody>>(),
      );
      tell(platform, bot);
      return ok(changed);
    }),
    botRoute('DELETE', '/applications/{application_id}/commands/{command_id}', ({ bot, params }) => {
      commands.remove(scopeOf(bot, params.application_id), params.command_id);
      tell(platform, bot);
      return nothing();
    }),
  ];
}

function guildCommandRoutes(platform: Platform): Route[] {
  const { commands, world } = platform;
  const scopeOf = (bot: BotRecord, params: { application_id: string; guild_id: string }): CommandScope => {
    checkOwner(bot, params.application_id);
    if (!world.guilds.get(params.guild_id)?.members.has(bot.id)) throw refusals.missingAccess();
    return { botId: bot.id, guildId: params.guild_id };
  };
  return [
    botRoute('GET', '/applications/{application_id}/guilds/{guild_id}/commands', ({ bot, params }) =>
      ok(commands.list(scopeOf(bot, params))),
    ),
    botRoute('PUT', '/applications/{application_id}/guilds/{guild_id}/commands', ({ bot, params, json }) => {
      const replaced = commands.replaceAll(scopeOf(bot, params), json<CommandBody[]>());
      tell(platform, bot);
      return ok(replaced);
    }),
    botRoute('POST', '/applications/{application_id}/guilds/{guild_id}/commands', ({ bot, params, json }) => {
      const result = commands.upsert(scopeOf(bot, params), json<CommandBody>());
      tell(platform, bot);
      return result.created ? created(result.command) : ok(result.command);
    }),
    botRoute(
      'GET',
      '/applications/{application_id}/guilds/{guild_id}/commands/{command_id}',
      ({ bot, params }) => ok(commands.get(scopeOf(bot, params), params.command_id)),
    ),
    botRoute(
      'PATCH',
      '/applications/{application_id}/guilds/{guild_id}/commands/{command_id}',
      ({ bot, params, json }) => {
        const changed = commands.change(
          scopeOf(bot, params),
          params.command_id,
          json<Partial<CommandBody>>(),
        );
        tell(platform, bot);
        return ok(changed);
      },
    ),
    botRoute(
      'DELETE',
      '/applications/{application_id}/guilds/{guild_id}/commands/{command_id}',
      ({ bot, params }) => {
        commands.remove(scopeOf(bot, params), params.command_id);
        tell(platform, bot);
        return nothing();
      },
    ),
  ];
}

function checkOwner(bot: BotRecord, applicationId: string): void {
  if (applicationId !== bot.id) throw refusals.missingAccess();
}

function tell({ world, emit }: Platform, bot: BotRecord): void {
  for (const guild of world.guildsOf(bot.id)) emit({ type: 'commands', guildId: guild.id });
}
