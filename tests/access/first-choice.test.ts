import { expect, test } from 'vitest';
import { firstChoice } from '#access/home/first-choice.ts';

const a = '100000000000000001';
const b = '100000000000000002';

test.each([
  ['a first start in exactly one guild', [a], [], undefined, 'one-guild', [a], 'home'],
  ['a first start in no guild', [], [], undefined, 'no-guild', [], 'home'],
  ['a first start in several guilds', [a, b], [], undefined, 'several-guilds', [], 'home'],
  [
    'an update with one guild in use, in whichever others the bot is',
    [a, b],
    [b],
    undefined,
    'in-use',
    [b],
    'home',
  ],
  ['an update with several guilds in use', [a, b], [a, b], undefined, 'in-use', [a, b], 'served'],
  ['guilds no longer named by the configuration', [a, b], [a, b], 'configured', 'in-use', [a, b], 'served'],
  ['one guild, alone since the configuration named another', [a], [], 'configured', 'no-guild', [], 'home'],
] as const)('%s', (_, joined, inUse, before, choice, guildIds, standing) => {
  expect(firstChoice({ joined, inUse, before })).toEqual({ choice, guildIds, standing });
});

test('what was decided stays, whichever guild invites the bot later', () => {
  for (const before of ['one-guild', 'no-guild', 'several-guilds', 'in-use'] as const)
    expect(firstChoice({ joined: [a], inUse: [], before })).toBeUndefined();
});
