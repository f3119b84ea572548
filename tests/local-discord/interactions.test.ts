import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type ChatInputCommandInteraction,
  ContainerBuilder,
  Events,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PlaygroundEvent } from '../../packages/local-discord/src/contract.ts';
import { takeViolations, useHarness } from './support/harness.ts';
import { ids } from './support/small-world.ts';

const firstResponseMs = 800;
const tokenLifetimeMs = 2_500;
const harness = useHarness({
  timing: { firstResponseMs: firstResponseMs, tokenLifetimeMs: tokenLifetimeMs },
});

beforeAll(async () => {
  await harness.client.guilds.cache.get(ids.guild)!.commands.set([
    new SlashCommandBuilder()
      .setName('relay')
      .setDescription('Plays a broadcast')
      .addStringOption((option) => option.setName('broadcast').setDescription('Which').setAutocomplete(true))
      .addChannelOption((option) => option.setName('channel').setDescription('Where'))
      .addAttachmentOption((option) => option.setName('file').setDescription('What')),
  ]);
});

/** What the bot does with the next interactions. */
function bot(handle: (interaction: Interaction) => Promise<unknown>): Promise<unknown> {
  const { client } = harness;
  client.removeAllListeners(Events.InteractionCreate);
  return new Promise((resolve) => {
    client.on(Events.InteractionCreate, (interaction) => {
      handle(interaction).then(resolve, resolve);
    });
  });
}

function onCommand(handle: (interaction: ChatInputCommandInteraction) => Promise<unknown>): Promise<unknown> {
  return bot(async (interaction) => interaction.isChatInputCommand() && (await handle(interaction)));
}

describe('replies', () => {
  test('a deferred reply shows as thinking, then as the answer, and as edited only from the next edit on', async () => {
    const states: string[] = [];
    const unsubscribe = harness.playground.subscribe((event: PlaygroundEvent) => {
      if (event.type === 'interaction') states.push(event.state);
    });
    const edited: boolean[] = [];
    const done = onCommand(async (interaction) => {
      const deferred = await interaction.deferReply({ withResponse: true });
      expect(deferred.resource?.message?.flags.has(MessageFlags.Loading)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 30));
      await interaction.editReply({ content: `playing ${interaction.options.getString('broadcast')}` });
      edited.push((await interaction.fetchReply()).editedTimestamp !== null);
      await interaction.editReply({ content: 'playing the radio' });
      edited.push((await interaction.fetchReply()).editedTimestamp !== null);
    });
    const answer = await harness.member().run('/relay broadcast:"the radio"');
    expect(answer.message?.flags).toBe(MessageFlags.Loading);
    await done;
    expect(edited).toEqual([false, true]);
    expect(await answer.text()).toBe('playing the radio');
    expect([...new Set(states)]).toEqual(['sent', 'thinking', 'answered']);
    expect(answer.message?.interaction_metadata?.id).toBe(answer.interactionId);
    unsubscribe();
  });

  test('an ephemeral reply is seen by its member only', async () => {
    onCommand((interaction) => interaction.reply({ content: 'for you', flags: MessageFlags.Ephemeral }));
    const answer = await harness.member().run('/relay');
    expect(answer.ephemeral).toBe(true);
    const seen = (viewerId?: string) =>
      harness.playground.world.messages(ids.text, viewerId).some(({ id }) => id === answer.message?.id);
    expect([seen(ids.member), seen(ids.moderator), seen()]).toEqual([true, false, false]);
    const fetched = await harness.call('GET', `/channels/${ids.text}/messages/${answer.message?.id}`);
    expect(fetched.body.code).toBe(10008);
    await expect(harness.member(ids.moderator).click(answer.message!.id, 'x')).rejects.toMatchObject({
      code: 'PLAYGROUND_COMPONENT_UNUSABLE',
    });
  });

  test('follow-ups come after the reply; the first one after a deferral takes its place', async () => {
    const done = onCommand(async (interaction) => {
      await interaction.deferReply();
      const first = await interaction.followUp('one');
      const second = await interaction.followUp('two');
      expect((await interaction.fetchReply()).id).toBe(first.id);
      expect(second.id).not.toBe(first.id);
      await interaction.deleteReply(second);
      await interaction.deleteReply();
    });
    const answer = await harness.member().run('/relay');
    expect(await answer.text()).toBe('one');
    expect(await done).toBeUndefined();
    await expect(answer.settled()).rejects.toMatchObject({ code: 'PLAYGROUND_ANSWER_GONE' });
  });

  test('a deferred reply carries only the EPHEMERAL flag', async () => {
    const refused = onCommand((interaction) =>
      harness.client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
        auth: false,
        body: { type: 5, data: { flags: MessageFlags.IsComponentsV2 } },
      }),
    );
    const run = harness.member().run('/relay');
    expect(await refused).toMatchObject({
      code: 50035,
      rawError: { errors: { data: { flags: expect.anything() } } },
    });
    await expect(run).rejects.toMatchObject({ code: 'PLAYGROUND_INTERACTION_FAILED' });
  });
});

