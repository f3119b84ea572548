import { afterEach, beforeEach, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import { silentLogger } from '#core/logger.ts';
import { Secret } from '#core/secret.ts';
import { deployStandalone, type StandaloneInit } from '#discord/deployment/deploy-standalone.ts';
import { definitionsOf } from '#discord/deployment/manifest.ts';
import { Door } from './support/door.ts';
import { botToken, elsewhere, home } from './support/seed.ts';

let door: Door;
beforeEach(async () => {
  door = await Door.closed();
});
afterEach(() => door.close());

function deploy(change: Partial<StandaloneInit> = {}) {
  const components = { commands, manifest: door.keyValueStore, clock: door.clock, logger: silentLogger() };
  const token = new Secret(botToken);
  const init = {
    token,
    apiUrl: door.proxy.apiUrl,
    scope: 'guild' as const,
    guildIds: [],
    isServed: () => true,
    ...change,
  };
  return deployStandalone(components, init);
}

function registered(guildId: string): number {
  return door.playground.world.commands(guildId).length;
}

test('registers without a gateway session, in every guild of the bot', async () => {
  const deployments = await deploy();
  expect(deployments.map(({ scope, written }) => [scope, written])).toEqual([
    ['global', false],
    [`guild:${home}`, true],
    [`guild:${elsewhere}`, true],
  ]);
  expect(registered(home)).toBe(definitionsOf(commands).length);
  expect(door.proxy.gateway.connectionCount).toBe(0);
});

test('a dry run names the difference and writes nothing', async () => {
  const [, inHome] = await deploy({ dryRun: true });
  expect(inHome?.diff.added).toEqual(definitionsOf(commands).map(({ name }) => name));
  expect(registered(home)).toBe(0);
  expect(door.proxy.requests.every(({ method }) => method === 'GET')).toBe(true);
});

test('a wrong token and an unreachable address are named as such', async () => {
  door.expectedViolation = /401|[Uu]nauthorized/;
  await expect(deploy({ token: new Secret('wrong-token') })).rejects.toMatchObject({
    code: 'DISCORD_TOKEN_INVALID',
  });
  await expect(deploy({ apiUrl: 'http://127.0.0.1:9/api' })).rejects.toMatchObject({
    code: 'DISCORD_UNREACHABLE',
  });
});

test('what was registered so is not registered again by the hub', async () => {
  await deploy();
  door.proxy.requests.length = 0;
  await door.discord.start?.(AbortSignal.timeout(20_000));
  expect(door.proxy.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
});
