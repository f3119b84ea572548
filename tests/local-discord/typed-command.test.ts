import { ChannelType, ApplicationCommandOptionType as T } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { readTypedCommand } from '../../packages/local-discord/src/people/typed-command.ts';
import { createSnowflakes } from '../../packages/local-discord/src/world/snowflakes.ts';
import { World } from '../../packages/local-discord/src/world/world.ts';
import { ids, smallWorld } from './support/small-world.ts';

const world = new World(
  createSnowflakes(() => Date.now()),
  smallWorld(),
);
const context = { world, guild: world.mustGuild(ids.guild), attachmentNames: ['log.txt'] };
const required = { description: 'x', required: true };
const optional = { description: 'x' };

const commands = [
  {
    name: 'relay',
    type: 1,
    options: [
      {
        type: T.Subcommand,
        name: 'start',
        description: 'x',
        options: [
          { type: T.String, name: 'broadcast', ...required, max_length: 10 },
          { type: T.Channel, name: 'channel', ...optional, channel_types: [ChannelType.GuildVoice] },
        ],
      },
      {
        type: T.SubcommandGroup,
        name: 'list',
        description: 'x',
        options: [{ type: T.Subcommand, name: 'mine', description: 'x' }],
      },
    ],
  },
  {
    name: 'all',
    type: 1,
    options: [
      { type: T.Integer, name: 'count', ...optional, min_value: 1, max_value: 5 },
      { type: T.Number, name: 'ratio', ...optional },
      { type: T.Boolean, name: 'loud', ...optional },
      { type: T.User, name: 'user', ...optional },
      { type: T.Role, name: 'role', ...optional },
      { type: T.Mentionable, name: 'who', ...optional },
      { type: T.Attachment, name: 'file', ...optional },
      { type: T.String, name: 'pick', ...optional, choices: [{ name: 'Red', value: 'r' }] },
    ],
  },
  { name: 'one', type: 1, options: [{ type: T.String, name: 'text', ...required }] },
].map((command) => ({
  ...{
    id: command.name,
    application_id: '1',
    version: '1',
    description: 'x',
    default_member_permissions: null,
  },
  ...command,
}));

const read = (typed: string, forAutocomplete = false) =>
  readTypedCommand(typed, commands, context, { forAutocomplete });
const values = (typed: string) =>
  Object.fromEntries(read(typed).options.map(({ name, value }) => [name, value]));

describe('a typed command', () => {
  test('nests its subcommands', () => {
    expect(read('/relay start broadcast:abc channel:#lounge').options).toEqual([
      {
        name: 'start',
        type: T.Subcommand,
        options: [
          { name: 'broadcast', type: T.String, value: 'abc' },
          { name: 'channel', type: T.Channel, value: ids.voice },
        ],
      },
    ]);
    expect(read('/relay list mine').options).toEqual([
      { name: 'list', type: T.SubcommandGroup, options: [{ name: 'mine', type: T.Subcommand, options: [] }] },
    ]);
  });

  test('takes every kind of option, by name, mention or id', () => {
    expect(
      values('/all count:3 ratio:0.5 loud:TRUE user:@mika role:@Moderator who:@mo file:log.txt pick:red'),
    ).toEqual({
      count: 3,
      ratio: 0.5,
      loud: true,
      user: ids.member,
      role: ids.moderatorRole,
      who: ids.moderator,
      file: 'log.txt',
      pick: 'r',
    });
    expect(
      values(`/all user:<@${ids.member}> role:<@&${ids.moderatorRole}> who:${ids.moderatorRole}`),
    ).toEqual({
      user: ids.member,
      role: ids.moderatorRole,
      who: ids.moderatorRole,
    });
  });

  test('may leave the name of its only option out', () => {
    expect(values('/one "two words"')).toEqual({ text: 'two words' });
  });

  test('keeps the spaces of a text that isn’t quoted, until another option comes', () => {
    expect(values('/one text:two more words')).toEqual({ text: 'two more words' });
    expect(read('/relay start broadcast:a b channel:#lounge').options[0]?.options).toMatchObject([
      { name: 'broadcast', value: 'a b' },
      { name: 'channel', value: ids.voice },
    ]);
    expect(read('/one text:two wor', true).options).toMatchObject([{ value: 'two wor', focused: true }]);
  });

  test('focuses the option being typed, and demands none', () => {
    expect(read('/relay start channel:#Lounge broadcast:ab', true).options[0]?.options?.at(-1)).toEqual({
      name: 'broadcast',
      type: T.String,
      value: 'ab',
      focused: true,
    });
  });

  test.each([
    ['/nonsense', 'PLAYGROUND_COMMAND_UNKNOWN', 'no command'],
    ['/relay', 'PLAYGROUND_COMMAND_UNKNOWN', 'no command'],
    ['/relay stop', 'PLAYGROUND_COMMAND_UNKNOWN', 'no command'],
    ['/relay start', 'PLAYGROUND_OPTION_MISSING', 'broadcast'],
    ['/relay start broadcast:a nothing:x', 'PLAYGROUND_OPTION_UNKNOWN', 'nothing'],
    ['/relay start broadcast:12345678901', 'PLAYGROUND_OPTION_INVALID', 'does not fit'],
    ['/relay start broadcast:a channel:#general', 'PLAYGROUND_OPTION_INVALID', '#general'],
    ['/all count:6', 'PLAYGROUND_OPTION_INVALID', 'count'],
    ['/all count:1.5', 'PLAYGROUND_OPTION_INVALID', 'count'],
    ['/all count:""', 'PLAYGROUND_OPTION_INVALID', 'count'],
    ['/all loud:maybe', 'PLAYGROUND_OPTION_INVALID', 'loud'],
    ['/all user:@nobody', 'PLAYGROUND_OPTION_INVALID', 'user'],
    ['/all role:@nobody', 'PLAYGROUND_OPTION_INVALID', 'role'],
    ['/all pick:blue', 'PLAYGROUND_OPTION_INVALID', 'pick'],
    ['/all file:other.txt', 'PLAYGROUND_OPTION_INVALID', 'file'],
    ['/all count:3 loose', 'PLAYGROUND_OPTION_UNKNOWN', 'loose'],
    ['/all loose', 'PLAYGROUND_OPTION_UNKNOWN', 'loose'],
  ])('%s is refused with %s', (typed, code, text) => {
    let thrown: unknown;
    try {
      read(typed);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code, message: expect.stringContaining(text) });
  });
});
