import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { discord as discordPlugin } from '#plugins/discord/index.ts';
import { discordOptions } from '#plugins/discord/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { ids, otherToken, smallWorldPermissions } from '../../local-discord/support/small-world.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { artifactsOf, attemptAt, key, mediaOf } from '../compliance/attempt.ts';
import { botToken, PlaygroundPlatform, webhookUrl } from './playground-platform.ts';

const discord = await assembled(discordPlugin);

const tag = { news: '800000000000000001', staff: '800000000000000002', other: '800000000000000003' };
const place = { strict: '610000000000000001', tagged: '610000000000000002' };
const picture = new Uint8Array([1, 2, 3]);
const state = temporaryFolder();
const threads: Record<string, string> = {};
let platform: PlaygroundPlatform;

beforeAll(async () => {
  const tags = [
    { id: tag.news, name: 'news', moderated: false },
    { id: tag.staff, name: 'staff', moderated: true },
  ];
  platform = await PlaygroundPlatform.open(state.path, {
    webhookChannelId: place.strict,
    // Without Manage Threads, which may do all that is asked for here.
    botPermissions:
      smallWorldPermissions | P.ManageWebhooks | P.SendMessagesInThreads | P.CreatePublicThreads,
    channels: [
      { id: place.strict, name: 'strict', type: ChannelType.GuildForum, tags, requiresTag: true },
      { id: place.tagged, name: 'tagged', type: ChannelType.GuildForum, tags },
    ],
  });
  for (const name of ['open', 'archived', 'closed']) {
    const body = { name, type: ChannelType.PublicThread };
    const made = await platform.call('POST', `/channels/${ids.text}/threads`, body);
    threads[name] = (made.body as { id: string }).id;
  }
  await platform.call('PATCH', `/channels/${threads.archived}`, { archived: true });
});
afterEach(() => {
  setOverwrite(0n);
  expect(platform.violations()).toEqual([]);
});
afterAll(async () => {
  await platform.close();
  state[Symbol.dispose]();
});

function setOverwrite(deny: bigint, channelId: string = ids.text): void {
  platform.playground.faults.setOverwrite(channelId, { id: ids.bot, type: 1, allow: 0n, deny });
}

/** By a bot that administers the server. */
async function moderate(path: string, body: object): Promise<void> {
  const { status } = await platform.call('PATCH', path, body, otherToken);
  expect(status).toBe(200);
}

const lock = (thread: string) => moderate(`/channels/${thread}`, { locked: true });
const timeOut = (until: string | null) =>
  moderate(`/guilds/${ids.guild}/members/${ids.bot}`, { communication_disabled_until: until });

function attempt(credentials: Record<string, string> = { botToken, webhookUrl }) {
  const context = { guildId: ids.guild, stepKey: `step-${Math.random()}`.slice(0, 20) };
  return attemptAt(platform, { credentials, artifacts: artifactsOf([picture]), context });
}

async function problemsOf(options: object, credentials?: Record<string, string>) {
  const before = platform.server.writeCount;
  const { problems } = await discord.verify(attempt(credentials), discordOptions.parse(options));
  expect(platform.server.writeCount).toBe(before);
  for (const each of problems) expect(each).toMatch(/^\S.*[.]$/);
  return problems.join('\n');
}

async function send(options: object): Promise<unknown> {
  const media = [mediaOf(picture, 'a.png', 'image/png')];
  const content = { title: 'T', body: 'B', tags: [], media };
  const { steps } = discord.render(content, discordOptions.parse(options), { key, createdAtMs: 0 });
  return discord.execute(attempt(), steps[0]!, {});
}

test.each([
  ['a text channel', () => ({ kind: 'message', channelId: ids.text })],
  ['an open thread', () => ({ kind: 'message', channelId: threads.open })],
  ['an archived thread, which opens by itself', () => ({ kind: 'message', channelId: threads.archived })],
  ['a forum with a tag of its own', () => ({ kind: 'forum', channelId: place.strict, tagIds: [tag.news] })],
  ['a forum that asks for none', () => ({ kind: 'forum', channelId: place.tagged })],
])('verify finds nothing wrong with %s, and it takes the post', async (_, options) => {
  expect(await problemsOf(options())).toBe('');
  await send(options());
});

