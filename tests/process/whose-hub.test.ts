import { join } from 'node:path';
import { createPlayground } from '@guildmesh/local-discord';
import type { MemberSession, Playground } from '@guildmesh/local-discord/contract';
import { afterEach, expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { createLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { ids, northAndSouth, withStrangersGuild } from '#demo/north-and-south.ts';
import { createHub, type Hub } from '#hub/hub.ts';
import { customIdsOf } from '../discord/support/components.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const token = 'playground.south-token';
const folders: Disposable[] = [];
let playground: Playground;
let hub: Hub | undefined;
let stateDirectory: string;
let log: string[] = [];

afterEach(async () => {
  await hub?.stop();
  hub = undefined;
  await playground.stop();
  for (const folder of folders.splice(0)) folder[Symbol.dispose]();
});

/** South’s hub, in its own two guilds and a stranger’s, told nothing by its configuration. */
async function openWorld(): Promise<void> {
  const folder = temporaryFolder();
  folders.push(folder);
  stateDirectory = join(folder.path, 'south');
  playground = createPlayground({
    seed: withStrangersGuild(northAndSouth({ north: 'playground.north-token', south: token })),
    stateDirectory: join(folder.path, 'discord'),
    rateLimited: false,
  });
  await playground.start();
}

async function start(): Promise<void> {
  log = [];
  const env = {
    DISCORD_TOKEN: token,
    GUILDMESH_DISCORD_API_URL: playground.apiUrl,
    GUILDMESH_STATE_DIR: stateDirectory,
    GUILDMESH_COMMUNITY_NAME: 'South',
    GUILDMESH_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
  };
  const scrubber = new Scrubber();
  hub = await createHub(loadConfig({ env, readFile: () => '' }), {
    ...{ clock: systemClock(), chance: systemChance(), scrubber, stateDirectory },
    logger: createLogger({ level: 'info', scrubber, write: (line) => void log.push(line) }),
    environment: { get: () => undefined },
    searchPath: process.env.PATH,
    onFatal: (error) => log.push(error.message),
  });
  await hub.start(AbortSignal.timeout(60_000));
}

const generals: Record<string, string> = {
  [ids.southGuild]: ids.southGeneral,
  [ids.annexGuild]: ids.annexGeneral,
  [ids.strangersGuild]: ids.strangersGeneral,
};

async function say(member: MemberSession, typed: string): Promise<string> {
  return (await member.run(typed, { channelId: generals[member.guildId] ?? '' })).text();
}

/** No faster than one person may type. */
function poll<T>(look: () => T) {
  return expect.poll(look, { timeout: 30_000, interval: 1_500 });
}

async function makeHome(operator: MemberSession): Promise<string> {
  const offer = await operator.run('/access home add', { channelId: generals[operator.guildId] ?? '' });
  const message = await offer.settled();
  return (await operator.click(message.id, customIdsOf(message)['home-add'] ?? '')).text();
}

test('first started in several guilds a hub serves none until its operator has chosen, and never the stranger’s', async () => {
  await openWorld();
  await start();
  const sol = playground.as(ids.sol, ids.southGuild);
  const mika = playground.as(ids.mika, ids.southGuild);
  const eve = playground.as(ids.eve, ids.strangersGuild);
  expect(log.join('')).toContain('this hub serves no guild yet');
  expect(log.join('')).toContain('Sol types /access home add');
  // The owner of a guild is no operator; everybody can read the names of the hosts.
  expect(await say(eve, '/access home add')).toMatch(/community “South”[\s\S]*Sol/);
  expect(playground.world.commands(ids.southGuild).map(({ name }) => name)).toEqual(['access']);

  expect(await makeHome(sol)).toContain('🏠 home');
  await expect.poll(() => playground.world.commands(ids.southGuild).length).toBeGreaterThan(10);
  expect(await say(mika, '/node status')).toContain('stopped');
  expect(await say(mika, '/access home list')).toContain('ACTION_FORBIDDEN');
  expect(await say(eve, '/access home list')).toContain('ACTION_NOT_HOME');
  expect(await say(sol, '/doctor')).toContain('This is a home server of the hub');

  await hub?.stop();
  await start();
  expect(await say(mika, '/node status')).toContain('stopped');
  expect(await say(eve, '/access home list')).toContain('ACTION_NOT_HOME');
}, 120_000);

test('people who would hear a broadcast in another home guild get the reason when it ends with its own guild', async () => {
  await openWorld();
  await start();
  const sol = playground.as(ids.sol, ids.southGuild);
  const solInAnnex = playground.as(ids.sol, ids.annexGuild);
  await makeHome(sol);
  await makeHome(solInAnnex);
  await poll(() => playground.world.commands(ids.annexGuild).length).toBeGreaterThan(10);
  const begun = await say(sol, '/broadcast start source:tone title:"Tone *of* South"');
  const [reference = ''] = /broadcast:[a-z2-9]{8}/.exec(begun) ?? [];
  // Waits for people: this hub trusts no voice server of the local Discord.
  await say(solInAnnex, `/relay start ${reference} channel:#Studio mode:auto`);

  await say(sol, '/access home remove');
  const told = () =>
    playground.world.messages(ids.annexStudio).map(({ content }) => content.replaceAll('\\', ''));
  await poll(told).toEqual([
    'The server that broadcasts “Tone *of* South” is no longer a home server of this hub, so the broadcast ends. When an operator runs /access home add there, it is on again: then /relay start plays it here.',
  ]);
}, 120_000);

test('what a former home guild’s people were shown ends, and an operator who left is none any more', async () => {
  await openWorld();
  await start();
  const sol = playground.as(ids.sol, ids.southGuild);
  await makeHome(sol);
  await expect.poll(() => playground.world.commands(ids.southGuild).length).toBeGreaterThan(10);
  expect(await say(sol, '/access home remove')).toContain('No server is home now');
  expect(await say(playground.as(ids.mika, ids.southGuild), '/access home list')).toContain(
    'ACTION_NOT_HOME',
  );

  playground.faults.setApplication(ids.southBot, { ownerId: ids.ada });
  await hub?.stop();
  await start();
  expect(await say(sol, '/access home add')).toContain('ACTION_NOT_HOME');
  expect(log.join('')).toContain('Ada types /access home add');
}, 120_000);
