/** A real discord.js bot that answers in every way the page must show. */
import {
  ActionRowBuilder,
  ApplicationCommandType,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  ChannelSelectMenuBuilder,
  ChannelType,
  type ChatInputCommandInteraction,
  CheckboxBuilder,
  CheckboxGroupBuilder,
  Client,
  ContainerBuilder,
  ContextMenuCommandBuilder,
  EmbedBuilder,
  FileBuilder,
  FileUploadBuilder,
  GatewayIntentBits,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  RadioGroupBuilder,
  SectionBuilder,
  SeparatorBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
  UserSelectMenuBuilder,
} from 'discord.js';

export interface PageBot {
  client: Client;
  stop(): Promise<void>;
}

const commands = [
  new SlashCommandBuilder().setName('ping').setDescription('Answers at once, for you alone'),
  new SlashCommandBuilder().setName('about').setDescription('An embed, a file and a button row'),
  new SlashCommandBuilder().setName('panel').setDescription('A panel of Components V2'),
  new SlashCommandBuilder().setName('form').setDescription('Opens a form'),
  new SlashCommandBuilder().setName('survey').setDescription('Opens a form of every kind of field'),
  new SlashCommandBuilder().setName('slow').setDescription('Thinks for a while'),
  new SlashCommandBuilder().setName('silent').setDescription('Never answers'),
  new SlashCommandBuilder()
    .setName('weigh')
    .setDescription('Says how many bytes a file has')
    .addAttachmentOption((option) => option.setName('file').setDescription('Any file').setRequired(true)),
  new SlashCommandBuilder()
    .setName('relay')
    .setDescription('Broadcasts into voice channels')
    .addSubcommand((sub) =>
      sub
        .setName('start')
        .setDescription('Play a broadcast into a voice channel')
        .addStringOption((option) =>
          option
            .setName('broadcast')
            .setDescription('Which broadcast')
            .setRequired(true)
            .setAutocomplete(true),
        )
        .addChannelOption((option) =>
          option.setName('channel').setDescription('Where to').addChannelTypes(ChannelType.GuildVoice),
        )
        .addStringOption((option) =>
          option
            .setName('quality')
            .setDescription('How well')
            .addChoices({ name: 'High fidelity', value: 'high' }, { name: 'Low', value: 'low' }),
        ),
    )
    .addSubcommand((sub) => sub.setName('stop').setDescription('Stop playing')),
  new ContextMenuCommandBuilder().setName('Count letters').setType(ApplicationCommandType.Message),
];

export async function startPageBot(apiUrl: string, token: string, guildIds: string[]): Promise<PageBot> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates],
    rest: { api: apiUrl },
  });
  client.on('interactionCreate', (interaction) => void answer(interaction));
  const ready = new Promise((resolve) => client.once('clientReady', resolve));
  await client.login(token);
  await ready;
  for (const guildId of guildIds) await client.application?.commands.set(commands, guildId);
  return { client, stop: () => client.destroy() };
}

async function answer(interaction: Interaction): Promise<void> {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused().toLowerCase();
    const choices = [
      { name: 'Evening radio', value: 'evening-1' },
      { name: 'Morning news', value: 'morning 2' },
    ];
    await interaction.respond(choices.filter(({ name }) => name.toLowerCase().includes(typed)));
  } else if (interaction.isChatInputCommand()) await answerCommand(interaction);
  else if (interaction.isMessageContextMenuCommand()) {
    await interaction.reply({
      content: `${interaction.targetMessage.content.length} letters`,
      flags: MessageFlags.Ephemeral,
    });
  } else if (interaction.isButton())
    await interaction.update({ components: [panel(`Refreshed by <@${interaction.user.id}>`)] });
  else if (interaction.isStringSelectMenu())
    await interaction.reply(`Chosen: **${interaction.values.join(', ')}**`);
  else if (interaction.isUserSelectMenu()) await interaction.reply(`Member: <@${interaction.values[0]}>`);
  else if (interaction.isModalSubmit() && interaction.customId === 'survey') {
    const { fields } = interaction;
    const answers = [
      fields.getRadioGroup('radio'),
      fields.getCheckbox('tick'),
      fields.getCheckboxGroup('several').join('+'),
      fields.getSelectedChannels('channel', true).first()?.name,
      fields.getUploadedFiles('files', true).map(({ name, size }) => `${name} of ${size}`),
    ];
    await interaction.reply(`Survey: ${answers.join(' / ')}`);
  } else if (interaction.isModalSubmit()) {
    const title = interaction.fields.getTextInputValue('title');
    const mood = interaction.fields.getStringSelectValues('mood').join();
    await interaction.reply(`Form: ${title} / ${mood}`);
  }
}

async function answerCommand(interaction: ChatInputCommandInteraction): Promise<void> {
  switch (interaction.commandName) {
    case 'ping':
      await interaction.reply({ content: 'Pong, **just for you**.', flags: MessageFlags.Ephemeral });
      return;
    case 'about':
      await interaction.reply({ content: 'Here it *is*:', embeds: [embed()], files: [logFile('build.log')] });
      return;
    case 'panel':
      await interaction.reply({
        flags: MessageFlags.IsComponentsV2,
        components: [panel('Playing **Evening radio** into <#1100000000000000203>')],
        files: [logFile('status.txt')],
      });
      return;
    case 'form':
      await interaction.showModal(form());
      return;
    case 'survey':
      await interaction.showModal(survey());
      return;
    case 'slow':
      await interaction.deferReply();
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      await interaction.editReply('Done thinking.');
      return;
    case 'weigh': {
      const file = interaction.options.getAttachment('file', true);
      await interaction.reply(`\`${file.name}\` has ${file.size} bytes.`);
      return;
    }
    case 'relay': {
      const { options } = interaction;
      await interaction.reply(
        options.getSubcommand() === 'start'
          ? `Relaying ${options.getString('broadcast')} into ${options.getChannel('channel') ?? 'nowhere'}, ${options.getString('quality') ?? 'plain'}.`
          : 'Stopped.',
      );
    }
  }
}

