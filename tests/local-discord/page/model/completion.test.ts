import type { APIApplicationCommandBasicOption } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { closestCommand } from '../../../../packages/local-discord/src/page/model/closest-command.ts';
import {
  type CommandPath,
  commandPathsOf,
} from '../../../../packages/local-discord/src/page/model/command-paths.ts';
import {
  botSuggestions,
  type Completion,
  completionAt,
  missingOptions,
} from '../../../../packages/local-discord/src/page/model/completion.ts';
import {
  acceptsOnEnter,
  moveActive,
  startingActive,
} from '../../../../packages/local-discord/src/page/model/completion-keys.ts';

const broadcast = { type: 3, name: 'broadcast', description: 'Which', required: true, autocomplete: true };
const channel = { type: 7, name: 'channel', description: 'Where', channel_types: [2] };
const quality = {
  type: 3,
  name: 'quality',
  description: 'How well',
  choices: [{ name: 'Very high', value: 'very high' }],
};
const loud = { type: 5, name: 'loud', description: 'Loud?' };
const who = { type: 9, name: 'who', description: 'Who?' };

const commands: CommandPath[] = commandPathsOf([
  {
    name: 'relay',
    description: '',
    type: 1,
    application_id: '7',
    options: [
      { type: 1, name: 'start', description: 'Play', options: [channel, quality, broadcast, loud, who] },
      { type: 2, name: 'group', description: '', options: [{ type: 1, name: 'stop', description: 'Stop' }] },
    ],
  },
  { name: 'ping', description: 'Pong', type: 1, application_id: '7' },
  { name: 'Inspect', description: '', type: 3, application_id: '7' },
] as unknown as Parameters<typeof commandPathsOf>[0]);

const mentions = {
  channels: [
    { id: '1', name: 'general', type: 0 },
    { id: '2', name: 'The Lounge', type: 2, parentName: 'Voice' },
  ],
  roles: [{ id: '3', name: 'Crew' }],
  users: [{ id: '4', name: 'Ada', bot: false }],
};

function at(text: string, cursor = text.length): Completion {
  return completionAt({ text, cursor, commands, mentions });
}

function labels(completion: Completion): string[] {
  return completion.kind === 'none' ? [] : completion.suggestions.map(({ label }) => label);
}

function inserts(completion: Completion): string[] {
  return completion.kind === 'none' ? [] : completion.suggestions.map(({ insert }) => insert);
}

describe('completionAt', () => {
  test('is nothing for plain messages', () => {
    expect(at('hello /relay')).toEqual({ kind: 'none' });
  });

  test('lists slash commands with their subcommands, and no context-menu commands', () => {
    expect(labels(at('/'))).toEqual(['/ping', '/relay group stop', '/relay start']);
  });

  test('puts commands that begin with the text before those that contain it', () => {
    expect(labels(at('/st'))).toEqual(['/relay group stop', '/relay start']);
    expect(labels(at('/p'))).toEqual(['/ping', '/relay group stop']);
  });

  test('offers options, required ones first and marked', () => {
    const completion = at('/relay start ');
    expect(labels(completion)).toEqual(['broadcast', 'channel', 'quality', 'loud', 'who']);
    expect(completion.kind === 'option' && completion.suggestions[0]?.required).toBe(true);
  });

  test('offers only options that are not filled and begin with the word', () => {
    expect(labels(at('/relay start channel:#general '))).not.toContain('channel');
    expect(labels(at('/relay start qu'))).toEqual(['quality']);
  });

  test('asks the bot for values of autocomplete options', () => {
    expect(at('/relay start broadcast:ev')).toMatchObject({
      kind: 'value',
      fromBot: true,
      typed: 'ev',
      suggestions: [],
    });
  });

  test('offers channels of the allowed types, quoted when the name has a space', () => {
    expect(inserts(at('/relay start channel:'))).toEqual(['channel:"#The Lounge" ']);
    expect(labels(at('/relay start channel:general'))).toEqual([]);
  });

  test('offers choices, booleans, members and roles', () => {
    expect(inserts(at('/relay start quality:hi'))).toEqual(['quality:very high ']);
    expect(inserts(at('/relay start loud:t'))).toEqual(['loud:true ']);
    expect(labels(at('/relay start who:'))).toEqual(['@Ada', '@Crew']);
  });

  test('completes the word at the cursor, not the last one', () => {
    const text = '/relay start qu broadcast:x';
    expect(at(text, '/relay start qu'.length)).toMatchObject({ kind: 'option', start: 13, end: 15 });
  });

  test('completes a text of several words as a whole, and offers the next option after it', () => {
    const text = '/relay start broadcast:Evening So';
    expect(at(text)).toMatchObject({
      ...{ kind: 'value', typed: 'Evening So', start: 13, end: text.length, suggestions: [] },
    });
    const next = at('/relay start broadcast:Evening Song lo');
    expect(next).toMatchObject({ kind: 'value', typed: 'Evening Song lo' });
    expect(next.kind === 'value' && next.suggestions).toMatchObject([{ insert: 'loud:', start: 36 }]);
    // Sent by Enter, it stays a part of the text.
    expect(next.kind === 'value' && startingActive(next, next.suggestions, '')).toBe(-1);
    const after = '/relay start broadcast:Evening Song loud:t';
    expect(at(after)).toMatchObject({ kind: 'value', typed: 't', start: 36 });
    expect(at(after, '/relay start broadcast:Evening So'.length)).toMatchObject({ typed: 'Evening Song' });
    expect(inserts(at('/relay start channel:The Lo'))).toEqual(['loud:']);
  });

  test('replaces the whole option when its value is being typed', () => {
    expect(at('/relay start channel:lou')).toMatchObject({ kind: 'value', start: 13, end: 24 });
  });
});

