import type { Client } from 'discord.js';
import type { DiagnosisScope, Examiner, Finding } from '#contracts/diagnosis.ts';
import type { GuildDirectory } from '#contracts/discord.ts';
import type { Deployment } from '../deployment/deploy-commands.ts';
import { type InvitePermission, inviteLink, invitePermissions, optionalPermissions } from '../invite-link.ts';
import { examineChannel } from './channel-findings.ts';

export interface ExaminerComponents {
  client: Client;
  guilds: GuildDirectory;
}

/** What `/doctor` reports about Discord: session, guild permissions, commands, and one voice channel. */
export class DiscordExaminer implements Examiner {
  readonly #components: ExaminerComponents;
  readonly #commandScope: 'guild' | 'global';
  readonly #deployments = new Map<string, Deployment>();

  constructor(components: ExaminerComponents, init: { commandScope: 'guild' | 'global' }) {
    this.#components = components;
    this.#commandScope = init.commandScope;
  }

  /** Remembers how the last registration went, by scope. */
  deployed(deployments: readonly Deployment[]): void {
    for (const deployment of deployments) this.#deployments.set(deployment.scope, deployment);
  }

  async examine(scope: DiagnosisScope): Promise<Finding[]> {
    const { guilds } = this.#components;
    return [
      this.#session(),
      ...this.#guildPermissions(scope.guildId),
      this.#commands(scope.guildId),
      ...(scope.channelId ? examineChannel(guilds.voiceChannel(scope.guildId, scope.channelId)) : []),
    ];
  }

  #session(): Finding {
    const { client, guilds } = this.#components;
    if (guilds.connected())
      return {
        id: 'discord.session',
        level: 'ok',
        text: `Logged in to Discord as ${client.user?.username ?? '?'}.`,
      };
    return {
      id: 'discord.session',
      level: 'problem',
      text: 'The gateway session with Discord is down.',
      fix: 'It reconnects by itself; if it stays down, check the network and the token, then restart the hub.',
    };
  }

  #guildPermissions(guildId: string): Finding[] {
    const { client } = this.#components;
    const inviteUrl = inviteLink(client.application?.id ?? '');
    const me = client.guilds.cache.get(guildId)?.members.me;
    if (!me) {
      const text = 'The bot is not a member of this server.';
      return [{ id: 'discord.invited', level: 'problem', text, fix: `Invite it: ${inviteUrl}` }];
    }
    const lacks = ({ bit }: InvitePermission) => !me.permissions.has(bit);
    const optional = optionalPermissions.filter(lacks).map(
      ({ name, reason }): Finding => ({
        id: permissionId(name),
        level: 'ok',
        text: `Optional, not given: ${name}, ${reason}.`,
      }),
    );
    const missing = invitePermissions.filter(lacks);
    if (missing.length === 0) {
      const text = 'The bot has all the server permissions it needs.';
      return [{ id: 'discord.permissions', level: 'ok', text }, ...optional];
    }
    const needed = missing.map(
      ({ name, reason }): Finding => ({
        id: permissionId(name),
        level: 'warning',
        text: `The bot lacks the server permission ${name}, ${reason}.`,
        fix: `Give its role ${name} under Server Settings → Roles, or invite it again: ${inviteUrl}`,
      }),
    );
    return [...needed, ...optional];
  }

  #commands(guildId: string): Finding {
    const id = 'discord.commands';
    const deployment = this.#deployments.get(this.#commandScope === 'global' ? 'global' : `guild:${guildId}`);
    if (deployment && !deployment.problem)
      return { id, level: 'ok', text: `The slash commands are registered (${deployment.scope}).` };
    const text = deployment?.problem?.message ?? 'The slash commands are not registered for this server.';
    const inviteUrl = inviteLink(this.#components.client.application?.id ?? '');
    const fix = `Run deploy-commands; if that fails, invite the bot again with applications.commands: ${inviteUrl}`;
    return { id, level: 'problem', text, fix };
  }
}

function permissionId(name: string): string {
  return `discord.permissions.${name.toLowerCase().replaceAll(' ', '-')}`;
}
