/** `npm run deploy-commands`: registers the slash commands without a gateway session, and prints what changed. */
import { parseArgs } from 'node:util';
import { createHomeGuildStore } from '#access/tables/home-guild-store.ts';
import { commands } from '#commands/index.ts';
import type { HubConfig } from '#config/load.ts';
import type { HomeGuildStore } from '#contracts/home-guild-store.ts';
import { type Chance, type Clock, systemChance } from '#core/clock.ts';
import { errorText, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { describeDeployments } from '#discord/deployment/deploy-commands.ts';
import { deployStandalone } from '#discord/deployment/deploy-standalone.ts';
import { createStorage } from '#storage/storage.ts';
import { guildRows, migrations, stateNames } from './tables.ts';

export interface DeployComponents {
  clock: Clock;
  logger: Logger;
  stateDirectory: string;
  write: (text: string) => void;
  writeError: (text: string) => void;
}

const usage = `Use: npm run deploy-commands -- [--dry-run] [--clear] [--global | --guild ID …]
  --dry-run    say what would change, change nothing
  --global     register everywhere instead of in each guild (or set discord.commandScope)
  --guild ID   only in this guild; may be repeated
  --clear      remove the commands
`;

/** Resolves to the exit code. Takes the state folder, so a hub running on it must be stopped first. */
export async function deployFromCommandLine(
  config: HubConfig,
  words: string[],
  components: DeployComponents,
): Promise<number> {
  const { clock, logger, stateDirectory, write, writeError } = components;
  const flags = readFlags(words);
  const { token } = config.discord;
  if (typeof flags === 'string' || !token) {
    writeError(
      typeof flags === 'string' ? `${flags}\n${usage}` : 'Set DISCORD_TOKEN (or DISCORD_TOKEN_FILE) first.\n',
    );
    return 2;
  }
  const chance: Chance = systemChance();
  const storage = createStorage(
    { clock, chance, logger },
    {
      stateDir: stateDirectory,
      ...config.storage,
      migrations,
      stateNames,
      artifactsDir: config.artifacts.dir,
    },
  );
  await storage.start();
  try {
    const isServed = await servedGuilds(config, createHomeGuildStore(storage.db, guildRows));
    const deployments = await deployStandalone(
      { commands: flags.clear ? [] : commands, manifest: storage.cache, clock, logger },
      {
        token,
        apiUrl: config.discord.apiUrl,
        scope: flags.global ? 'global' : config.discord.commandScope,
        guildIds: flags.guild.length > 0 ? flags.guild : config.discord.guildIds,
        isServed,
        dryRun: flags.dryRun,
      },
    );
    write(`${describeDeployments(deployments).join('\n')}\n`);
    return deployments.some(({ problem }) => problem) ? 1 : 0;
  } catch (error) {
    if (!isGuildmeshError(error)) throw error;
    writeError(`${error.message}\n${error.next}\n(${error.code})\n`);
    return 1;
  } finally {
    await storage.stop();
  }
}

/** The guilds as the hub will find them at its start. */
async function servedGuilds(config: HubConfig, store: HomeGuildStore): Promise<(guildId: string) => boolean> {
  const { guildIds } = config.discord;
  const kept = (await store.read()).guilds.filter(({ standing }) => standing !== 'former');
  const served = new Set(guildIds.length > 0 ? guildIds : kept.map(({ guildId }) => guildId));
  return (guildId) => served.has(guildId);
}

interface Flags {
  dryRun: boolean;
  global: boolean;
  clear: boolean;
  guild: string[];
}

function readFlags(words: string[]): Flags | string {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        'dry-run': { type: 'boolean', default: false },
        global: { type: 'boolean', default: false },
        clear: { type: 'boolean', default: false },
        guild: { type: 'string', multiple: true, default: [] },
      },
    });
    if (values.global && values.guild.length > 0) return 'Choose --global or --guild, not both.';
    return { dryRun: values['dry-run'], global: values.global, clear: values.clear, guild: values.guild };
  } catch (error) {
    return errorText(error);
  }
}
