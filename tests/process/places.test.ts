import { join } from 'node:path';
import { createPlayground } from '@guildmesh/local-discord';
import type { MemberSession, Playground } from '@guildmesh/local-discord/contract';
import type { APIMessage } from 'discord-api-types/v10';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { HubProcess } from '#demo/hub-process.ts';
import { ids, northAndSouth } from '#demo/north-and-south.ts';
import { customIdsOf } from '../discord/support/components.ts';
import { openFakeGithub } from '../plugins/github/fake-github.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bareEnvironment, entryPath } from './support/two-communities.ts';

const token = 'playground.south-token';
let folder: ReturnType<typeof temporaryFolder>;
let playground: Playground;
let hub: HubProcess | undefined;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await hub?.stop();
  const { violations } = playground;
  await playground.stop();
  folder[Symbol.dispose]();
  expect(violations).toEqual([]);
});

const shown = (message: APIMessage) => JSON.stringify(message.components);

/** A person who went too fast tries again a moment later. */
async function calmly(act: () => Promise<APIMessage>): Promise<APIMessage> {
  const message = await act();
  if (!shown(message).includes('DISCORD_TOO_FAST')) return message;
  await new Promise((go) => setTimeout(go, 1_100));
  return calmly(act);
}

/** One press or choice of a person. */
function press(member: MemberSession, message: APIMessage, name: string, values?: string[]) {
  const id = customIdsOf(message)[name] ?? '';
  return calmly(async () => {
    const answer = await (values ? member.select(message.id, id, values) : member.click(message.id, id));
    return answer.settled(30_000);
  });
}

/** The hub of South, with a page on which credentials are entered. */
async function start(more: Record<string, string> = {}): Promise<MemberSession> {
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
    ...more,
  });
  hub = new HubProcess({ name: 'South', entryPath, environment, onLogLine: () => {} });
  await hub.start();
  return playground.as(ids.sol, ids.southGuild);
}

function opened(member: MemberSession, command: string): Promise<APIMessage> {
  return calmly(async () => (await member.run(command, { channelId: ids.southGeneral })).settled(30_000));
}

/** What the asker's own message says once it has a control of this name. */
async function turned(member: MemberSession, message: APIMessage, control: string): Promise<APIMessage> {
  const now = () =>
    playground.world
      .messages(message.channel_id, member.userId)
      .find(({ id }) => id === message.id) as APIMessage;
  await expect.poll(() => Object.keys(customIdsOf(now())), { timeout: 30_000 }).toContain(control);
  return now();
}

test('the first post in a channel takes three clicks and nothing typed', async () => {
  const sol = await start();
  let view = await opened(sol, '/publish setup');
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
  const again = await opened(sol, '/publish setup');
  const kindId = customIdsOf(again)['place-kind'] ?? '';
  const window = await sol.select(again.id, kindId, ['window:mastodon/post']);
  expect(JSON.stringify(window.modal)).toContain('Server');
  // The same by /setup, with the same lamp.
  const overview = await opened(sol, '/setup');
  expect(shown(overview)).toMatch(/Done · \*\*Publishing\*\*: 1 place is ready/);
  const places = await press(sol, overview, 'places');
  const place = await press(sol, places, 'place-open', ['general']);
  expect(shown(place)).toMatch(/🟢 Ready · general/);

  // Where two people have to agree, a press is one of them, and the other is asked where everybody sees it.
  await opened(sol, '/publish target edit target:general approval:two-people');
  const strict = await press(sol, await opened(sol, '/publish setup'), 'place-open', ['general']);
  expect(shown(await press(sol, strict, 'place-test'))).toContain('It waits for approval');
  const panels = () =>
    playground.world
      .messages(ids.southGeneral)
      .filter((message) => shown(message).includes('1 of 2 approvals'));
  await expect.poll(() => panels().length, { timeout: 30_000 }).toBe(1);
  expect(posts().length).toBe(1);
}, 120_000);

test('a release on GitHub takes three clicks, two to connect, and nothing typed here', async () => {
  const fake = await openFakeGithub();
  onTestFinished(() => fake.close());
  const sol = await start({
    GUILDMESH_PLUGINS_GITHUB_API_URL: fake.server.url,
    GUILDMESH_WEB_LISTEN: '127.0.0.1:0',
  });
  // 1
  let view = await press(sol, await opened(sol, '/publish setup'), 'place-kind', ['github/release']);
  expect(shown(view)).toMatch(/🟡 Needs a token and a repository · release/);
  // Two to connect: the link on the card, and Keep on its page.
  const address = /\(<(http:[^>]+)>\)/.exec(shown(view))?.[1] ?? '';
  const page = new URL(decodeURIComponent(address));
  const kept = await fetch(page, {
    method: 'POST',
    headers: { origin: page.origin, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'token=ghp_a-token-of-it',
  });
  expect(kept.status).toBe(200);
  // The card turns without anybody pressing.
  view = await turned(sol, view, 'place-pick');
  // 2
  view = await press(sol, view, 'place-pick', ['north/site']);
  expect(shown(view)).toMatch(/🟢 Ready · release/);
  // 3
  await press(sol, view, 'place-test');
  await expect.poll(() => fake.effects().length, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(JSON.stringify(fake.effects())).toContain('A test of release from South.');
  expect(fake.violations()).toEqual([]);
}, 120_000);
