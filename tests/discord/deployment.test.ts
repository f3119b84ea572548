import { afterEach, describe, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import type { Command } from '#contracts/command.ts';
import { describeDeployments } from '#discord/deployment/deploy-commands.ts';
import { diffOf, manifestOf } from '#discord/deployment/manifest.ts';
import { seen } from './support/answers.ts';
import { Door } from './support/door.ts';
import { botId, elsewhere, home } from './support/seed.ts';

let door: Door;
afterEach(() => door?.close());

function registrations() {
  return door.proxy.requests
    .filter(({ method, path }) => method === 'PUT' && path.includes('/commands'))
    .map(({ path, body }) => ({ path: path.replace(/.*\/applications\/\d+/, ''), count: body.length }));
}

/** Slash commands and those in the menu of a message. */
const count = commands.reduce((sum, { onMessage = [] }) => sum + 1 + onMessage.length, 0);
const inHome = { path: `/guilds/${home}/commands`, count };
const inElsewhere = { path: `/guilds/${elsewhere}/commands`, count };

test('each guild is registered once by one PUT, and not again while nothing changed', async () => {
  door = await Door.open();
  expect(registrations()).toEqual([inHome, inElsewhere]);
  await door.restart();
  expect(registrations()).toHaveLength(2);
});

test('a changed scope is registered, and the other one cleared', async () => {
  door = await Door.open();
  door.proxy.requests.length = 0;
  await door.restart({ commandScope: 'global' });
  expect(registrations()).toEqual([
    { path: '/commands', count },
    { ...inHome, count: 0 },
    { ...inElsewhere, count: 0 },
  ]);
  expect(door.playground.world.commands(home)).toHaveLength(count);
  expect((await seen(await door.as('owner').run('/help'))).text).toContain('/relay');
});

test('what somebody else changed at Discord is put right', async () => {
  door = await Door.open();
  const { apiUrl } = door.playground;
  const route = `${apiUrl}/v10/applications/${botId}/guilds/${home}/commands`;
  const authorization = door.proxy.requests.find(({ path }) => path.endsWith('/gateway/bot'))!.authorization;
  const headers = { authorization, 'content-type': 'application/json' };
  await fetch(route, { method: 'PUT', headers, body: '[]' });
  door.proxy.requests.length = 0;
  await door.restart();
  expect(registrations()).toEqual([inHome]);
});

test('all commands are registered in served guilds only', async () => {
  door = await Door.closed();
  door.standings.set(elsewhere, 'foreign');
  await door.discord.start?.(AbortSignal.timeout(20_000));
  expect(registrations()).toEqual([inHome, { ...inElsewhere, count: 1 }]);
});

test('a guild that refuses commands is named by /doctor, and stops nothing else', async () => {
  door = await Door.closed();
  door.proxy.intercept = ({ method, path }) =>
    method === 'PUT' && path.includes(home)
      ? { status: 403, body: { code: 50_001, message: 'Missing Access' } }
      : undefined;
  await door.discord.start?.(AbortSignal.timeout(20_000));
  const findings = await door.discord.examiner.examine({ guildId: home }, AbortSignal.timeout(1_000));
  expect(findings).toContainEqual(
    expect.objectContaining({
      id: 'discord.commands',
      level: 'problem',
      fix: expect.stringContaining('applications.commands'),
    }),
  );
  expect(registrations()).toContainEqual(inElsewhere);
});

test('a Discord that fails at registration keeps the hub from nothing else', async () => {
  door = await Door.closed();
  door.proxy.intercept = ({ method }) => (method === 'PUT' ? { status: 500 } : undefined);
  await door.discord.start?.(AbortSignal.timeout(20_000));
  expect(door.logged('commands could not be registered')).toHaveLength(1);
  expect(door.discord.guilds.connected()).toBe(true);
});

describe('the difference', () => {
  const named = (name: string) => commands.find(({ definition }) => definition.name === name) as Command;
  const [one, two] = [named('node'), named('broadcast')];
  const at = (command: Command, version = '1') =>
    ({ ...command.definition, id: `1${version}`, version }) as never;

  test('is empty for what was registered as it is', () => {
    const registered = [at(one), at(two)];
    const diff = diffOf([one, two], registered, manifestOf([one, two], registered));
    expect(diff).toEqual({ added: [], changed: [], removed: [] });
  });

  test('names what is new, changed here, changed there, and gone', () => {
    const registered = [at(one), at(two)];
    const last = manifestOf([one, two], registered);
    const edited = { ...one, definition: { ...one.definition, description: 'Something else' } };
    expect(diffOf([edited, two], registered, last).changed).toEqual(['node']);
    expect(diffOf([one, two], [at(one, '2'), at(two)], last).changed).toEqual(['node']);
    expect(diffOf([one], registered, last).removed).toEqual(['broadcast']);
    expect(diffOf([one, two], [at(one)], last).added).toEqual(['broadcast']);
  });

  test('does not depend on the order in which a definition was written', () => {
    const { name, description, ...rest } = one.definition;
    const registered = [at(one)];
    const reordered = { ...one, definition: { ...rest, description, name } as Command['definition'] };
    expect(diffOf([reordered], registered, manifestOf([one], registered)).changed).toEqual([]);
  });

  test('is printed for people', () => {
    const diff = { added: ['node'], changed: ['relay'], removed: ['old'] };
    const quiet = { added: [], changed: [], removed: [] };
    expect(
      describeDeployments([
        { scope: 'global', diff, ids: {}, written: true },
        { scope: 'guild:1', diff: quiet, ids: {}, written: false },
      ]),
    ).toEqual(['global:', '  + /node', '  ~ /relay', '  - /old', 'guild:1: up to date']);
  });
});
