import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientOptions, Events, GatewayIntentBits } from 'discord.js';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type {
  MemberSession,
  Playground,
  PlaygroundInit,
} from '../../../packages/local-discord/src/contract.ts';
import { createPlayground } from '../../../packages/local-discord/src/playground.ts';
import { createOfficialJudge, type OfficialJudge } from '../../support/official-discord.ts';
import { ids, smallWorld, smallWorldToken } from './small-world.ts';

export interface Harness {
  readonly playground: Playground;
  /** Logged in as the hub's bot. */
  readonly client: Client;
  readonly judge: OfficialJudge;
  /** Logs another client in; it is destroyed at the end. */
  login(options?: Partial<ClientOptions>, token?: string): Promise<Client>;
  /** A request without discord.js. */
  call(
    method: string,
    path: string,
    init?: { body?: unknown; token?: string | null; form?: FormData },
  ): Promise<Answered>;
  member(userId?: string): MemberSession;
}

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  body: any;
}

/**
 * A playground and a logged-in client for one test file. After each test, what the judges refused must be
 * empty, but for what the test took out by `expectViolation`.
 */
export function useHarness(init: Partial<PlaygroundInit> = {}): Harness {
  const clients: Client[] = [];
  const judge = createOfficialJudge();
  let stateDirectory = '';
  let playground: Playground;
  let client: Client;

  async function login(
    options: Partial<ClientOptions> = {},
    token: string = smallWorldToken,
  ): Promise<Client> {
    const fresh = new Client({
      intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates],
      rest: { api: playground.apiUrl },
      ...options,
    });
    clients.push(fresh);
    const ready = new Promise((resolve) => fresh.once(Events.ClientReady, resolve));
    await fresh.login(token);
    await ready;
    return fresh;
  }

  beforeAll(async () => {
    stateDirectory = await mkdtemp(join(tmpdir(), 'playground-'));
    playground = createPlayground({
      seed: smallWorld(),
      stateDirectory,
      observe: (exchange) => judge.observe(exchange),
      ...init,
    });
    await playground.start();
    client = await login();
  });
  afterEach(() => {
    client.removeAllListeners(Events.InteractionCreate);
    expect(judge.problems).toEqual([]);
    expect(playground.violations).toEqual([]);
  });
  afterAll(async () => {
    await Promise.all(clients.map((each) => each.destroy()));
    await playground.stop();
    await rm(stateDirectory, { recursive: true, force: true });
  });

  return {
    get playground() {
      return playground;
    },
    get client() {
      return client;
    },
    judge,
    login,
    member: (userId = ids.member) => playground.as(userId, ids.guild),
    async call(method, path, { body, token = smallWorldToken, form } = {}) {
      const response = await fetch(`${playground.apiUrl}/v10${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bot ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(form ? { body: form } : body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
    },
  };
}

/** Takes the violations that a test caused on purpose out of the list, and returns them. */
export function takeViolations(playground: Playground): string[] {
  return (playground.violations as { where: string; problem: string }[])
    .splice(0)
    .map(({ where, problem }) => `${where}: ${problem}`);
}

/** The first value that `look` gives; looks again every 10 ms for at most `timeoutMs`. */
export async function eventually<T>(look: () => T | undefined | false, timeoutMs = 5_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Not seen within ${timeoutMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