describe('times', () => {
  test('silence for the first response is shown as failed, and a late callback gets 10062', async () => {
    const late = onCommand(async (interaction) => {
      await new Promise((resolve) => setTimeout(resolve, firstResponseMs + 100));
      await interaction.reply('too late');
    });
    await expect(harness.member().run('/relay')).rejects.toMatchObject({
      code: 'PLAYGROUND_INTERACTION_FAILED',
    });
    expect(await late).toMatchObject({ code: 10062, status: 404 });
  });

  test('a second acknowledgement gets 40060', async () => {
    const second = onCommand(async (interaction) => {
      await interaction.deferReply();
      await harness.client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
        auth: false,
        body: { type: 4, data: { content: 'again' } },
      });
    });
    await harness.member().run('/relay');
    expect(await second).toMatchObject({ code: 40060 });
  });

  test('an edit before any response gets 10015, after the token has expired 50027', async () => {
    const early = onCommand(async (interaction) => {
      const edit = () =>
        harness.call('PATCH', `/webhooks/${ids.bot}/${interaction.token}/messages/@original`, {
          body: { content: 'x' },
          token: null,
        });
      const before = await edit();
      await interaction.deferReply();
      await new Promise((resolve) => setTimeout(resolve, tokenLifetimeMs + 50));
      return [before.body.code, (await edit()).body.code];
    });
    const answer = await harness.member().run('/relay');
    expect(await early).toEqual([10015, 50027]);
    await expect(answer.settled(50)).rejects.toMatchObject({ code: 'PLAYGROUND_ANSWER_UNSETTLED' });
  });

  test('without a connected bot nothing is even sent', async () => {
    const session = harness.playground.as(ids.owner, ids.guild);
    await harness.call('PUT', `/applications/${ids.otherBot}/guilds/${ids.guild}/commands`, {
      token: 'small-world-token-of-privileged',
      body: [{ name: 'offline', description: 'Nobody is home' }],
    });
    await expect(session.run('/offline')).rejects.toMatchObject({ code: 'PLAYGROUND_BOT_OFFLINE' });
  });
});

