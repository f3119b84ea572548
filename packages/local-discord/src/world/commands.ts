import { ApplicationCommandType, InteractionContextType, PermissionFlagsBits } from 'discord-api-types/v10';
import { refusals } from '../refusal.ts';
import { checkCommand } from './command-rules.ts';
import { has } from './permissions.ts';
import type { Snowflakes } from './snowflakes.ts';
import type { CommandBody, WireCommand, WireOption } from './wire-command.ts';

export const commandsPerTypeMax = {
  [ApplicationCommandType.ChatInput]: 100,
  [ApplicationCommandType.User]: 15,
  [ApplicationCommandType.Message]: 15,
  [ApplicationCommandType.PrimaryEntryPoint]: 1,
} as const;
export const createsPerDayMax = 200;

/** Where a command belongs: everywhere its bot is, or one guild. */
export interface CommandScope {
  botId: string;
  guildId?: string;
}

export class Commands {
  readonly #snowflakes: Snowflakes;
  readonly #scopes = new Map<string, Map<string, WireCommand>>();
  /** Times of creation per scope, for the daily limit. */
  readonly #createdAtMs = new Map<string, number[]>();

  constructor(components: { snowflakes: Snowflakes }) {
    this.#snowflakes = components.snowflakes;
  }

  list(scope: CommandScope): WireCommand[] {
    return [...this.#scope(scope).values()];
  }

  get(scope: CommandScope, commandId: string): WireCommand {
    const command = this.#scope(scope).get(commandId);
    if (!command) throw refusals.unknownCommand();
    return command;
  }

  /** Discord overwrites a command of the same name and type. */
  upsert(scope: CommandScope, body: CommandBody): { command: WireCommand; created: boolean } {
    checkCommand(body);
    const existing = this.#named(scope, body);
    if (!existing) this.#checkRoom(scope, body);
    const command = this.#complete(scope, body, existing?.id);
    this.#scope(scope).set(command.id, command);
    return { command, created: !existing };
  }

  change(scope: CommandScope, commandId: string, body: Partial<CommandBody>): WireCommand {
    const before = this.get(scope, commandId);
    const merged: CommandBody = { ...before, ...body, type: before.type };
    checkCommand(merged);
    const command = this.#complete(scope, merged, commandId);
    this.#scope(scope).set(commandId, command);
    return command;
  }

  /** Replaces all commands of the scope; names that stay keep their id. */
  replaceAll(scope: CommandScope, bodies: readonly CommandBody[]): WireCommand[] {
    bodies.forEach((body, index) => {
      checkCommand(body, [String(index)]);
    });
    for (const type of [1, 2, 3, 4] as const) {
      const count = bodies.filter((body) => (body.type ?? 1) === type).length;
      if (count > commandsPerTypeMax[type]) throw refusals.tooManyCommands();
    }
    const completed = bodies.map((body) => {
      const existing = this.#named(scope, body);
      if (!existing) this.#countCreate(scope);
      return this.#complete(scope, body, existing?.id);
    });
    this.#scopes.set(keyOf(scope), new Map(completed.map((command) => [command.id, command])));
    return completed;
  }

  remove(scope: CommandScope, commandId: string): void {
    this.get(scope, commandId);
    this.#scope(scope).delete(commandId);
  }

  /** Commands offered in a guild: its own first, then global ones that may be used in guilds. */
  inGuild(botId: string, guildId: string): WireCommand[] {
    const global = this.list({ botId }).filter(
      ({ contexts }) => !contexts || contexts.includes(InteractionContextType.Guild),
    );
    return [...this.list({ botId, guildId }), ...global];
  }

  #scope(scope: CommandScope): Map<string, WireCommand> {
    const key = keyOf(scope);
    const commands = this.#scopes.get(key) ?? new Map<string, WireCommand>();
    this.#scopes.set(key, commands);
    return commands;
  }

  #named(scope: CommandScope, body: CommandBody): WireCommand | undefined {
    const type = body.type ?? ApplicationCommandType.ChatInput;
    return this.list(scope).find((command) => command.name === body.name && command.type === type);
  }

  #checkRoom(scope: CommandScope, body: CommandBody): void {
    const type = body.type ?? ApplicationCommandType.ChatInput;
    const count = this.list(scope).filter((command) => command.type === type).length;
    if (count >= commandsPerTypeMax[type]) throw refusals.tooManyCommands();
    this.#countCreate(scope);
  }

  #countCreate(scope: CommandScope): void {
    const dayAgo = Date.now() - 24 * 3_600_000;
    const recent = (this.#createdAtMs.get(keyOf(scope)) ?? []).filter((at) => at > dayAgo);
    if (recent.length >= createsPerDayMax) throw refusals.tooManyCommandCreates();
    this.#createdAtMs.set(keyOf(scope), [...recent, Date.now()]);
  }

  #complete(scope: CommandScope, body: CommandBody, id: string | undefined): WireCommand {
    const { options } = body;
    return {
      id: id ?? this.#snowflakes.next(),
      application_id: scope.botId,
      version: this.#snowflakes.next(),
      type: body.type ?? ApplicationCommandType.ChatInput,
      name: body.name,
      description: body.description ?? '',
      default_member_permissions: body.default_member_permissions ?? null,
      nsfw: body.nsfw ?? false,
      integration_types: body.integration_types ?? [0],
      ...(scope.guildId === undefined ? { contexts: body.contexts ?? null } : { guild_id: scope.guildId }),
      ...(options?.length ? { options: options.map(withoutNulls) } : {}),
    };
  }
}

/** `default_member_permissions` "0" leaves administrators only. */
export function mayUse(command: WireCommand, memberPermissions: bigint): boolean {
  const needed = command.default_member_permissions;
  if (needed === null || needed === undefined) return true;
  if (memberPermissions & PermissionFlagsBits.Administrator) return true;
  return BigInt(needed) !== 0n && has(memberPermissions, BigInt(needed));
}

function keyOf(scope: CommandScope): string {
  return `${scope.botId}/${scope.guildId ?? 'global'}`;
}

function withoutNulls(option: WireOption): WireOption {
  const { type, name, description, options, ...rest } = option;
  const kept = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  const below = Array.isArray(options) ? { options: options.map(withoutNulls) } : {};
  return { type, name, description, ...Object.fromEntries(kept), ...below };
}
