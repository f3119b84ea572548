import { PermissionFlagsBits } from 'discord-api-types/v10';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { invitePermissions } from '#discord/invite-link.ts';
import { Door } from './support/door.ts';
import { botId, channels, discordRoles, elsewhere, home, people, seed } from './support/seed.ts';

let door: Door;
beforeEach(async () => {
  door = await Door.open();
});
afterEach(() => door.close());

function send(channelId: string | null) {
  const listener = {
    voiceState: () => undefined,
    voiceServer: () => undefined,
    gatewayLost: () => undefined,
  };
  const payload = { guild_id: home, channel_id: channelId, self_mute: false, self_deaf: false };
  return door.discord.voiceGateway.attach(home, listener).send(payload);
}

describe('the guild directory', () => {
  test('knows guilds, the bot, and voice channels with its rights there', () => {
    const { guilds } = door.discord;
    expect(guilds.botUserId()).toBe(botId);
    expect(guilds.guilds().map(({ name }) => name)).toEqual(['Home', 'Elsewhere']);
    expect(guilds.voiceChannel(home, channels.lounge)).toMatchObject({
      name: 'Lounge',
      kind: 'voice',
      guildName: 'Home',
      permissions: { view: true, connect: true, speak: true, moveMembers: false, muteMembers: false },
      botInside: false,
    });
    expect(guilds.voiceChannel(home, channels.stage)?.kind).toBe('stage');
    expect(guilds.voiceChannel(home, channels.small)?.userLimit).toBe(1);
    expect(guilds.voiceChannel(home, channels.hidden)?.permissions).toMatchObject({
      connect: false,
      speak: false,
    });
  });

  test('knows no text channel, no other guild’s channel, and none of an unknown guild', () => {
    const { guilds } = door.discord;
    expect(guilds.voiceChannel(home, channels.general)).toBeUndefined();
    expect(guilds.voiceChannel(elsewhere, channels.lounge)).toBeUndefined();
    expect(guilds.voiceChannel('399999999999999999', channels.lounge)).toBeUndefined();
  });

  test('knows who could join a channel themselves, by the roles that they bring', async () => {
    const { guilds } = door.discord;
    const { faults } = door.playground;
    const may = (roleIds: string[], userId: string = people.member, isGuildOwner = false) =>
      guilds.mayJoin(home, channels.small, { userId, roleIds, isGuildOwner });
    const set = (id: string, type: 0 | 1, allow: bigint, deny: bigint) =>
      faults.setOverwrite(channels.small, { id, type, allow, deny });
    expect([
      may([]),
      guilds.mayJoin(home, elsewhere, { userId: '1', roleIds: [], isGuildOwner: true }),
    ]).toEqual([true, false]);
    set(home, 0, 0n, PermissionFlagsBits.Connect);
    await expect.poll(() => may([])).toBe(false);
    expect(may([], people.owner, true)).toBe(true);
    set(discordRoles.djs, 0, PermissionFlagsBits.Connect, 0n);
    await expect.poll(() => may([discordRoles.djs])).toBe(true);
    expect(may([discordRoles.publishers])).toBe(false);
    set(people.dj, 1, 0n, PermissionFlagsBits.ViewChannel);
    await expect.poll(() => may([discordRoles.djs], people.dj)).toBe(false);
    expect(may([discordRoles.djs])).toBe(true);
  });

  test('names a channel that the bot can’t see by its link, and by its name again when it can', async () => {
    const view = () => door.discord.guilds.voiceChannel(home, channels.lounge);
    const see = (deny: bigint) =>
      door.playground.faults.setOverwrite(channels.lounge, { id: botId, type: 1, allow: 0n, deny });
    see(PermissionFlagsBits.ViewChannel);
    await expect.poll(() => view()?.permissions.view).toBe(false);
    expect(view()).toMatchObject({ id: channels.lounge, kind: 'voice', name: `<#${channels.lounge}>` });
    see(0n);
    await expect.poll(() => view()?.name).toBe('Lounge');
  });

  test('names a channel by its link, too, when the bot lost sight of it by its roles', async () => {
    const view = () => door.discord.guilds.voiceChannel(home, channels.lounge);
    const { faults, world } = door.playground;
    const [role = ''] = world.guild(home)?.members.find(({ user }) => user.id === botId)?.roles ?? [];
    const bit = PermissionFlagsBits.ViewChannel;
    faults.setOverwrite(channels.lounge, { id: role, type: 0, allow: bit, deny: 0n });
    faults.setOverwrite(channels.lounge, { id: home, type: 0, allow: 0n, deny: bit });
    await expect.poll(() => view()?.permissions.view).toBe(true);
    faults.setMemberRoles(home, botId, []);
    await expect.poll(() => view()?.permissions.view).toBe(false);
    expect(view()?.name).toBe(`<#${channels.lounge}>`);
  });

  test('a channel that is really called as hidden ones are has its name', async () => {
    await door.close();
    const world = seed();
    const lounge = world.guilds[0]?.channels.find(({ id }) => id === channels.lounge);
    if (lounge) lounge.name = '___hidden___';
    door = await Door.open({ seed: world });
    expect(door.discord.guilds.voiceChannel(home, channels.lounge)?.name).toBe('___hidden___');
  });

  test('follows rights and people as they change', async () => {
    const view = () => door.discord.guilds.voiceChannel(home, channels.lounge);
    door.playground.faults.setOverwrite(channels.lounge, {
      id: botId,
      type: 1,
      allow: 0n,
      deny: PermissionFlagsBits.Speak,
    });
    await expect.poll(() => view()?.permissions.speak).toBe(false);
    send(channels.lounge);
    await expect.poll(() => view()?.botInside).toBe(true);
    expect(view()?.memberCount).toBe(1);
  });
});

