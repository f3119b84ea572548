import { setTimeout as sleep } from 'node:timers/promises';
import {
  AttachmentBuilder,
  ChannelType,
  EmbedBuilder,
  type ForumChannel,
  MessageFlags,
  PermissionFlagsBits as P,
  type TextChannel,
  WebhookClient,
} from 'discord.js';
import { describe, expect, test } from 'vitest';
import { takeViolations, useHarness } from './support/harness.ts';
import { ids, smallWorld, smallWorldPermissions } from './support/small-world.ts';

const moderation =
  P.ManageMessages |
  P.ManageWebhooks |
  P.ManageChannels |
  P.CreatePublicThreads |
  P.SendMessagesInThreads |
  P.ManageThreads;
const harness = useHarness({
  seed: smallWorld(smallWorldPermissions | moderation),
  timing: { nonceMemoryMs: 1_000 },
});

function text(id: string = ids.text): TextChannel {
  return harness.client.channels.cache.get(id) as TextChannel;
}

describe('messages', () => {
  test('are sent, edited, replied to, listed and deleted', async () => {
    const sent = await text().send('hello');
    const edited = await sent.edit({ content: 'hello again', flags: MessageFlags.SuppressEmbeds });
    expect([edited.content, edited.editedTimestamp !== null]).toEqual(['hello again', true]);
    const reply = await sent.reply('yes?');
    expect(reply.reference?.messageId).toBe(sent.id);
    const listed = await text().messages.fetch({ limit: 2 });
    expect([...listed.keys()]).toEqual([reply.id, sent.id]);
    expect((await text().messages.fetch({ after: sent.id, limit: 5 })).firstKey()).toBe(reply.id);
    await sent.delete();
    await expect(text().messages.fetch({ message: sent.id, force: true })).rejects.toMatchObject({
      code: 10008,
      status: 404,
    });
    await expect(text().send({ content: 'x', reply: { messageReference: sent.id } })).rejects.toMatchObject({
      code: 50035,
    });
  });

  test('carry embeds and files, served back by their address', async () => {
    const file = new AttachmentBuilder(Buffer.from('bytes'), { name: 'log.txt', description: 'a log' });
    const embed = new EmbedBuilder()
      .setTitle('Build')
      .addFields({ name: 'tests', value: '7' })
      .setImage('attachment://log.txt');
    const plain = await text().send({ files: [file] });
    expect(plain.attachments.first()).toMatchObject({ name: 'log.txt', size: 5, description: 'a log' });
    const served = await fetch(plain.attachments.first()!.url);
    expect([await served.text(), served.headers.get('content-security-policy')]).toEqual([
      'bytes',
      "default-src 'none'; sandbox",
    ]);
    const shown = await text().send({ embeds: [embed], files: [file] });
    expect(shown.attachments.size).toBe(0);
    expect(shown.embeds[0]?.image?.url).toMatch(/^http:.*log\.txt$/);
    await sleep(200);
  });

  test.each([
    ['2,001 characters', { content: 'x'.repeat(2_001) }, 50035],
    ['nothing at all', { content: '' }, 50006],
    ['white space only', { content: ' \n' }, 50006],
    [
      '6,001 characters of embeds',
      { embeds: [{ description: 'x'.repeat(4_000) }, { description: 'x'.repeat(2_001) }] },
      50035,
    ],
    [
      '41 components',
      { flags: 1 << 15, components: Array.from({ length: 41 }, () => ({ type: 10, content: 'x' })) },
      50035,
    ],
    [
      'Components V2 with content',
      { flags: 1 << 15, content: 'x', components: [{ type: 10, content: 'x' }] },
      50035,
    ],
    ['a text component without the flag', { components: [{ type: 10, content: 'x' }] }, 50035],
  ])('are refused with %s', async (_what, body, code) => {
    const refused = await harness.call('POST', `/channels/${ids.news}/messages`, { body });
    expect([refused.status, refused.body.code]).toEqual([400, code]);
    takeViolations(harness.playground);
    await sleep(1_000);
  });

  test('of 40 components and of 2,000 characters outside the BMP are taken', async () => {
    const components = Array.from({ length: 40 }, () => ({ type: 10, content: 'x' }));
    const v2 = await harness.call('POST', `/channels/${ids.voice}/messages`, {
      body: { flags: 1 << 15, components },
    });
    expect(v2.status).toBe(200);
    const emoji = await harness.call('POST', `/channels/${ids.voice}/messages`, {
      body: { content: '🎵'.repeat(2_000) },
    });
    expect(emoji.status).toBe(200);
  });

  test('with a file over 10 MiB are refused with 40005', async () => {
    const form = new FormData();
    form.set('payload_json', JSON.stringify({ content: 'big' }));
    form.set('files[0]', new Blob([new Uint8Array(10 * 1024 * 1024 + 1)]), 'big.bin');
    const refused = await harness.call('POST', `/channels/${ids.voice}/messages`, { form });
    expect([refused.status, refused.body.code]).toEqual([413, 40005]);
  });

  test('with a body that is no JSON get 50109, of the wrong kind 50035 and a violation', async () => {
    const response = await fetch(`${harness.playground.apiUrl}/v10/channels/${ids.voice}/messages`, {
      method: 'POST',
      headers: { authorization: 'Bot small-world-token-of-hub', 'content-type': 'application/json' },
      body: '{',
    });
    expect(await response.json()).toMatchObject({ code: 50109 });
    const refused = await harness.call('POST', `/channels/${ids.voice}/messages`, { body: { content: 7 } });
    expect(refused.body.errors).toHaveProperty('content._errors');
    expect(takeViolations(harness.playground)).toHaveLength(1);
  });

  test('are not sent twice with the same enforced nonce, while it is remembered', async () => {
    const post = (nonce: string, enforce_nonce: boolean) =>
      harness.call('POST', `/channels/${ids.small}/messages`, {
        body: { content: 'once', nonce, enforce_nonce },
      });
    const first = await post('n-1', true);
    expect((await post('n-1', true)).body.id).toBe(first.body.id);
    expect((await post('n-1', false)).body.id).not.toBe(first.body.id);
    await sleep(1_100);
    expect((await post('n-1', true)).body.id).not.toBe(first.body.id);
  });

  test('mention only whom allowed_mentions lets them', async () => {
    const content = `<@${ids.member}> <@&${ids.moderatorRole}> @everyone`;
    const post = (allowed_mentions?: object) =>
      harness.call('POST', `/channels/${ids.stage}/messages`, {
        body: { content, ...(allowed_mentions ? { allowed_mentions } : {}) },
      });
    const none = (await post({ parse: [] })).body;
    expect([none.mentions, none.mention_roles, none.mention_everyone]).toEqual([[], [], false]);
    const all = (await post()).body;
    expect([all.mentions[0].id, all.mention_roles, all.mention_everyone]).toEqual([
      ids.member,
      [ids.moderatorRole],
      true,
    ]);
    expect((await post({ users: [ids.member] })).body.mention_roles).toEqual([]);
  });

  test('are crossposted once, from announcement channels', async () => {
    const sent = await text(ids.news).send('v1 is out');
    await sent.crosspost();
    await expect(sent.crosspost()).rejects.toMatchObject({ code: 40033 });
    const elsewhere = await text(ids.voice).send('x');
    await expect(elsewhere.crosspost()).rejects.toMatchObject({ code: 50024 });
  });

  test("get reactions, of which one knows one's own", async () => {
    const sent = await text(ids.news).send('react');
    await sent.react('🎵');
    const fetched = (await harness.call('GET', `/channels/${ids.news}/messages/${sent.id}`)).body;
    expect(fetched.reactions).toMatchObject([{ count: 1, me: true, emoji: { name: '🎵', id: null } }]);
    expect(harness.playground.world.messages(ids.news, ids.member).at(-1)?.reactions?.[0]?.me).toBe(false);
    const users = await harness.call(
      'GET',
      `/channels/${ids.news}/messages/${sent.id}/reactions/${encodeURIComponent('🎵')}`,
    );
    expect(users.body.map((user: { id: string }) => user.id)).toEqual([ids.bot]);
    await sent.reactions.removeAll();
    const cleared = await harness.call('GET', `/channels/${ids.news}/messages/${sent.id}`);
    expect(cleared.body.reactions).toBeUndefined();
    await expect(sent.react('nonsense')).rejects.toMatchObject({ code: 10014 });
  });
});

