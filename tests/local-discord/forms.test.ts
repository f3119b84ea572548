import {
  type APIModalSubmitInteraction,
  ChannelSelectMenuBuilder,
  ChannelType,
  CheckboxBuilder,
  CheckboxGroupBuilder,
  Events,
  FileUploadBuilder,
  type GatewayDispatchPayload,
  type Interaction,
  LabelBuilder,
  ModalBuilder,
  type ModalSubmitInteraction,
  RadioGroupBuilder,
  RoleSelectMenuBuilder,
  SlashCommandBuilder,
  UserSelectMenuBuilder,
} from 'discord.js';
import { beforeAll, expect, test } from 'vitest';
import type { FormValue, MemberFile } from '../../packages/local-discord/src/contract.ts';
import { useHarness } from './support/harness.ts';
import { ids } from './support/small-world.ts';

const harness = useHarness();

beforeAll(async () => {
  const command = new SlashCommandBuilder().setName('form').setDescription('Opens a form');
  await harness.client.guilds.cache.get(ids.guild)!.commands.set([command]);
});

const named = (label: string) => new LabelBuilder().setLabel(label);
const options = [
  { label: 'One', value: 'one' },
  { label: 'Two', value: 'two', default: true },
  { label: 'Three', value: 'three' },
];
const modal = () => new ModalBuilder().setCustomId('form').setTitle('Form');

const choices = modal().addLabelComponents(
  named('Radio').setRadioGroupComponent(new RadioGroupBuilder().setCustomId('radio').addOptions(options)),
  named('Loose').setRadioGroupComponent(
    new RadioGroupBuilder()
      .setCustomId('loose')
      .setRequired(false)
      .addOptions(options.map(({ label, value }) => ({ label, value }))),
  ),
  named('Tick').setCheckboxComponent(new CheckboxBuilder().setCustomId('tick')),
  named('Several').setCheckboxGroupComponent(
    new CheckboxGroupBuilder().setCustomId('several').addOptions(options),
  ),
);

const picks = modal().addLabelComponents(
  named('Channel').setChannelSelectMenuComponent(
    new ChannelSelectMenuBuilder().setCustomId('channel').setChannelTypes(ChannelType.GuildVoice),
  ),
  named('Role').setRoleSelectMenuComponent(
    new RoleSelectMenuBuilder().setCustomId('role').setRequired(false).setMinValues(0),
  ),
  named('Person').setUserSelectMenuComponent(
    new UserSelectMenuBuilder().setCustomId('person').setMaxValues(2),
  ),
  named('Files').setFileUploadComponent(
    new FileUploadBuilder().setCustomId('files').setRequired(false).setMinValues(0).setMaxValues(2),
  ),
);

interface Submission {
  values: Record<string, FormValue>;
  files?: Record<string, MemberFile[]>;
  /** What the bot reads. */
  read?: (fields: ModalSubmitInteraction['fields']) => unknown;
}

/** The form is opened, submitted, and read by the bot. */
async function submit(form: ModalBuilder, submission: Submission) {
  const { client } = harness;
  let seen: unknown;
  const onInteraction = async (interaction: Interaction) => {
    if (interaction.isChatInputCommand()) await interaction.showModal(form);
    if (!interaction.isModalSubmit()) return;
    seen = submission.read?.(interaction.fields);
    await interaction.reply('read');
  };
  client.on('interactionCreate', onInteraction);
  try {
    const opened = await harness.member().run('/form');
    await harness.member().submitModal(opened.interactionId, submission.values, submission.files);
    return seen;
  } finally {
    client.off('interactionCreate', onInteraction);
  }
}

const readChoices = (fields: ModalSubmitInteraction['fields']) => ({
  radio: fields.getRadioGroup('radio'),
  loose: fields.getRadioGroup('loose'),
  tick: fields.getCheckbox('tick'),
  several: fields.getCheckboxGroup('several'),
});

test('a form that nobody touched is sent with its defaults; an unticked box is false', async () => {
  expect(await submit(choices, { values: {}, read: readChoices })).toEqual({
    radio: 'two',
    loose: null,
    tick: false,
    several: ['two'],
  });
});