test('voice channels of a guild are listed as far as the bot sees them', async () => {
  const listed = () => door.discord.guilds.voiceChannels(home).map(({ id }) => id);
  expect(listed()).toEqual([channels.lounge, channels.stage, channels.hidden, channels.small]);
  expect(door.discord.guilds.voiceChannels('399999999999999999')).toEqual([]);
  const deny = PermissionFlagsBits.ViewChannel;
  door.playground.faults.setOverwrite(channels.small, { id: botId, type: 1, allow: 0n, deny });
  await expect.poll(listed).not.toContain(channels.small);
});

test('names of a guild are known, of channels only where everyone may see them', () => {
  const names = door.discord.names(home);
  expect(names.channel(channels.lounge)).toBe('Lounge');
  expect(names.person(botId)).toBeTruthy();
  expect(names.role(home)).toBe('@everyone');
  expect(door.discord.names(elsewhere).channel(channels.lounge)).toBeUndefined();
  expect(names.channel('399999999999999999')).toBeUndefined();
});

test('a channel that not everyone may see has no name outside', async () => {
  const name = () => door.discord.names(home).channel(channels.small);
  expect(name()).toBeDefined();
  door.playground.faults.setOverwrite(channels.small, {
    id: home,
    type: 0,
    allow: 0n,
    deny: PermissionFlagsBits.ViewChannel,
  });
  await expect.poll(name).toBeUndefined();
});

describe('on a stage', () => {
  test('without Mute Members the bot raises its hand', async () => {
    send(channels.stage);
    await expect.poll(() => door.discord.guilds.voiceChannel(home, channels.stage)?.botSuppressed).toBe(true);
    const outcome = await door.discord.stage.speak(home, channels.stage);
    expect(outcome).toBe('hand-raised');
    const own = door.playground.world.voiceStates(home).find(({ user_id }) => user_id === botId);
    expect(own?.request_to_speak_timestamp).toBeTruthy();
  });

  test('with Mute Members it speaks at once', async () => {
    const allow = PermissionFlagsBits.MuteMembers;
    door.playground.faults.setOverwrite(channels.stage, { id: botId, type: 1, allow, deny: 0n });
    send(channels.stage);
    const view = () => door.discord.guilds.voiceChannel(home, channels.stage);
    await expect.poll(() => view()?.permissions.muteMembers && view()?.botSuppressed).toBe(true);
    expect(await door.discord.stage.speak(home, channels.stage)).toBe('speaking');
    await expect.poll(() => view()?.botSuppressed).toBe(false);
  });

  test('with neither it is refused', async () => {
    const deny = PermissionFlagsBits.RequestToSpeak;
    door.playground.faults.setOverwrite(channels.stage, { id: botId, type: 1, allow: 0n, deny });
    send(channels.stage);
    const view = () => door.discord.guilds.voiceChannel(home, channels.stage);
    await expect.poll(() => view()?.permissions.requestToSpeak).toBe(false);
    expect(await door.discord.stage.speak(home, channels.stage)).toBe('refused');
  });
});

