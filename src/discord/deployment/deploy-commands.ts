import { DiscordAPIError, type REST } from 'discord.js';
import { type APIApplicationCommand, Routes } from 'discord-api-types/v10';
import type { Command } from '#contracts/command.ts';
import type { KeyValueStore } from '#contracts/key-value-store.ts';
import type { Logger } from '#core/logger.ts';
import { discordErrors } from '../errors.ts';
import {
  type CommandDiff,
  definitionsOf,
  diffOf,
  isEmpty,
  manifestKey,
  manifestOf,
  readManifest,
} from './manifest.ts';

export type CommandScope = 'guild' | 'global';

export interface DeployCommandsInit {
  rest: Pick<REST, 'get' | 'put'>;
  applicationId: string;
  /** Where commands should be; the other scope is cleared, since Discord shows both copies. */
  scope: CommandScope;
  guildIds: readonly string[];
  commands: readonly Command[];
  /** In other guilds only what operators need to choose home guilds is registered, as far as the scope allows. */
  isServed: (guildId: string) => boolean;
  manifest: KeyValueStore;
  logger: Logger;
  /** Reports what would change and changes nothing. */
  dryRun?: boolean;
}

export interface Deployment {
  /** "global" or "guild:ID" */
  scope: string;
  diff: CommandDiff;
  /** Discord's ids of the commands that are there, by name. */
  ids: Readonly<Record<string, string>>;
  /** False when there was nothing to do, in a dry run, and when Discord refused. */
  written: boolean;
  /** DISCORD_COMMANDS_REFUSED, when Discord refused them. */
  problem?: Error;
}

/** One bulk PUT for each scope that differs, none for the others. Throws other failures than a refusal. */
export async function deployCommands(init: DeployCommandsInit): Promise<Deployment[]> {
  const guilds = init.guildIds.map((guildId) => ({
    scope: `guild:${guildId}`,
    route: Routes.applicationGuildCommands(init.applicationId, guildId),
    commands: init.scope === 'guild' ? commandsFor(init, guildId) : [],
  }));
  const global = {
    scope: 'global',
    route: Routes.applicationCommands(init.applicationId),
    commands: init.scope === 'global' ? init.commands : [],
  };
  const deployments: Deployment[] = [];
  for (const place of [global, ...guilds]) deployments.push(await deployOne(init, place));
  return deployments;
}

function commandsFor({ commands, isServed }: DeployCommandsInit, guildId: string): readonly Command[] {
  if (isServed(guildId)) return commands;
  return commands.flatMap(({ onMessage: _, outsideHome, ...command }) =>
    outsideHome ? [{ ...command, definition: outsideHome.definition }] : [],
  );
}

interface Place {
  scope: string;
  route: `/${string}`;
  commands: readonly Command[];
}

async function deployOne(init: DeployCommandsInit, { scope, route, commands }: Place): Promise<Deployment> {
  const key = manifestKey(init.applicationId, scope);
  try {
    const registered = (await init.rest.get(route)) as APIApplicationCommand[];
    const diff = diffOf(commands, registered, await readManifest(init.manifest, key));
    if (isEmpty(diff) || init.dryRun) return { scope, diff, ids: idsOf(registered), written: false };
    const body = definitionsOf(commands);
    const written = (await init.rest.put(route, { body })) as APIApplicationCommand[];
    await init.manifest.set(key, manifestOf(commands, written));
    init.logger.info({ scope, ...diff }, 'commands registered');
    return { scope, diff, ids: idsOf(written), written: true };
  } catch (error) {
    if (!(error instanceof DiscordAPIError) || (error.status !== 403 && error.status !== 404)) throw error;
    const problem = discordErrors.DISCORD_COMMANDS_REFUSED({ scope, status: error.status }, { cause: error });
    init.logger.warn({ scope, code: problem.code, err: error }, 'commands were refused');
    // What was registered earlier still works.
    const ids = idsOf(Object.entries(await readManifest(init.manifest, key)).map(withName));
    return { scope, diff: { added: [], changed: [], removed: [] }, ids, written: false, problem };
  }
}

function withName([name, { id }]: [string, { id: string }]): { name: string; id: string } {
  return { name, id };
}

function idsOf(registered: readonly { name: string; id: string }[]): Readonly<Record<string, string>> {
  return Object.fromEntries(registered.filter(({ id }) => id !== '').map(({ name, id }) => [name, id]));
}

/** Lines for `deploy-commands`: what changes in each scope. */
export function describeDeployments(deployments: readonly Deployment[]): string[] {
  return deployments.flatMap(({ scope, diff, problem }) => {
    if (problem) return [`${scope}: ${problem.message}`];
    if (isEmpty(diff)) return [`${scope}: up to date`];
    const lines = (mark: string, names: string[]) => names.map((name) => `  ${mark} /${name}`);
    return [`${scope}:`, ...lines('+', diff.added), ...lines('~', diff.changed), ...lines('-', diff.removed)];
  });
}
