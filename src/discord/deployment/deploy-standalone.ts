import { REST } from 'discord.js';
import { type APIApplication, type APIGuild, Routes } from 'discord-api-types/v10';
import type { Command } from '#contracts/command.ts';
import type { KeyValueStore } from '#contracts/key-value-store.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { Secret } from '#core/secret.ts';
import { loginError } from '../client/login.ts';
import { restOptions } from '../client/rest-options.ts';
import { type CommandScope, type Deployment, deployCommands } from './deploy-commands.ts';

/** Discord: guilds of one page. A bot in more guilds registers globally or names its guilds. */
const guildsMax = 200;

export interface StandaloneComponents {
  commands: readonly Command[];
  manifest: KeyValueStore;
  clock: Clock;
  logger: Logger;
}

export interface StandaloneInit {
  token: Secret;
  apiUrl: string;
  scope: CommandScope;
  /** Empty: every guild the bot is in. */
  guildIds: readonly string[];
  isServed: (guildId: string) => boolean;
  dryRun?: boolean;
}

/** Registers the commands without a gateway session. Throws DISCORD_TOKEN_INVALID, DISCORD_UNREACHABLE. */
export async function deployStandalone(
  components: StandaloneComponents,
  init: StandaloneInit,
): Promise<Deployment[]> {
  const { commands, manifest, logger } = components;
  const rest = new REST(restOptions(components, init.apiUrl)).setToken(init.token.reveal());
  try {
    const application = (await rest.get(Routes.currentApplication())) as APIApplication;
    const guildIds = init.guildIds.length > 0 ? init.guildIds : await joinedGuildIds(rest);
    const { scope, isServed, dryRun = false } = init;
    return await deployCommands({
      rest,
      applicationId: application.id,
      scope,
      guildIds,
      isServed,
      commands,
      manifest,
      logger,
      dryRun,
    });
  } catch (error) {
    throw loginError(error, init.apiUrl);
  }
}

async function joinedGuildIds(rest: REST): Promise<string[]> {
  const query = new URLSearchParams({ limit: String(guildsMax) });
  const guilds = (await rest.get(Routes.userGuilds(), { query })) as Pick<APIGuild, 'id'>[];
  return guilds.map(({ id }) => id);
}
