import { join } from 'node:path';
import { createPlayground } from '@guildmesh/local-discord';
import type { MemberSession, Playground } from '@guildmesh/local-discord/contract';
import type { APIMessage } from 'discord-api-types/v10';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { afterEach, expect, test } from 'vitest';
import { HubProcess } from '#demo/hub-process.ts';
import { ids, northAndSouth } from '#demo/north-and-south.ts';
import { invitePermissions } from '#discord/invite-link.ts';
import { customIdsOf } from '../discord/support/components.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bareEnvironment, entryPath, hears } from './support/two-communities.ts';

const token = 'playground.south-token';
const folder = temporaryFolder();
let playground: Playground;
let hub: HubProcess | undefined;

afterEach(async () => {
  await hub?.stop();
  const { violations } = playground;
  await playground.stop();
  folder[Symbol.dispose]();
  expect(violations).toEqual([]);
});

/** The hub of South's two guilds, which its configuration names, as a process of its own. */
async function start(): Promise<void> {
  await hub?.stop();
  const environment = bareEnvironment({
    DISCORD_TOKEN: token,
    NODE_EXTRA_CA_CERTS: playground.certificatePath,
    GUILDMESH_DISCORD_API_URL: playground.apiUrl,
    GUILDMESH_DISCORD_GUILD_IDS: `${ids.southGuild},${ids.annexGuild}`,
    GUILDMESH_STATE_DIR: join(folder.path, 'south'),
    GUILDMESH_COMMUNITY_NAME: 'South',
    GUILDMESH_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
    GUILDMESH_LOG_LEVEL: 'warn',
  });
  hub = new HubProcess({ name: 'South', entryPath, environment, onLogLine: () => {} });
  await hub.start();
}

const shown = (message: APIMessage) => JSON.stringify(message.components);
const hellos = (channelId: string) =>
  playground.world.messages(channelId).filter((message) => shown(message).includes('Hello, I’m'));

/** What the asker's own message says once it says `text`. */
async function until(member: MemberSession, message: APIMessage, text: string): Promise<APIMessage> {
  const now = () =>
    playground.world
      .messages(message.channel_id, member.userId)
      .find(({ id }) => id === message.id) as APIMessage;
  await expect.poll(() => shown(now()), { timeout: 30_000 }).toContain(text);
  return now();
}

async function press(member: MemberSession, message: APIMessage, name: string, values?: string[]) {
  const id = customIdsOf(message)[name] ?? '';
  const answer = await (values ? member.select(message.id, id, values) : member.click(message.id, id));
  return answer.settled(30_000);
}

test('from the hello to a chime that is heard, and all of it after a restart', async () => {
  const seed = northAndSouth({ north: 'playground.north-token', south: token });
  const guilds = seed.guilds.map((guild) => (guild.id === ids.annexGuild ? { ...guild, bots: [] } : guild));
  const stateDirectory = join(folder.path, 'discord');
  playground = createPlayground({ seed: { ...seed, guilds }, stateDirectory, rateLimited: false });
  await playground.start();
  await start();
  const bits = invitePermissions.reduce((all, { bit }) => all | bit, 0n);
  playground.faults.inviteBot(ids.annexGuild, ids.southBot, bits);
  await expect.poll(() => hellos(ids.annexGeneral).length, { timeout: 30_000 }).toBe(1);

  const sol = playground.as(ids.sol, ids.annexGuild);
  let view = await press(sol, hellos(ids.annexGeneral)[0] as APIMessage, 'open');
  expect(shown(view)).toMatch(/To try · \*\*Sound/);
  const listener = await playground.as(ids.mika, ids.annexGuild).listen(ids.annexStudio);
  view = await press(sol, view, 'sound');
  view = await press(sol, view, 'channel', [ids.annexStudio]);
  expect(shown(view)).toContain('Nothing stands in the way');
  const heard = hears(listener, 50, 20_000);
  view = await press(sol, view, 'chime');
  await heard;
  view = await until(sol, view, '1 person there, encrypted');
  expect(listener.stats.framesPlain).toBe(0);
  view = await press(sol, view, 'overview');
  expect(shown(view)).toMatch(/Done · \*\*Sound\*\*: left encrypted/);

  view = await press(sol, view, 'times');
  view = await press(sol, view, 'zone', ['Asia/Tokyo']);
  view = await press(sol, view, 'notices', [ids.annexGeneral]);
  expect(shown(view)).toContain('Asia/Tokyo');
  const overwrite = { id: ids.southBot, type: 1, allow: 0n, deny: PermissionFlagsBits.SendMessages } as const;
  playground.faults.setOverwrite(ids.annexGeneral, overwrite);

  await start();
  const other = { channelId: ids.annexStudio };
  const runs = await (await sol.run('/schedule preview cron:"0 9 * * *"', other)).text();
  expect(runs).toContain('Asia/Tokyo');
  const text = await (await sol.run('/setup', other)).text();
  expect(text).toMatch(/Needs you · \*\*Times and notices\*\*: the channel for notices is gone, or closed/);
  expect(hellos(ids.annexGeneral).length).toBe(1);
  expect(hellos(ids.southGeneral)).toEqual([]);
  listener.leave();
}, 120_000);
