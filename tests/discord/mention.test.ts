import { afterEach, expect, test } from 'vitest';
import { slashCommand } from '#commands/definition.ts';
import type { Command } from '#contracts/command.ts';
import { CommandIds } from '#discord/deployment/command-ids.ts';
import { seen } from './support/answers.ts';
import { Door } from './support/door.ts';
import { elsewhere, home } from './support/seed.ts';

let door: Door;
afterEach(() => door?.close());

const pointer: Command = {
  definition: slashCommand('pointer', 'Say what to type', []),
  replyMode: 'public',
  load: async () => ({
    run: async ({ mention }) => ({
      components: [{ type: 10, content: `${mention('pointer')} ${mention('nowhere at all')}` }],
    }),
  }),
};

test.each(['guild', 'global'] as const)(
  'a command of scope %s is mentioned by its id, one that isn’t there as text',
  async (commandScope) => {
    door = await Door.open({ commands: [pointer], commandScope });
    const id = door.playground.world.commands(home).find(({ name }) => name === 'pointer')?.id;
    expect(id).toMatch(/^\d{17,20}$/);
    const said = await seen(await door.as('manager').run('/pointer'));
    expect(said.text).toBe(`</pointer:${id}> /nowhere at all`);
  },
);

test('ids are known again after a restart that registers nothing', async () => {
  door = await Door.open({ commands: [pointer] });
  const said = (await seen(await door.as('manager').run('/pointer'))).text;
  await door.restart();
  expect((await seen(await door.as('manager').run('/pointer'))).text).toBe(said);
});

test('each guild has its own ids; those of the application come after them', () => {
  const ids = new CommandIds();
  const deployed = (scope: string, id: string) => ({
    ...{ scope, ids: { play: id }, written: true },
    diff: { added: [], changed: [], removed: [] },
  });
  ids.note([deployed('global', '1'), deployed(`guild:${home}`, '2')]);
  expect(ids.mention(home, 'play')).toBe('</play:2>');
  expect(ids.mention(elsewhere, 'play')).toBe('</play:1>');
  ids.forget(home);
  expect(ids.mention(home, 'play')).toBe('</play:1>');
  ids.note([{ ...deployed('global', '1'), ids: {} }]);
  expect(ids.mention(home, 'play')).toBe('/play');
});