function logFile(name: string): AttachmentBuilder {
  return new AttachmentBuilder(Buffer.from('all green\n'), { name });
}

function embed(): EmbedBuilder {
  return new EmbedBuilder()
    .setColor(0x57d9ad)
    .setTitle('Build 42')
    .setURL('https://example.org/build/42')
    .setDescription(
      `All steps passed <t:${Math.floor(Date.now() / 1000) - 90}:R>.\n\`\`\`ts\nconst answer = 42;\n\`\`\``,
    )
    .addFields(
      { name: 'Duration', value: '1 min 12 s', inline: true },
      { name: 'Commit', value: '`e76045a`', inline: true },
    )
    .setFooter({ text: 'guildmesh' })
    .setTimestamp();
}

function panel(line: string): ContainerBuilder {
  return new ContainerBuilder()
    .setAccentColor(0x57d9ad)
    .addSectionComponents(
      new SectionBuilder()
        .addTextDisplayComponents(new TextDisplayBuilder().setContent(`### Relay\n${line}`))
        .setButtonAccessory(
          new ButtonBuilder().setCustomId('refresh').setLabel('Refresh').setStyle(ButtonStyle.Primary),
        ),
    )
    .addSeparatorComponents(new SeparatorBuilder())
    .addTextDisplayComponents(
      new TextDisplayBuilder().setContent('-# 2 channels · 0 lost · ||secret||\n> a quote\n- one\n- two'),
    )
    .addFileComponents(new FileBuilder().setURL('attachment://status.txt'))
    .addActionRowComponents(
      new ActionRowBuilder<ButtonBuilder>().addComponents(
        new ButtonBuilder().setCustomId('save').setLabel('Save').setStyle(ButtonStyle.Success).setEmoji('💾'),
        new ButtonBuilder().setCustomId('later').setLabel('Later').setStyle(ButtonStyle.Secondary),
        new ButtonBuilder().setCustomId('stop').setLabel('Stop').setStyle(ButtonStyle.Danger),
        new ButtonBuilder()
          .setCustomId('never')
          .setLabel('Never')
          .setStyle(ButtonStyle.Secondary)
          .setDisabled(true),
        new ButtonBuilder().setURL('https://example.org/').setLabel('Manual').setStyle(ButtonStyle.Link),
      ),
    )
    .addActionRowComponents(
      new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
        new StringSelectMenuBuilder()
          .setCustomId(`colour ${line}`)
          .setPlaceholder('Choose a colour')
          .addOptions(
            { label: 'Red', value: 'red', description: 'like a stop light' },
            { label: 'Green', value: 'green', emoji: { name: '🌿' } },
          ),
      ),
    )
    .addActionRowComponents(
      new ActionRowBuilder<UserSelectMenuBuilder>().addComponents(
        new UserSelectMenuBuilder().setCustomId('who').setPlaceholder('Choose a member'),
      ),
    );
}

function survey(): ModalBuilder {
  const options = [
    { label: 'Red', value: 'red' },
    { label: 'Blue', value: 'blue' },
  ];
  return new ModalBuilder()
    .setCustomId('survey')
    .setTitle('A survey')
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('Colour')
        .setRadioGroupComponent(new RadioGroupBuilder().setCustomId('radio').addOptions(options)),
      new LabelBuilder().setLabel('Sure').setCheckboxComponent(new CheckboxBuilder().setCustomId('tick')),
      new LabelBuilder()
        .setLabel('Also')
        .setCheckboxGroupComponent(
          new CheckboxGroupBuilder()
            .setCustomId('several')
            .setRequired(false)
            .setMinValues(0)
            .addOptions(options),
        ),
      new LabelBuilder()
        .setLabel('Where')
        .setChannelSelectMenuComponent(
          new ChannelSelectMenuBuilder().setCustomId('channel').setChannelTypes(ChannelType.GuildText),
        ),
      new LabelBuilder()
        .setLabel('Proof')
        .setFileUploadComponent(new FileUploadBuilder().setCustomId('files').setMaxValues(2)),
    );
}

function form(): ModalBuilder {
  return new ModalBuilder()
    .setCustomId('form')
    .setTitle('A new milestone')
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('Title')
        .setDescription('A few words')
        .setTextInputComponent(
          new TextInputBuilder().setCustomId('title').setStyle(TextInputStyle.Short).setMinLength(3),
        ),
      new LabelBuilder()
        .setLabel('Mood')
        .setStringSelectMenuComponent(
          new StringSelectMenuBuilder()
            .setCustomId('mood')
            .setPlaceholder('How is it going?')
            .addOptions({ label: 'Well', value: 'well' }, { label: 'Slowly', value: 'slowly' }),
        ),
      new LabelBuilder()
        .setLabel('Notes')
        .setTextInputComponent(
          new TextInputBuilder().setCustomId('notes').setStyle(TextInputStyle.Paragraph).setRequired(false),
        ),
    );
}
