import { expect, test } from 'vitest';
import { hintSteps } from '#demo/page/hint-steps.ts';

const guilds = [
  { id: '1', name: 'North', channels: [{ id: '11', name: 'general' }] },
  { id: '2', name: 'South', channels: [] },
];

test('finds the commands, the guild named first and the channel', () => {
  const [step] = hintSteps(['In North, #general: /node start · /node trust community:South (once)'], guilds);
  expect(step).toMatchObject({ guildId: '1', channelId: '11' });
  expect(step?.parts.filter(({ kind }) => kind === 'command').map(({ text }) => text)).toEqual([
    '/node start',
    '/node trust community:South',
  ]);
});

test('takes a line without a command as text', () => {
  expect(hintSteps(['Join either/or listen.'], guilds)[0]?.parts).toEqual([
    { kind: 'text', text: 'Join either/or listen.' },
  ]);
});