describe('webhooks', () => {
  test('are made, post with and without waiting, edit, and go', async () => {
    const webhook = await text().createWebhook({ name: 'Builds' });
    const hook = new WebhookClient(
      { id: webhook.id, token: webhook.token },
      { rest: { api: harness.playground.apiUrl } },
    );
    const sent = await hook.send({ content: 'green', username: 'CI' });
    expect(sent.id).toMatch(/^\d+$/);
    expect((await hook.editMessage(sent.id, 'red')).content).toBe('red');
    expect(harness.playground.world.messages(ids.text).at(-1)).toMatchObject({
      content: 'red',
      author: { username: 'CI' },
    });
    const silent = await harness.call('POST', `/webhooks/${webhook.id}/${webhook.token}`, {
      body: { content: 'x' },
      token: null,
    });
    expect([silent.status, silent.headers.get('content-type')]).toEqual([204, null]);
    await hook.deleteMessage(sent.id);
    await expect(hook.fetchMessage(sent.id)).rejects.toMatchObject({ code: 10008 });
    const wrong = await harness.call('POST', `/webhooks/${webhook.id}/nonsense`, {
      body: { content: 'x' },
      token: null,
    });
    expect([wrong.status, wrong.body.code]).toEqual([401, 50027]);
    await webhook.delete();
    await expect(hook.send('x')).rejects.toMatchObject({ code: 10015 });
  });

  test('open forum posts by thread_name, and not without', async () => {
    const webhook = await (harness.client.channels.cache.get(ids.forum) as ForumChannel).createWebhook({
      name: 'Ideas',
    });
    const hook = new WebhookClient(
      { id: webhook.id, token: webhook.token },
      { rest: { api: harness.playground.apiUrl } },
    );
    await expect(hook.send('x')).rejects.toMatchObject({ code: 220001 });
    const sent = await hook.send({ content: 'first', threadName: 'An idea' });
    const more = await hook.send({ content: 'second', threadId: sent.channel_id });
    expect(more.channel_id).toBe(sent.channel_id);
  });
});