describe('missingOptions', () => {
  test('names required options without a value', () => {
    const start = commands.find(({ path }) => path === 'relay start') as CommandPath;
    expect(missingOptions('/relay start', start)).toEqual(['broadcast']);
    expect(missingOptions('/relay start broadcast:', start)).toEqual(['broadcast']);
    expect(missingOptions('/relay start broadcast:x', start)).toEqual([]);
  });
});

describe('keys of the list', () => {
  const pick = (text: string) => {
    const completion = at(text);
    const suggestions = completion.kind === 'none' ? [] : completion.suggestions;
    const active = startingActive(completion, suggestions, text);
    const suggestion = suggestions[active];
    return suggestion && acceptsOnEnter(suggestion, completion, text) ? suggestion.insert : 'send';
  };

  test('Enter takes what is still needed', () => {
    expect(pick('/rel')).toBe('/relay group stop ');
    expect(pick('/relay start ')).toBe('broadcast:');
    expect(pick('/relay start broadcast:x channel:lou')).toBe('channel:"#The Lounge" ');
  });

  test('Enter sends when everything required is there', () => {
    expect(pick('/relay start broadcast:x ')).toBe('send');
    expect(pick('/ping')).toBe('send');
    expect(pick('/relay start broadcast:x loud:true')).toBe('send');
  });

  test('arrows go round, and enter a list where nothing is active', () => {
    expect(moveActive('ArrowDown', -1, 3)).toBe(0);
    expect(moveActive('ArrowDown', 2, 3)).toBe(0);
    expect(moveActive('ArrowUp', -1, 3)).toBe(2);
    expect(moveActive('ArrowUp', 1, 3)).toBe(0);
    expect(moveActive('ArrowUp', 0, 0)).toBeUndefined();
    expect(moveActive('x', 0, 3)).toBeUndefined();
  });
});

describe('botSuggestions', () => {
  test('inserts the value and shows the name, 25 at most', () => {
    const choices = Array.from({ length: 30 }, (_, index) => ({
      name: `Choice ${index}`,
      value: `c ${index}`,
    }));
    const suggestions = botSuggestions(broadcast as APIApplicationCommandBasicOption, choices);
    expect(suggestions).toHaveLength(25);
    expect(suggestions[0]).toEqual({ label: 'Choice 0', detail: 'c 0', insert: 'broadcast:c 0 ' });
  });

  test.each([
    ['Evening Song', 'Evening Song'],
    ['https://radio.example/live', 'https://radio.example/live'],
    ['Song: the second', 'Song: the second'],
    ['The Song: again', '"The Song: again"'],
    ['two  spaces', '"two  spaces"'],
    ['“it’s”', '“it’s”'],
    ['say "hi"', '"say \\"hi\\""'],
  ])('quotes %s only where it would be read as something else', (value, typed) => {
    const option = broadcast as APIApplicationCommandBasicOption;
    expect(botSuggestions(option, [{ name: value, value }])[0]?.insert).toBe(`broadcast:${typed} `);
  });
});

test.each([
  ['/realy start broadcast:"a b"', '/relay start broadcast:"a b"'],
  ['/relay strat', '/relay start'],
  ['/Relay Start', '/relay start'],
  ['/relay', '/relay group stop'],
  ['/weather', undefined],
])('takes %s for %s', (typed, meant) => {
  expect(closestCommand(typed, commands)).toBe(meant);
});