test('radio buttons, boxes and groups arrive in the shapes of the platform', async () => {
  const values = { radio: 'one', loose: 'three', tick: true, several: ['one', 'two', 'three'] };
  const sent: GatewayDispatchPayload[] = [];
  const onRaw = (packet: GatewayDispatchPayload) => sent.push(packet);
  harness.client.on(Events.Raw, onRaw);
  expect(await submit(choices, { values, read: readChoices })).toEqual(values);
  harness.client.off(Events.Raw, onRaw);
  const submitted = sent
    .map(({ d }) => d)
    .find((d) => d !== null && typeof d === 'object' && 'type' in d && d.type === 5);
  const { components } = (submitted as APIModalSubmitInteraction).data;
  expect(components.map((label) => ('component' in label ? label.component : undefined))).toMatchObject([
    { type: 21, custom_id: 'radio', value: 'one' },
    { type: 21, custom_id: 'loose', value: 'three' },
    { type: 23, custom_id: 'tick', value: true },
    { type: 22, custom_id: 'several', values: ['one', 'two', 'three'] },
  ]);
});

test.each([
  ['no radio button where one is required', { radio: null }, '"radio" is required'],
  ['a radio button that is not there', { radio: 'four' }, '"radio" has no option "four"'],
  ['a list for a radio group', { radio: ['one'] }, 'takes one option'],
  ['a text for a box', { tick: 'true' }, 'takes true or false'],
  ['no box of a group that wants one', { several: [] }, '"several" takes 1 to 3 values'],
  ['a box twice', { several: ['one', 'one'] }, 'has a value twice'],
  ['a box that is not there', { several: ['four'] }, 'has no option "four"'],
] as [string, Record<string, FormValue>, string][])('refuses %s', async (_case, values, reason) => {
  await expect(submit(choices, { values })).rejects.toMatchObject({
    code: 'PLAYGROUND_MODAL_INVALID',
    message: expect.stringContaining(reason),
  });
});

test('what selects and uploads refer to comes along', async () => {
  const files = { files: [{ name: 'a.log', bytes: Buffer.from('four') }] };
  const values = { channel: [ids.voice], role: [ids.listenerRole], person: [ids.member, ids.bot] };
  const read = (fields: ModalSubmitInteraction['fields']) => ({
    channels: fields.getSelectedChannels('channel')?.map((channel) => [channel?.name, channel?.type]),
    roles: fields.getSelectedRoles('role')?.size,
    people: fields.getSelectedUsers('person')?.map((user) => user.id),
    members: fields.getSelectedMembers('person')?.size,
    files: fields.getUploadedFiles('files')?.map(({ name, size }) => [name, size]),
  });
  expect(await submit(picks, { values, files, read })).toEqual({
    channels: [[expect.any(String), ChannelType.GuildVoice]],
    roles: 1,
    people: [ids.member, ids.bot],
    members: 2,
    files: [['a.log', 4]],
  });
});

test.each([
  ['a channel of another type', { channel: [ids.text] }, {}, 'a channel of type 0'],
  ['a channel that is not there', { channel: ['1'] }, {}, 'no channel of this server'],
  ['a role that is not there', { role: ['1'] }, {}, 'no role of this server'],
  ['a person who is not there', { person: ['1'] }, {}, 'no member of this server'],
  ['three files of two', {}, { files: ['a', 'b', 'c'] }, 'at most 2 files'],
  ['files for a field that takes none', {}, { channel: ['a'] }, 'takes no files'],
] as [string, Record<string, FormValue>, Record<string, string[]>, string][])(
  'refuses %s',
  async (_case, given, names, reason) => {
    const values = { channel: [ids.voice], person: [ids.member], ...given };
    const files = Object.fromEntries(
      Object.entries(names).map(([customId, each]) => [
        customId,
        each.map((name) => ({ name, bytes: Buffer.from('x') })),
      ]),
    );
    await expect(submit(picks, { values, files })).rejects.toMatchObject({
      code: 'PLAYGROUND_MODAL_INVALID',
      message: expect.stringContaining(reason),
    });
  },
);