describe('threads', () => {
  test('start from a message, once, and are archived and locked', async () => {
    const message = await text(ids.news).send('talk about it');
    const thread = await message.startThread({ name: 'Talk' });
    expect(thread.type).toBe(ChannelType.AnnouncementThread);
    await thread.send('in here');
    await expect(
      harness.call('POST', `/channels/${ids.news}/messages/${message.id}/threads`, { body: { name: 'x' } }),
    ).resolves.toMatchObject({
      body: { code: 160004 },
    });
    await thread.setLocked(true);
    await thread.setArchived(true);
    expect(
      harness.playground.world.guild(ids.guild)?.channels.find(({ id }) => id === thread.id),
    ).toMatchObject({
      thread_metadata: { archived: true, locked: true },
    });
    await expect(thread.setName('x')).rejects.toMatchObject({ code: 50083 });
    await thread.delete();
    await expect(thread.send('x')).rejects.toMatchObject({ code: 10003 });
  });

  test('stand alone in text channels, and are posts with a message in forums', async () => {
    const alone = await text().threads.create({ name: 'Alone', type: ChannelType.PublicThread });
    expect(alone.ownerId).toBe(ids.bot);
    const post = await (harness.client.channels.cache.get(ids.forum) as ForumChannel).threads.create({
      name: 'Idea',
      message: { content: 'more sound' },
    });
    expect((await post.fetchStarterMessage())?.content).toBe('more sound');
    const active = await harness.client.guilds.cache.get(ids.guild)!.channels.fetchActiveThreads();
    expect(active.threads.has(alone.id)).toBe(true);
    await expect(
      harness.call('POST', `/channels/${ids.forum}/messages`, { body: { content: 'x' } }),
    ).resolves.toMatchObject({ body: { code: 50008 } });
  });
});
