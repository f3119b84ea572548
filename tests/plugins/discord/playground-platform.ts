import { createPlayground } from '@guildmesh/local-discord';
import type { ChannelSeed, Playground, PlaygroundInit } from '@guildmesh/local-discord/contract';
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import {
  ids,
  smallWorld,
  smallWorldPermissions,
  smallWorldToken,
} from '../../local-discord/support/small-world.ts';
import { createOfficialJudge, type OfficialJudge } from '../../support/official-discord.ts';
import {
  type Answer,
  type Asked,
  type Effect,
  type FakePlatform,
  FaultyServer,
} from '../compliance/fake-platform.ts';

/** The address that the tests' webhooks are known by; the one the playground made stands behind it. */
export const webhookId = '700000000000000001';
export const webhookToken = 'webhook-canary-token-of-the-tests-0123456789';
export const webhookUrl = `https://discord.com/api/webhooks/${webhookId}/${webhookToken}`;
export { smallWorldToken as botToken };

const permissions =
  smallWorldPermissions |
  P.ManageWebhooks |
  P.ManageThreads |
  P.SendMessagesInThreads |
  P.CreatePublicThreads;

export interface PlaygroundPlatformInit {
  /** Where the tests' webhook posts. */
  webhookChannelId?: string;
  /** Besides the channels of the small world. */
  channels?: ChannelSeed[];
  /** Permissions of the bot. */
  botPermissions?: bigint;
  /** Held against the official description, where there is one. */
  judged?: boolean;
  timing?: NonNullable<PlaygroundInit['timing']>;
}

/** The real playground behind a server that can lose requests and answers, judged by the official description. */
export class PlaygroundPlatform implements FakePlatform {
  readonly server: FaultyServer;
  readonly playground: Playground;
  readonly judge: OfficialJudge | undefined;
  #webhook = '';

  private constructor(playground: Playground, judge: OfficialJudge | undefined) {
    this.playground = playground;
    this.judge = judge;
    this.server = new FaultyServer((asked) => this.#pass(asked));
  }

  static async open(
    stateDirectory: string,
    {
      webhookChannelId,
      channels = [],
      botPermissions = permissions,
      judged = true,
      timing = {},
    }: PlaygroundPlatformInit = {},
  ): Promise<PlaygroundPlatform> {
    const judge = judged ? createOfficialJudge() : undefined;
    const seed = smallWorld(botPermissions);
    seed.guilds[0]?.channels.push(...channels);
    for (const bot of seed.guilds[0]?.bots ?? [])
      if (bot.botId === ids.otherBot) bot.permissions = P.Administrator;
    const playground = createPlayground({
      seed,
      stateDirectory,
      rateLimited: false,
      timing,
      ...(judge && { observe: (exchange) => judge.observe(exchange) }),
    });
    await playground.start();
    const platform = new PlaygroundPlatform(playground, judge);
    await platform.server.listen();
    if (webhookChannelId !== undefined) await platform.#makeWebhook(webhookChannelId);
    return platform;
  }

  get addresses(): Record<string, string> {
    return { apiUrl: `${this.server.url}/api` };
  }

  /** Every message, wherever it stands. */
  effects(): Effect[] {
    const channels = this.playground.world.guild(ids.guild)?.channels ?? [];
    return channels
      .flatMap(({ id }) => this.playground.world.messages(id))
      .map(({ id, content, embeds }) => ({ id, text: `${content}${JSON.stringify(embeds)}` }));
  }

  violations(): readonly string[] {
    const own = this.playground.violations.map(({ where, problem }) => `${where}: ${problem}`);
    return [...own, ...(this.judge?.problems ?? [])];
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.playground.stop();
  }

  async call(
    method: string,
    path: string,
    body?: object,
    token = smallWorldToken,
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.playground.apiUrl}/v10${path}`, {
      method,
      headers: {
        authorization: `Bot ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  async #makeWebhook(channelId: string): Promise<void> {
    const { body } = await this.call('POST', `/channels/${channelId}/webhooks`, { name: 'Builds' });
    const { id, token } = body as { id: string; token: string };
    this.#webhook = `/webhooks/${id}/${token}`;
  }

  async #pass({ method, path, query, headers, body }: Asked): Promise<Answer> {
    const real = path.replace(`/webhooks/${webhookId}/${webhookToken}`, this.#webhook);
    const search = query.size > 0 ? `?${query}` : '';
    const { authorization, 'content-type': contentType } = headers;
    const response = await fetch(`${new URL(this.playground.apiUrl).origin}${real}${search}`, {
      method,
      headers: {
        ...(authorization && { authorization }),
        ...(contentType && { 'content-type': contentType }),
      },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const text = await response.text();
    const kept = ['retry-after', 'x-ratelimit-scope', 'x-ratelimit-reset-after'];
    return {
      status: response.status,
      headers: Object.fromEntries(
        kept.flatMap((name) =>
          response.headers.has(name) ? [[name, response.headers.get(name) ?? '']] : [],
        ),
      ),
      ...(text !== '' && { body: JSON.parse(text) }),
    };
  }
}
