import { PermissionFlagsBits as P, type TextChannel } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { takeViolations, useHarness } from './support/harness.ts';
import { ids, smallWorld, smallWorldPermissions } from './support/small-world.ts';

const harness = useHarness({ seed: smallWorld(smallWorldPermissions | P.ManageRoles | P.ManageChannels) });
const post = (channelId: string, body: object = { content: 'x' }) =>
  harness.call('POST', `/channels/${channelId}/messages`, { body });

describe('authorization', () => {
  test('a wrong or missing token gets 401', async () => {
    for (const token of ['wrong', null]) {
      const refused = await harness.call('GET', '/users/@me', { token });
      expect([refused.status, refused.body]).toEqual([401, { message: '401: Unauthorized', code: 0 }]);
    }
  });

  test('an unknown route gets 404 with code 0', async () => {
    const response = await fetch(`${harness.playground.apiUrl}/v10/nonsense`);
    expect([response.status, await response.json()]).toEqual([404, { message: '404: Not Found', code: 0 }]);
  });

  test("another application's commands are closed", async () => {
    expect((await harness.call('GET', `/applications/${ids.otherBot}/commands`)).body.code).toBe(50001);
  });
});

describe('channels', () => {
  test('unknown ones get 10003, unseen ones 50001', async () => {
    expect((await post('1')).body).toEqual({ message: 'Unknown Channel', code: 10003 });
    expect(await post(ids.secret)).toMatchObject({ status: 403, body: { code: 50001 } });
  });

  test('an unknown guild, or one the bot is not in, gets 10004', async () => {
    expect((await harness.call('GET', '/guilds/1')).body.code).toBe(10004);
    const other = await harness.call('GET', `/guilds/${ids.otherGuild}`, {
      token: 'small-world-token-of-privileged',
    });
    expect(other.body.code).toBe(10004);
  });

  test('a member overwrite beats a role overwrite beats @everyone', async () => {
    const { faults } = harness.playground;
    const deny = (id: string, type: 0 | 1) =>
      faults.setOverwrite(ids.news, { id, type, allow: 0n, deny: P.SendMessages });
    const allow = (id: string, type: 0 | 1) =>
      faults.setOverwrite(ids.news, { id, type, allow: P.SendMessages, deny: 0n });
    const botRole = harness.client.guilds.cache.get(ids.guild)!.members.me!.roles.botRole!.id;
    deny(ids.guild, 0);
    expect((await post(ids.news)).body.code).toBe(50013);
    allow(botRole, 0);
    expect((await post(ids.news)).status).toBe(200);
    deny(ids.bot, 1);
    expect((await post(ids.news)).body.code).toBe(50013);
    allow(ids.bot, 1);
    expect((await post(ids.news)).status).toBe(200);
  });

  test('without Embed Links and Attach Files embeds and files are refused', async () => {
    harness.playground.faults.setOverwrite(ids.voice, {
      id: ids.bot,
      type: 1,
      allow: 0n,
      deny: P.EmbedLinks | P.AttachFiles,
    });
    expect((await post(ids.voice, { embeds: [{ title: 'x' }] })).body.code).toBe(50013);
    const form = new FormData();
    form.set('files[0]', new Blob(['x']), 'x.txt');
    expect((await harness.call('POST', `/channels/${ids.voice}/messages`, { form })).body.code).toBe(50013);
  });

  test('overwrites are set through the library, and only of what the bot has itself', async () => {
    const channel = harness.client.channels.cache.get(ids.text) as TextChannel;
    await channel.permissionOverwrites.edit(ids.member, { SendMessages: false }, { type: 1 });
    await expect(harness.member().say(ids.text, 'hi')).rejects.toMatchObject({
      code: 'PLAYGROUND_FORBIDDEN',
    });
    await channel.permissionOverwrites.delete(ids.member);
    expect((await harness.member().say(ids.text, 'hi')).content).toBe('hi');
    await expect(
      channel.permissionOverwrites.edit(ids.member, { BanMembers: true }, { type: 1 }),
    ).rejects.toMatchObject({ code: 50013 });
    expect((await harness.call('DELETE', `/channels/${ids.text}/permissions/${ids.member}`)).body.code).toBe(
      10009,
    );
  });

  test('the owner may everything, an administrator too', async () => {
    expect((await harness.member(ids.owner).say(ids.secret, 'mine')).content).toBe('mine');
    await expect(harness.member().say(ids.secret, 'x')).rejects.toMatchObject({
      code: 'PLAYGROUND_FORBIDDEN',
    });
  });
});

describe('roles and members', () => {
  test('roles are made, given and taken, and seen by the commands of members', async () => {
    const guild = harness.client.guilds.cache.get(ids.guild)!;
    const role = await guild.roles.create({ name: 'Crew', colors: { primaryColor: 0xff0000 } });
    await guild.members.addRole({ user: ids.member, role });
    expect((await guild.members.fetch({ user: ids.member, force: true })).roles.cache.has(role.id)).toBe(
      true,
    );
    await guild.members.removeRole({ user: ids.member, role });
    await role.delete();
    expect((await harness.call('GET', `/guilds/${ids.guild}/roles/${role.id}`)).body.code).toBe(10011);
  });

  test('nobody reaches above their own role, nor gives what they lack', async () => {
    const guild = harness.client.guilds.cache.get(ids.guild)!;
    await expect(guild.roles.create({ permissions: P.BanMembers })).rejects.toMatchObject({ code: 50013 });
    const botRole = guild.members.me!.roles.botRole!;
    await expect(guild.members.addRole({ user: ids.member, role: botRole })).rejects.toMatchObject({
      code: 50013,
    });
    await expect(guild.members.kick(ids.member)).rejects.toMatchObject({ code: 50013 });
  });

  test('members are listed only to bots with the privileged intent', async () => {
    expect((await harness.call('GET', `/guilds/${ids.guild}/members?limit=10`)).body.code).toBe(50001);
    const listed = await harness.call('GET', `/guilds/${ids.guild}/members?limit=10`, {
      token: 'small-world-token-of-privileged',
    });
    expect(listed.body).toHaveLength(5);
    expect((await harness.call('GET', `/guilds/${ids.guild}/members/1`)).body.code).toBe(10007);
  });

  test('a person in a guild must be a member of it', () => {
    expect(() => harness.playground.as(ids.member, ids.otherGuild)).toThrow(/not a member/);
  });
});

test('rights change at run time reach the bot', async () => {
  harness.playground.faults.setMemberRoles(ids.guild, ids.member, [ids.moderatorRole]);
  const member = await harness.client.guilds.cache
    .get(ids.guild)!
    .members.fetch({ user: ids.member, force: true });
  expect(member.permissions.has('ManageGuild')).toBe(true);
  takeViolations(harness.playground);
});