describe('components and forms', () => {
  const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('stop').setLabel('Stop').setStyle(ButtonStyle.Danger),
    new ButtonBuilder().setCustomId('off').setLabel('Off').setStyle(ButtonStyle.Secondary).setDisabled(true),
  );

  test('a button updates its message, at once and deferred', async () => {
    bot(async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.reply({ content: '0', components: [row] });
      if (!interaction.isButton()) return;
      expect(interaction.message.content).toBe(interaction.message.content);
      if (interaction.message.content === '0') await interaction.update('1');
      else {
        await interaction.deferUpdate();
        await interaction.editReply('2');
      }
    });
    const { message } = await harness.member().run('/relay');
    expect((await harness.member().click(message!.id, 'stop')).message?.content).toBe('1');
    expect(await (await harness.member().click(message!.id, 'stop')).text()).toBe('2');
    await expect(harness.member().click(message!.id, 'off')).rejects.toMatchObject({
      code: 'PLAYGROUND_COMPONENT_UNUSABLE',
    });
    await expect(harness.member().click(message!.id, 'none')).rejects.toMatchObject({
      code: 'PLAYGROUND_COMPONENT_UNUSABLE',
    });
  });

  test('a select gives its values, and only those it offers', async () => {
    const select = new StringSelectMenuBuilder()
      .setCustomId('pick')
      .addOptions({ label: 'A', value: 'a' }, { label: 'B', value: 'b' });
    bot(async (interaction) => {
      if (interaction.isChatInputCommand()) {
        await interaction.reply({
          content: 'pick',
          components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select)],
        });
      }
      if (interaction.isStringSelectMenu()) await interaction.update(`picked ${interaction.values.join()}`);
    });
    const { message } = await harness.member().run('/relay');
    await expect(harness.member().select(message!.id, 'pick', ['c'])).rejects.toMatchObject({
      code: 'PLAYGROUND_COMPONENT_UNUSABLE',
    });
    expect(await (await harness.member().select(message!.id, 'pick', ['b'])).text()).toBe('picked b');
  });

  test('Components V2 come back numbered, and exclude content', async () => {
    const container = new ContainerBuilder()
      .addTextDisplayComponents(new TextDisplayBuilder().setContent('# Relay'))
      .addSeparatorComponents((separator) => separator)
      .addSectionComponents((section) =>
        section
          .addTextDisplayComponents(new TextDisplayBuilder().setContent('3 listeners'))
          .setButtonAccessory(
            new ButtonBuilder().setCustomId('refresh').setLabel('Refresh').setStyle(ButtonStyle.Primary),
          ),
      );
    const refused = onCommand(async (interaction) => {
      await interaction.reply({ components: [container], flags: MessageFlags.IsComponentsV2 });
      await interaction.editReply({
        content: 'and text',
        components: [container],
        flags: MessageFlags.IsComponentsV2,
      });
    });
    const answer = await harness.member().run('/relay');
    expect(await answer.text()).toBe('# Relay\n3 listeners');
    expect(JSON.stringify(answer.message?.components).match(/"id":/g)).toHaveLength(6);
    expect(await refused).toMatchObject({ code: 50035 });
  });

  test('a form is shown, filled in and answered', async () => {
    bot(async (interaction) => {
      if (interaction.isChatInputCommand()) {
        const modal = new ModalBuilder()
          .setCustomId('milestone')
          .setTitle('Milestone')
          .addLabelComponents(
            new LabelBuilder()
              .setLabel('Title')
              .setTextInputComponent(
                new TextInputBuilder().setCustomId('title').setStyle(TextInputStyle.Short).setMaxLength(10),
              ),
          );
        await interaction.showModal(modal);
      }
      if (interaction.isModalSubmit())
        await interaction.reply(`made ${interaction.fields.getTextInputValue('title')}`);
    });
    const opened = await harness.member().run('/relay');
    expect(opened.modal?.title).toBe('Milestone');
    const submit = (values: Record<string, string>) =>
      harness.member().submitModal(opened.interactionId, values);
    await expect(submit({})).rejects.toMatchObject({ code: 'PLAYGROUND_MODAL_INVALID' });
    await expect(submit({ title: 'longer than ten' })).rejects.toMatchObject({
      code: 'PLAYGROUND_MODAL_INVALID',
    });
    await expect(submit({ other: 'x' })).rejects.toMatchObject({ code: 'PLAYGROUND_MODAL_INVALID' });
    expect(await (await submit({ title: 'v1' })).text()).toBe('made v1');
  });
});

describe('autocomplete', () => {
  test('gives the choices for the option being typed', async () => {
    bot(async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      const { name, value } = interaction.options.getFocused(true);
      await interaction.respond([{ name: `${name} ${value}`, value: 'x' }]);
    });
    expect(await harness.member().autocomplete('/relay broadcast:ra')).toEqual([
      { name: 'broadcast ra', value: 'x' },
    ]);
  });

  test('refuses a 26th choice', async () => {
    const refused = bot(async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      const choices = Array.from({ length: 26 }, (_, at) => ({ name: `${at}`, value: `${at}` }));
      await interaction.respond(choices);
    });
    await expect(harness.member().autocomplete('/relay broadcast:')).rejects.toMatchObject({
      code: 'PLAYGROUND_INTERACTION_FAILED',
    });
    expect(await refused).toMatchObject({ code: 50035 });
    expect(takeViolations(harness.playground).join()).toContain('/callback');
  });
});

test('options arrive resolved, with what bot and member may do in the channel', async () => {
  const seen = onCommand(async (interaction) => {
    await interaction.reply('ok');
    const channel = interaction.options.getChannel('channel', true);
    const file = interaction.options.getAttachment('file', true);
    const content = await (await fetch(file.url)).text();
    return [
      channel.name,
      file.name,
      content,
      interaction.memberPermissions?.has('Connect'),
      interaction.appPermissions.has('ManageRoles'),
    ];
  });
  const attachments = [{ name: 'build log.txt', bytes: new TextEncoder().encode('all green') }];
  await harness.member().run('/relay channel:#Lounge file:"build log.txt"', { attachments });
  expect(await seen).toEqual(['Lounge', 'build_log.txt', 'all green', true, false]);
});

test('every exchange was held against the official description', () => {
  if (process.env.OFFICIAL_SPECS_DIR) expect(harness.judge.judgedCount).toBeGreaterThan(20);
});
