import { ApplicationFlags } from 'discord-api-types/v10';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Door } from './support/door.ts';
import { channels, elsewhere, home } from './support/seed.ts';

/** A thread of these many messages, on the wire as Discord has it. */
const threadId = '600000000000000001';
const messageCount = 250;

let door: Door;
let flags = 0;
beforeAll(async () => {
  door = await Door.open();
  door.proxy.intercept = ({ method, path }) => {
    const url = new URL(path, 'http://x');
    if (url.pathname.endsWith('/applications/@me')) return { status: 200, body: { id: '1', flags } };
    if (url.pathname.endsWith(`/channels/${threadId}`))
      return {
        status: 200,
        body: { id: threadId, type: 11, name: 'Release talk', guild_id: home, parent_id: channels.general },
      };
    if (method === 'GET' && url.pathname.endsWith(`/channels/${threadId}/messages`))
      return { status: 200, body: page(url.searchParams) };
    return undefined;
  };
});
afterAll(() => door.close());
afterEach(() => {
  door.proxy.requests.length = 0;
});

/** Newest first, as Discord lists. */
function page(query: URLSearchParams) {
  const after = Number(query.get('after'));
  return Array.from({ length: messageCount }, (_, index) => ({
    id: String(index + 1),
    content: `m${index + 1}`,
  }))
    .filter(({ id }) => Number(id) > after)
    .slice(0, Number(query.get('limit')))
    .toReversed();
}

const read = (guildId: string, channelId: string, signal = AbortSignal.timeout(5_000)) =>
  door.discord.threads.read(guildId, channelId, signal);

test('reads a thread page by page, oldest message first', async () => {
  flags = ApplicationFlags.GatewayMessageContentLimited;
  const thread = await read(home, threadId);
  expect(thread).toMatchObject({
    name: 'Release talk',
    guildName: 'Home',
    parentName: 'general',
    isContentAvailable: true,
    isCut: false,
  });
  expect(thread.messages.map(({ id }) => Number(id))).toEqual(
    Array.from({ length: messageCount }, (_, index) => index + 1),
  );
  expect(door.proxy.requests.filter(({ path }) => path.includes('/messages'))).toHaveLength(3);
});

test('without the Message Content intent it reads nothing, and says how to grant it', async () => {
  flags = 0;
  const refused = read(home, threadId);
  await expect(refused).rejects.toMatchObject({ code: 'DISCORD_CONTENT_DENIED' });
  await expect(refused).rejects.toMatchObject({ next: expect.stringContaining('Message Content Intent') });
  expect(door.proxy.requests.filter(({ path }) => path.includes('/messages'))).toEqual([]);
});

test('reads threads of the guild that asks, nothing else', async () => {
  flags = ApplicationFlags.GatewayMessageContent;
  await expect(read(elsewhere, threadId)).rejects.toMatchObject({ code: 'DISCORD_NO_THREAD' });
  await expect(read(home, channels.general)).rejects.toMatchObject({ code: 'DISCORD_NO_THREAD' });
  await expect(read(home, '699999999999999999')).rejects.toMatchObject({ code: 'DISCORD_THREAD_UNREADABLE' });
  expect(door.proxy.requests.filter(({ path }) => path.includes('/messages'))).toEqual([]);
});

test('can be cut short', async () => {
  const stopping = new AbortController();
  stopping.abort(new Error('stop'));
  await expect(read(home, threadId, stopping.signal)).rejects.toThrow();
});
