import { once } from 'node:events';
import {
  ChannelFlags,
  ChannelType,
  Client,
  Events,
  GatewayIntentBits as I,
  Options,
  PermissionFlagsBits,
  Routes,
  type TextChannel,
} from 'discord.js';
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { eventually, takeViolations, useHarness } from './support/harness.ts';
import { ids, otherToken, smallWorldToken } from './support/small-world.ts';

const heartbeatMs = 400;
const harness = useHarness({
  timing: { heartbeatIntervalMs: heartbeatMs, resumeWindowMs: 1_500, identifyMs: 1_000 },
});
const properties = { os: 'linux', browser: 'test', device: 'test' };

interface Frame {
  op: number;
  t: string | null;
  s: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  d: any;
}

/** A gateway client without a library. */
async function connect(): Promise<{
  frames: Frame[];
  send: (op: number, d: unknown) => void;
  next: (match: (frame: Frame) => boolean) => Promise<Frame>;
  closed: Promise<number>;
  socket: WebSocket;
}> {
  const socket = new WebSocket(
    `${harness.playground.apiUrl.replace(/^http/, 'ws').replace(/\/api$/, '/gateway')}?v=10&encoding=json`,
  );
  const frames: Frame[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return {
    frames,
    socket,
    closed,
    send: (op, d) => socket.send(JSON.stringify({ op, d })),
    next: (match) => eventually(() => frames.find(match)),
  };
}

const identify = (overrides: object = {}) => ({
  token: smallWorldToken,
  intents: I.Guilds,
  properties: properties,
  ...overrides,
});

describe('a connection', () => {
  test.each([
    ['a wrong token', 2, identify({ token: 'nonsense' }), 4004],
    ['a privileged intent that was not granted', 2, identify({ intents: I.Guilds | I.MessageContent }), 4014],
    ['impossible intents', 2, identify({ intents: -1 }), 4013],
    ['an impossible shard', 2, identify({ shard: [2, 2] }), 4010],
    ['a command before it identified', 4, { guild_id: ids.guild, channel_id: null }, 4003],
    ['an unknown op', 99, {}, 4001],
    ['an op 4 of the wrong shape', 2, { ...identify(), properties: undefined }, 4002],
  ])('is closed for %s', async (_what, op, d, code) => {
    const client = await connect();
    client.send(op, d);
    expect(await client.closed).toBe(code);
    takeViolations(harness.playground);
  });

  test('is closed for a payload that is no JSON, or over 4096 bytes', async () => {
    for (const payload of ['{', JSON.stringify({ op: 1, d: 'x'.repeat(4_096) })]) {
      const client = await connect();
      client.socket.send(payload);
      expect(await client.closed).toBe(4002);
    }
    expect(takeViolations(harness.playground)).toHaveLength(2);
  });

  test('is closed when it does not heartbeat, or does not identify', async () => {
    const silent = await connect();
    silent.send(2, identify());
    await silent.next(({ t }) => t === 'READY');
    const mute = await connect();
    const beat = setInterval(() => mute.send(1, null), heartbeatMs / 2);
    expect(await silent.closed).toBe(4009);
    expect(await mute.closed).toBe(4009);
    clearInterval(beat);
    expect(mute.frames.some(({ op }) => op === 11)).toBe(true);
  });

  test('is closed after 120 sends in the window', async () => {
    const client = await connect();
    for (let count = 0; count < 121; count += 1) client.send(1, null);
    expect(await client.closed).toBe(4008);
    expect(takeViolations(harness.playground)).toHaveLength(1);
  });

  test("without op 8's intent gets no member list, but members by id", async () => {
    const client = await connect();
    client.send(2, identify());
    const { d } = await client.next(({ t }) => t === 'GUILD_CREATE');
    expect(d.members.map((member: { user: { id: string } }) => member.user.id)).toEqual([ids.bot]);
    client.send(8, { guild_id: ids.guild, query: '', limit: 0, nonce: 'all' });
    client.send(8, { guild_id: ids.guild, user_ids: [ids.member, '1'], nonce: 'some' });
    const chunk = await client.next(({ t }) => t === 'GUILD_MEMBERS_CHUNK');
    expect(chunk.d).toMatchObject({
      nonce: 'some',
      not_found: ['1'],
      members: [{ user: { id: ids.member } }],
    });
    client.socket.close(1000);
  });
});

describe('discord.js', () => {
  test('with the privileged intents fetches all members', async () => {
    const client = await harness.login({ intents: [I.Guilds, I.GuildMembers] }, otherToken);
    const members = await client.guilds.cache.get(ids.guild)!.members.fetch();
    expect(members.size).toBe(5);
  });

  test('hears messages only with the intent, and their text only with the other', async () => {
    const heard: string[] = [];
    const plain = await harness.login({ intents: [I.Guilds, I.GuildMessages] });
    const full = await harness.login({ intents: [I.Guilds, I.GuildMessages, I.MessageContent] }, otherToken);
    harness.client.on(Events.MessageCreate, () => heard.push('no intent'));
    plain.on(Events.MessageCreate, ({ content }) => heard.push(`plain:${content}`));
    full.on(Events.MessageCreate, ({ content }) => heard.push(`full:${content}`));
    await harness.member().say(ids.text, 'hello');
    await harness.member().say(ids.text, `<@${ids.bot}> hello`);
    await harness.member(ids.owner).say(ids.secret, 'unseen');
    await eventually(() => heard.length >= 4);
    expect(heard.sort()).toEqual([
      'full:<@200000000000000001> hello',
      'full:hello',
      'plain:',
      'plain:<@200000000000000001> hello',
    ]);
    harness.client.removeAllListeners(Events.MessageCreate);
  });

  test('resumes after a drop and after op 7, and gets what it missed', async () => {
    const client = await harness.login({
      intents: [I.Guilds, I.GuildMessages],
      makeCache: Options.cacheEverything(),
    });
    const heard: string[] = [];
    client.on(Events.MessageCreate, ({ author }) => heard.push(author.id));
    for (const fault of ['gatewayDrop', 'gatewayReconnect'] as const) {
      const resumed = once(client, Events.ShardResume);
      harness.playground.faults[fault](ids.bot);
      await harness.member().say(ids.text, 'while you were away');
      await resumed;
    }
    await eventually(() => heard.length === 2);
  });

  test('identifies again after op 9', async () => {
    const client = await harness.login({ intents: [I.Guilds] });
    const again = [client, harness.client].map((each) => once(each, Events.ShardReady));
    harness.playground.faults.gatewayInvalidSession(ids.bot, false);
    await Promise.all(again);
    expect(client.guilds.cache.size).toBe(2);
    // The library waits a random 1 to 5 s before it identifies, and again between the two.
  }, 45_000);

  test('with two shards gets each guild on its own', async () => {
    const client = await harness.login({ shards: 'auto', shardCount: 2, intents: [I.Guilds] } as object);
    const shardIds = client.guilds.cache.map((guild) => guild.shardId);
    const expected = [ids.guild, ids.otherGuild].map((id) => Number((BigInt(id) >> 22n) % 2n));
    expect(shardIds.sort()).toEqual(expected.sort());
  });

  test('is refused with a wrong token', async () => {
    const client = new Client({ intents: [], rest: { api: harness.playground.apiUrl } });
    await expect(client.login('nonsense')).rejects.toThrow(/token/i);
  });
});

test('a session that was not resumed in time is over', async () => {
  const client = await connect();
  client.send(2, identify());
  const { d, s } = await client.next(({ t }) => t === 'READY');
  client.socket.terminate();
  await new Promise((resolve) => setTimeout(resolve, 1_700));
  const late = await connect();
  late.send(6, { token: smallWorldToken, session_id: d.session_id, seq: s });
  expect((await late.next(({ op }) => op === 9)).d).toBe(false);
  late.socket.close(1000);
});

describe('a channel that the bot may not view', () => {
  const hidden = (channels: Frame['d'][]) => channels.find(({ id }) => id === ids.voice);
  const setView = (deny: bigint) =>
    harness.playground.faults.setOverwrite(ids.voice, { id: ids.bot, type: 1, allow: 0n, deny });
  const obfuscated = {
    id: ids.voice,
    type: ChannelType.GuildVoice,
    name: '___hidden___',
    flags: ChannelFlags.ChannelObfuscated,
    permission_overwrites: [
      { id: ids.guild, type: 0, allow: '0', deny: String(PermissionFlagsBits.ViewChannel) },
    ],
  };

  test('is sent without its content, and in full when it may be viewed again', async () => {
    setView(PermissionFlagsBits.ViewChannel);
    const client = await connect();
    client.send(2, identify());
    const { d: guild } = await client.next(({ t, d }) => t === 'GUILD_CREATE' && d.id === ids.guild);
    expect(hidden(guild.channels)).toMatchObject(obfuscated);
    setView(0n);
    const { d: shown } = await client.next(({ t, d }) => t === 'CHANNEL_UPDATE' && d.id === ids.voice);
    expect(shown).toMatchObject({ flags: 0, name: expect.not.stringContaining('hidden') });
    setView(PermissionFlagsBits.ViewChannel);
    const again = await client.next(({ t, d }) => t === 'CHANNEL_UPDATE' && d.name === '___hidden___');
    expect(again.d).toMatchObject(obfuscated);
    setView(0n);
    client.socket.close(1000);
  });

  test('is left out by HTTP', async () => {
    setView(PermissionFlagsBits.ViewChannel);
    const listed = (await harness.client.rest.get(Routes.guildChannels(ids.guild))) as { id: string }[];
    expect(listed.map(({ id }) => id)).toContain(ids.text);
    expect(hidden(listed)).toBeUndefined();
    setView(0n);
  });

  test('is sent in full when a role lets the bot view it, without a change of the channel', async () => {
    const { faults, world } = harness.playground;
    const rolesBefore = world.guild(ids.guild)?.members.find(({ user }) => user.id === ids.bot)?.roles ?? [];
    const view = PermissionFlagsBits.ViewChannel;
    faults.setOverwrite(ids.voice, { id: ids.listenerRole, type: 0, allow: view, deny: 0n });
    faults.setOverwrite(ids.voice, { id: ids.guild, type: 0, allow: 0n, deny: view });
    const client = await connect();
    client.send(2, identify());
    await client.next(({ t, d }) => t === 'GUILD_CREATE' && d.id === ids.guild);
    faults.setMemberRoles(ids.guild, ids.bot, [...rolesBefore, ids.listenerRole]);
    const { d } = await client.next(({ t, d }) => t === 'CHANNEL_UPDATE' && d.id === ids.voice);
    expect(d.flags).toBe(0);
    faults.setMemberRoles(ids.guild, ids.bot, rolesBefore);
    for (const id of [ids.guild, ids.listenerRole])
      faults.setOverwrite(ids.voice, { id, type: 0, allow: 0n, deny: 0n });
    client.socket.close(1000);
  });
});

test('role and channel changes are sent', async () => {
  const channel = harness.client.channels.cache.get(ids.text) as TextChannel;
  harness.playground.faults.setOverwrite(ids.text, { id: ids.member, type: 1, allow: 0n, deny: 2048n });
  await eventually(() => channel.permissionOverwrites.cache.has(ids.member));
});
