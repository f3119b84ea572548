import { InteractionResponseType } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import type { Command, CommandCode } from '#contracts/command.ts';
import { formBudgetMs } from '#discord/interactions/limits.ts';
import { oneCommand } from './support/one-command.ts';

const view = { components: [] };
const field = { name: 'body', label: 'Text', style: 'text', required: true, lengthMax: 100 } as const;
const code: CommandCode = {
  run: async () => view,
  controls: { again: async () => view, more: async () => view },
  opens: { ask: async () => ({ name: 'text', title: 'Text', fields: [field] }) },
};
const declared: Omit<Command, 'load'> = {
  definition: { name: 'late', description: 'late' },
  replyMode: 'ephemeral',
  controls: { again: 'update', more: 'reply', ask: 'form' },
};

/** The command, whose code is there when the test says so. */
function late() {
  const { promise, resolve } = Promise.withResolvers<CommandCode>();
  return { ...oneCommand({ ...declared, load: () => promise }), arrives: () => resolve(code) };
}

/** As many turns as anything without timers and I/O takes. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('Discord has an answer before the code of a command is loaded', () => {
  test.each([
    ['a command', InteractionResponseType.DeferredChannelMessageWithSource, undefined],
    ['a button that changes its message', InteractionResponseType.DeferredMessageUpdate, 'again'],
    ['a button that is answered', InteractionResponseType.DeferredChannelMessageWithSource, 'more'],
  ])('%s', async (_, type, control) => {
    const { router, bodies, typed, pressed, arrives } = late();
    const handled = router.handle(control ? pressed(1, control) : typed(1));
    await settled();
    expect(bodies).toEqual([expect.objectContaining({ type })]);
    arrives();
    await handled;
    expect(bodies).toHaveLength(2);
  });

  test('a form, which can’t come later, is given up in time', async () => {
    const { router, bodies, clock, pressed, arrives } = late();
    const handled = router.handle(pressed(1, 'ask'));
    await settled();
    await clock.advance(formBudgetMs);
    await handled;
    expect(JSON.stringify(bodies)).toContain('DISCORD_BUSY');
    arrives();
    await router.handle(pressed(2, 'ask'));
    expect(bodies.at(-1)).toMatchObject({ type: InteractionResponseType.Modal });
  });
});

test('code that did not load is said to be missing, and is tried again', async () => {
  let isThere = false;
  const load = async () => {
    if (!isThere) throw new Error('EMFILE: too many open files');
    return code;
  };
  const { router, bodies, typed, pressed } = oneCommand({ ...declared, load });
  for (const asked of [typed(1), pressed(2, 'again'), pressed(3, 'ask')]) {
    await router.handle(asked);
    expect(JSON.stringify(bodies.splice(0))).toContain('DISCORD_COMMAND_NOT_LOADED');
  }
  isThere = true;
  for (const asked of [typed(4), pressed(5, 'again'), pressed(6, 'ask')]) await router.handle(asked);
  expect(bodies.at(-1)).toMatchObject({ type: InteractionResponseType.Modal });
  expect(JSON.stringify(bodies)).not.toMatch(/DISCORD_|Reference/);
});