const text = () => ({ kind: 'message', channelId: ids.text });
const inThread = () => ({ kind: 'message', channelId: threads.open });
const nothing = () => undefined;

/** Each is what the post itself would meet. */
test.each<[string, () => object, () => unknown, RegExp]>([
  [
    'a channel that is gone',
    () => ({ kind: 'message', channelId: '699999999999999999' }),
    nothing,
    /gone, or the bot can’t see it; choose another/,
  ],
  [
    'a channel of another server',
    () => ({ kind: 'message', channelId: ids.otherText }),
    nothing,
    /another server; choose one of this/,
  ],
  ['a channel it can’t see', text, () => setOverwrite(P.ViewChannel), /can’t see the channel; give it/],
  ['a missing Attach Files', text, () => setOverwrite(P.AttachFiles), /lacks Attach Files: give it/],
  [
    'a missing Send Messages in Threads, denied at the thread’s channel',
    inThread,
    () => setOverwrite(P.SendMessagesInThreads),
    /lacks Send Messages in Threads: give it/,
  ],
  [
    'a locked thread',
    () => ({ kind: 'message', channelId: threads.closed }),
    () => lock(threads.closed ?? ''),
    /thread is locked: unlock it, or give the bot Manage Threads/,
  ],
  [
    'a forum that asks for a tag',
    () => ({ kind: 'forum', channelId: place.strict }),
    nothing,
    /asks for a tag: set tagIds.*It has news \(800000000000000001\)/,
  ],
  [
    'a tag that the forum hasn’t',
    () => ({ kind: 'forum', channelId: place.tagged, tagIds: [tag.other] }),
    nothing,
    /has no tag 800000000000000003: correct tagIds/,
  ],
  [
    'a tag for moderators',
    () => ({ kind: 'forum', channelId: place.tagged, tagIds: [tag.staff] }),
    nothing,
    /Only moderators may use the tag staff: give the bot Manage Threads/,
  ],
  ['a webhook of a forum', () => ({ kind: 'webhook' }), nothing, /belongs to a forum: set forum or threadId/],
  [
    'a webhook of a forum that asks for a tag',
    () => ({ kind: 'webhook', forum: true }),
    nothing,
    /asks for a tag, which a webhook target gives none/,
  ],
  [
    'a thread that isn’t the webhook’s',
    () => ({ kind: 'webhook', threadId: threads.open }),
    nothing,
    /isn’t in the webhook’s channel: correct threadId/,
  ],
])('verify names %s, which would be refused', async (_, options, prepare, problem) => {
  await prepare();
  expect(await problemsOf(options())).toMatch(problem);
  const count = platform.effects().length;
  await rejection(send(options()));
  expect(platform.effects()).toHaveLength(count);
});

test('verify names a webhook that is no forum’s', async () => {
  const plain = await PlaygroundPlatform.open(state.path, { webhookChannelId: ids.text });
  try {
    const given = attemptAt(plain, { credentials: { botToken, webhookUrl } });
    const { problems } = await discord.verify(given, discordOptions.parse({ kind: 'webhook', forum: true }));
    expect(problems).toEqual(['The webhook’s channel is no forum: unset forum in the target’s options.']);
  } finally {
    await plain.close();
  }
});

test('a webhook without a bot tells what it can', async () => {
  expect(await problemsOf({ kind: 'webhook' }, { webhookUrl })).toBe('');
});

test('verify names a bot in a time-out', async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await timeOut(until);
  expect(await problemsOf(text())).toMatch(/in a time-out until 20.*: let a moderator end it/);
  await rejection(send(text()));
  await timeOut(null);
  expect(await problemsOf(text())).toBe('');
});
