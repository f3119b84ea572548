import { join } from 'node:path';
import { createPlayground } from '@guildmesh/local-discord';
import type { MemberSession, Playground } from '@guildmesh/local-discord/contract';
import type { APIMessage } from 'discord-api-types/v10';
import { afterEach, expect, test } from 'vitest';
import { HubProcess } from '#demo/hub-process.ts';
import { ids, northAndSouth } from '#demo/north-and-south.ts';
import { customIdsOf } from '../discord/support/components.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bareEnvironment, entryPath } from './support/two-communities.ts';

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

const shown = (message: APIMessage) => JSON.stringify(message.components);

/** One press or choice of a person. */
async function press(member: MemberSession, message: APIMessage, name: string, values?: string[]) {
  const id = customIdsOf(message)[name] ?? '';
  const answer = await (values ? member.select(message.id, id, values) : member.click(message.id, id));
  return answer.settled(30_000);
}

test('the first post in a channel takes three clicks and nothing typed', async () => {
  const seed = northAndSouth({ north: 'playground.north-token', south: token });
  playground = createPlayground({ seed, stateDirectory: join(folder.path, 'discord'), rateLimited: false });
  await playground.start();
  const environment = bareEnvironment({
    DISCORD_TOKEN: token,
    NODE_EXTRA_CA_CERTS: playground.certificatePath,
    GUILDMESH_DISCORD_API_URL: playground.apiUrl,
    GUILDMESH_DISCORD_GUILD_IDS: ids.southGuild,
    GUILDMESH_STATE_DIR: join(folder.path, 'south'),
    GUILDMESH_COMMUNITY_NAME: 'South',
    GUILDMESH_LOG_LEVEL: 'warn',
  });
  hub = new HubProcess({ name: 'South', entryPath, environment, onLogLine: () => {} });
  await hub.start();
  const sol = playground.as(ids.sol, ids.southGuild);

  const opened = await sol.run('/publish setup', { channelId: ids.southGeneral });
  let view = await opened.settled(30_000);
  // 1
  view = await press(sol, view, 'place-kind', ['discord/message']);
  // 2
  view = await press(sol, view, 'place-channel', [ids.southGeneral]);
  expect(shown(view)).toMatch(/🟢 Ready · general/);
  expect(shown(view)).toContain(`A message in a channel here · <#${ids.southGeneral}>`);
  const card = view;
  // 3
  await press(sol, view, 'place-test');
  const posts = () =>
    playground.world
      .messages(ids.southGeneral)
      .filter(({ content }) => content.includes('guildmesh test, safe to delete'));
  await expect.poll(() => posts().length, { timeout: 30_000 }).toBe(1);

  // Behind More settings, in a window made of the publisher's schema.
  const id = customIdsOf(card)['place-more'] ?? '';
  const asked = await sol.click(card.id, id);
  expect(JSON.stringify(asked.modal)).toContain('How it looks');
  // A window that needs typing comes at once for what has to be named.
  const again = await (await sol.run('/publish setup', { channelId: ids.southGeneral })).settled(30_000);
  const kindId = customIdsOf(again)['place-kind'] ?? '';
  const window = await sol.select(again.id, kindId, ['window:mastodon/post']);
  expect(JSON.stringify(window.modal)).toContain('Server');
  // The same by /setup, with the same lamp.
  const overview = await (await sol.run('/setup', { channelId: ids.southGeneral })).settled(30_000);
  expect(shown(overview)).toMatch(/Done · \*\*Publishing\*\*: 1 place is ready/);
  const places = await press(sol, overview, 'places');
  const place = await press(sol, places, 'place-open', ['general']);
  expect(shown(place)).toMatch(/🟢 Ready · general/);
}, 120_000);
