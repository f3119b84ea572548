import { Events, PermissionFlagsBits as P, SlashCommandBuilder } from 'discord.js';
import { afterEach, describe, expect, test } from 'vitest';
import { takeViolations, useHarness } from './support/harness.ts';
import { ids } from './support/small-world.ts';

const harness = useHarness();
const guildCommands: `/${string}` = `/applications/${ids.bot}/guilds/${ids.guild}/commands`;
const globalCommands: `/${string}` = `/applications/${ids.bot}/commands`;
const names = () => harness.playground.world.commands(ids.guild).map(({ name }) => name);

// Through the client, which waits its turn: on a quick machine these tests reach 50 requests a second.
afterEach(async () => {
  await harness.client.rest.put(guildCommands, { body: [] });
  await harness.client.rest.put(globalCommands, { body: [] });
});

describe('definitions', () => {
  test('are replaced in bulk and keep the id of a name that stays', async () => {
    const { commands } = harness.client.guilds.cache.get(ids.guild)!;
    const first = await commands.set([
      { name: 'node', description: 'a' },
      { name: 'relay', description: 'b' },
    ]);
    const second = await commands.set([{ name: 'node', description: 'changed' }]);
    expect(second.first()).toMatchObject({
      id: first.find(({ name }) => name === 'node')?.id,
      description: 'changed',
    });
    expect(names()).toEqual(['node']);
  });

  test('are made, changed, read and removed one by one, per guild and globally', async () => {
    for (const path of [guildCommands, globalCommands]) {
      const made = await harness.call('POST', path, { body: { name: 'help', description: 'a' } });
      expect(made.status).toBe(201);
      expect((await harness.call('POST', path, { body: { name: 'help', description: 'b' } })).status).toBe(
        200,
      );
      const changed = await harness.call('PATCH', `${path}/${made.body.id}`, { body: { description: 'c' } });
      expect(changed.body).toMatchObject({ id: made.body.id, description: 'c' });
      expect((await harness.call('GET', path)).body).toHaveLength(1);
      const gone = await harness.call('DELETE', `${path}/${made.body.id}`);
      expect([gone.status, gone.headers.get('content-type')]).toEqual([204, null]);
      expect((await harness.call('GET', `${path}/${made.body.id}`)).body.code).toBe(10063);
    }
  });

  test.each([
    ['an upper-case name', { name: 'Relay', description: 'x' }, 'name'],
    [
      'a required option after an optional one',
      {
        name: 'relay',
        description: 'x',
        options: [
          { type: 3, name: 'a', description: 'x' },
          { type: 3, name: 'b', description: 'x', required: true },
        ],
      },
      'options.1.required',
    ],
    [
      'two options of one name',
      {
        name: 'relay',
        description: 'x',
        options: [
          { type: 3, name: 'a', description: 'x' },
          { type: 3, name: 'a', description: 'x' },
        ],
      },
      'options.1.name',
    ],
    [
      'more than 8,000 characters',
      {
        name: 'relay',
        description: 'x',
        options: Array.from({ length: 4 }, (_, at) => ({
          type: 3,
          name: `o${at}`,
          description: 'x',
          choices: Array.from({ length: 25 }, (_, choice) => ({
            name: `${choice}`.padEnd(50, 'x'),
            value: `${choice}`.padEnd(50, 'y'),
          })),
        })),
      },
      '',
    ],
  ])('are refused with %s', async (_what, body, path) => {
    const refused = await harness.call('POST', guildCommands, { body });
    expect(refused.body.code).toBe(50035);
    const at = path
      .split('.')
      .filter(Boolean)
      .reduce((errors, key) => errors[key], refused.body.errors);
    expect(at._errors).toHaveLength(1);
  });

  test('are refused with a 26th option, by the schema', async () => {
    const options = Array.from({ length: 26 }, (_, at) => ({ type: 3, name: `o${at}`, description: 'x' }));
    expect(
      (await harness.call('POST', guildCommands, { body: { name: 'relay', description: 'x', options } })).body
        .code,
    ).toBe(50035);
    expect(takeViolations(harness.playground)).not.toEqual([]);
  });

  test('are at most 100 per scope, and 200 creations a day', async () => {
    const many = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, at) => ({ name: `${prefix}${at}`, description: 'x' }));
    const path = `/applications/${ids.bot}/guilds/${ids.otherGuild}/commands`;
    expect((await harness.call('PUT', path, { body: many(101, 'a') })).body.code).toBe(30032);
    expect((await harness.call('PUT', path, { body: many(100, 'b') })).status).toBe(200);
    expect(
      (await harness.call('POST', path, { body: { name: 'one-more', description: 'x' } })).body.code,
    ).toBe(30032);
    expect((await harness.call('PUT', path, { body: many(100, 'c') })).status).toBe(200);
    expect((await harness.call('PUT', path, { body: many(1, 'd') })).body.code).toBe(30034);
  });
});

describe('who sees a command', () => {
  test('follows default_member_permissions', async () => {
    await harness.client.guilds.cache
      .get(ids.guild)!
      .commands.set([
        new SlashCommandBuilder()
          .setName('access')
          .setDescription('x')
          .setDefaultMemberPermissions(P.ManageGuild),
        new SlashCommandBuilder().setName('nobody').setDescription('x').setDefaultMemberPermissions(0),
      ]);
    harness.client.on(Events.InteractionCreate, (interaction) => {
      if (interaction.isChatInputCommand()) void interaction.reply('ok');
    });
    const unknown = { code: 'PLAYGROUND_COMMAND_UNKNOWN' };
    await expect(harness.member().run('/access')).rejects.toMatchObject(unknown);
    expect(await (await harness.member(ids.moderator).run('/access')).text()).toBe('ok');
    await expect(harness.member(ids.moderator).run('/nobody')).rejects.toMatchObject(unknown);
    expect(await (await harness.member(ids.owner).run('/nobody')).text()).toBe('ok');
  });

  test('follows contexts: a command for private messages is not offered in a guild', async () => {
    const body = [
      { name: 'private', description: 'x', contexts: [1] },
      { name: 'everywhere', description: 'x', contexts: [0, 1] },
    ];
    await harness.call('PUT', globalCommands, { body });
    expect(names()).toEqual(['everywhere']);
  });

  test('needs Use Application Commands in the channel', async () => {
    await harness.call('PUT', guildCommands, { body: [{ name: 'help', description: 'x' }] });
    harness.playground.faults.setOverwrite(ids.news, {
      id: ids.member,
      type: 1,
      allow: 0n,
      deny: P.UseApplicationCommands,
    });
    await expect(harness.member().run('/help', { channelId: ids.news })).rejects.toMatchObject({
      code: 'PLAYGROUND_FORBIDDEN',
    });
  });

  test('a message command runs on a message', async () => {
    await harness.client.rest.put(guildCommands, { body: [{ name: 'Publish this', type: 3 }] });
    harness.client.on(Events.InteractionCreate, (interaction) => {
      if (interaction.isMessageContextMenuCommand())
        void interaction.reply(`published ${interaction.targetMessage.content}`);
    });
    const said = await harness.member().say(ids.text, 'news');
    expect(await (await harness.member().runOnMessage('Publish this', said.id)).text()).toBe(
      'published news',
    );
    await expect(harness.member().runOnMessage('Nothing', said.id)).rejects.toMatchObject({
      code: 'PLAYGROUND_COMMAND_UNKNOWN',
    });
  });
});
