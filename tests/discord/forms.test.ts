import type { APIMessage } from 'discord-api-types/v10';
import { ChannelType } from 'discord-api-types/v10';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import type { Command, CommandCode, Form, FormInput } from '#contracts/command.ts';
import { defineErrors } from '#core/errors.ts';
import { formAgain } from '#discord/interactions/command-runner.ts';
import { seen } from './support/answers.ts';
import { customIdsOf } from './support/components.ts';
import { Door } from './support/door.ts';
import { channels, people } from './support/seed.ts';

const options = [
  { value: 'one', label: 'One' },
  { value: 'two', label: 'Two' },
];
const { TEST_WRONG } = defineErrors({
  TEST_WRONG: { kind: 'user', message: () => 'The name is taken.', next: () => 'Choose another.' },
});
const base = { title: 'Form', data: 'd' };
const words: Form = {
  ...{ ...base, name: 'words' },
  fields: [
    { name: 'name', label: 'Name', style: 'line', required: true, lengthMax: 50 },
    { name: 'one', label: 'One', style: 'choice', options, value: 'one', required: true },
    { name: 'some', label: 'Some', style: 'several', options, required: false },
    { name: 'sure', label: 'Sure', style: 'flag' },
    { name: 'where', label: 'Where', style: 'channel', types: [ChannelType.GuildText], required: false },
  ],
};
const things: Form = {
  ...{ ...base, name: 'things' },
  fields: [
    { name: 'who', label: 'Who', style: 'person', required: true, most: 2 },
    { name: 'role', label: 'Role', style: 'role', required: false },
    { name: 'files', label: 'Files', style: 'file', types: ['.log'], required: false, most: 2 },
    {
      ...{ name: 'many', label: 'Many', style: 'choice', required: false },
      options: Array.from({ length: 11 }, (_, index) => ({ value: `${index}`, label: `${index}` })),
    },
  ],
};

/** What the command got, newest last. */
const got: FormInput[] = [];
const code: CommandCode = {
  run: async () => ({ components: [] }),
  form: async (_, { options: { which } }) => (which === 'things' ? things : words),
  forms: {
    words: async (_, input) => {
      got.push(input);
      if (input.fields.name === 'taken') throw TEST_WRONG();
      if (input.fields.name === 'defect') throw new Error('a defect');
      return { components: [{ type: 10, content: 'done' }] };
    },
    things: async (_, input) => {
      got.push(input);
      return { components: [{ type: 10, content: 'done' }] };
    },
  },
};
const command: Command = {
  definition: {
    name: 'ask',
    description: 'Asks',
    options: [{ type: 3, name: 'which', description: 'Which form' }],
  },
  replyMode: 'ephemeral',
  asksFirst: () => true,
  forms: { words: 'reply', things: 'reply' },
  load: async () => code,
};

let door: Door;
beforeAll(async () => {
  door = await Door.open({ commands: [command] });
});
afterAll(() => door.close());
beforeEach(() => {
  got.length = 0;
  door.clock.skip(60_000);
});

const member = () => door.as('publisher');
const filled = { name: 'taken', one: 'two', some: ['one', 'two'], sure: true, where: [channels.general] };

function again(message: APIMessage): string {
  return customIdsOf(message)[formAgain]!;
}

test('every kind of field is asked, and arrives with the names of what was picked', async () => {
  const { interactionId } = await member().run('/ask');
  await seen(await member().submitModal(interactionId, { ...filled, name: 'free' }));
  expect(got).toMatchObject([
    {
      data: 'd',
      fields: { name: 'free', one: 'two' },
      flags: { sure: true },
      picked: {
        some: [
          { value: 'one', name: 'one' },
          { value: 'two', name: 'two' },
        ],
        where: [{ value: channels.general, name: 'general' }],
      },
    },
  ]);

  const opened = await member().run('/ask which:things');
  const files = { files: [{ name: 'a.log', bytes: Buffer.from('four') }] };
  await seen(await member().submitModal(opened.interactionId, { who: [people.publisher] }, files));
  expect(got[1]).toMatchObject({
    fields: {},
    picked: {
      who: [{ value: people.publisher, name: expect.not.stringMatching(/^\d+$/) }],
      role: [],
      many: [],
    },
    files: { files: [{ name: 'a.log', sizeBytes: 4 }] },
  });
});

test('a form whose answers are refused is opened again with what was typed, as often as it takes', async () => {
  let { interactionId } = await member().run('/ask');
  for (let turn = 0; turn < 2; turn++) {
    const refused = await seen(await member().submitModal(interactionId, turn === 0 ? filled : {}));
    expect(refused).toMatchObject({ ephemeral: true, text: expect.stringContaining('The name is taken.') });
    const opened = await member().click(refused.message.id, again(refused.message));
    expect(opened.modal?.title).toBe('Form');
    interactionId = opened.interactionId;
  }
  // Fields that nobody touches are sent as the window shows them: as they were typed before.
  await seen(await member().submitModal(interactionId, { name: 'free' }));
  expect(
    got.map(({ fields, flags, picked }) => [fields.name, fields.one, flags.sure, picked.some?.length]),
  ).toEqual([
    ['taken', 'two', true, 2],
    ['taken', 'two', true, 2],
    ['free', 'two', true, 2],
  ]);
});

test('it is opened again after a restart of the hub, too, and by nobody else', async () => {
  const { interactionId } = await member().run('/ask');
  const refused = await seen(await member().submitModal(interactionId, filled));
  await door.restart();
  await expect(door.as('manager').click(refused.message.id, again(refused.message))).rejects.toThrow();
  const opened = await member().click(refused.message.id, again(refused.message));
  await seen(await member().submitModal(opened.interactionId, { name: 'free' }));
  expect(got.at(-1)).toMatchObject({ fields: { name: 'free', one: 'two' }, flags: { sure: true } });
});

test('what was typed outlives a defect, too', async () => {
  const { interactionId } = await member().run('/ask');
  const failed = await seen(await member().submitModal(interactionId, { ...filled, name: 'defect' }));
  expect(failed.text).toContain('it was not you');
  const opened = await member().click(failed.message.id, again(failed.message));
  await seen(await member().submitModal(opened.interactionId, { name: 'free' }));
  expect(got.at(-1)).toMatchObject({ fields: { name: 'free', one: 'two' }, flags: { sure: true } });
});

test('what was typed outlives a refusal before the command is asked: the hub is stopping', async () => {
  const { interactionId } = await member().run('/ask');
  await door.discord.drain?.(AbortSignal.timeout(5_000));
  const refused = await seen(await member().submitModal(interactionId, { ...filled, name: 'free' }));
  expect(refused.text).toContain('DISCORD_STOPPING');
  expect(got).toEqual([]);
  await door.restart();
  const opened = await member().click(refused.message.id, again(refused.message));
  await seen(await member().submitModal(opened.interactionId, {}));
  expect(got).toMatchObject([{ fields: { name: 'free', one: 'two' }, flags: { sure: true } }]);
});

test('no command has a control of the name that opens a form again', () => {
  for (const { controls = {} } of commands) expect(Object.keys(controls)).not.toContain(formAgain);
});