describe('the announcer', () => {
  test('writes where it may, also into the text of a voice channel', async () => {
    await door.discord.announcer.announce(channels.general, 'The relay ended. @everyone');
    await door.discord.announcer.announce(channels.lounge, 'And here.');
    const [message] = door.playground.world.messages(channels.general);
    expect(message).toMatchObject({ content: 'The relay ended. @everyone', mention_everyone: false });
    expect(door.playground.world.messages(channels.lounge)).toHaveLength(1);
    const sent = door.proxy.requests.filter(({ path }) => path.endsWith('/messages'));
    for (const { body } of sent)
      expect(body).toMatchObject({ enforce_nonce: true, nonce: expect.any(String) });
  });

  test('where it may not, the text goes to the log and no request leaves', async () => {
    door.playground.faults.setOverwrite(channels.general, {
      id: botId,
      type: 1,
      allow: 0n,
      deny: PermissionFlagsBits.SendMessages,
    });
    await expect
      .poll(async () => {
        await door.discord.announcer.announce(channels.general, 'Nobody reads this.');
        return door.logged('announcement not posted: no permission to write there').length;
      })
      .toBeGreaterThan(0);
    await door.discord.announcer.announce('399999999999999999', 'Nor this.');
    expect(door.logged('announcement not posted: no permission to write there').at(-1)?.text).toBe(
      'Nor this.',
    );
  });

  test('a failure of Discord is logged, not thrown; long text is cut', async () => {
    await door.discord.announcer.announce(channels.general, 'x'.repeat(3_000));
    expect(door.playground.world.messages(channels.general)[0]?.content).toHaveLength(2_000);
    door.proxy.intercept = () => ({ status: 500 });
    await door.discord.announcer.announce(channels.general, 'lost');
    expect(door.logged('announcement not posted')).toHaveLength(1);
  });
});

describe('the examiner', () => {
  async function levels(guildId: string, channelId?: string) {
    const scope = { guildId, ...(channelId && { channelId }) };
    const findings = await door.discord.examiner.examine(scope, AbortSignal.timeout(1_000));
    for (const { level, fix } of findings) expect(fix === undefined).toBe(level === 'ok');
    return Object.fromEntries(findings.map(({ id, level }) => [id, level]));
  }

  test('finds nothing wrong where nothing is', async () => {
    expect(await levels(home, channels.lounge)).toEqual({
      'discord.session': 'ok',
      'discord.permissions': 'ok',
      'discord.commands': 'ok',
      'permission.connect': 'ok',
      'permission.speak': 'ok',
    });
  });

  test('names each missing right in a channel', async () => {
    expect(await levels(home, channels.hidden)).toMatchObject({
      'permission.connect': 'problem',
      'permission.speak': 'problem',
    });
    expect(await levels(home, channels.general)).toMatchObject({ 'channel.known': 'problem' });
    expect(await levels(home, channels.stage)).toMatchObject({ 'stage.speaker': 'warning' });
  });

  test('sees that a channel is full', async () => {
    expect(await levels(home, channels.small)).toMatchObject({ 'channel.room': 'ok' });
    await door.as('member').listen(channels.small);
    await expect.poll(async () => (await levels(home, channels.small))['channel.room']).toBe('problem');
  });

  test('tells of optional server permissions, and warns of none', async () => {
    await door.close();
    const needed = invitePermissions.reduce((bits, { bit }) => bits | bit, 0n);
    door = await Door.open({ seed: seed(needed, 0n) });
    expect(await levels(home)).toMatchObject({
      'discord.permissions': 'ok',
      'discord.permissions.set-voice-channel-status': 'ok',
      'discord.permissions.attach-files': 'ok',
    });
  });

  test('names missing server permissions, a guild without the bot, and a lost session', async () => {
    await door.close();
    door = await Door.open({ seed: seed(PermissionFlagsBits.ViewChannel, 0n) });
    expect(await levels(home)).toMatchObject({ 'discord.permissions.request-to-speak': 'warning' });
    expect(await levels('399999999999999999')).toMatchObject({ 'discord.invited': 'problem' });
    door.proxy.gateway.deaf = true;
    door.playground.faults.gatewayDrop(botId);
    await expect.poll(async () => (await levels(home))['discord.session']).toBe('problem');
  });
});
