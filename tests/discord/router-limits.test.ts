import { expect, test } from 'vitest';
import { interactionsInFlightMax, seenInteractionsMax } from '#discord/interactions/limits.ts';
import { oneCommand } from './support/one-command.ts';

function setUp() {
  const waiting: (() => void)[] = [];
  const made = oneCommand({
    definition: { name: 'slow', description: 'slow' },
    replyMode: 'ephemeral',
    load: async () => ({
      run: () => new Promise((resolve) => waiting.push(() => resolve({ components: [] }))),
    }),
  });
  return { ...made, waiting };
}

test('more commands than are held at once are refused, and taken again when one is done', async () => {
  const { router, bodies, waiting, typed } = setUp();
  const held = Array.from({ length: interactionsInFlightMax }, (_, id) => router.handle(typed(id)));
  await router.handle(typed(100_000));
  expect(JSON.stringify(bodies.at(-1))).toContain('DISCORD_BUSY');
  expect(waiting).toHaveLength(interactionsInFlightMax);
  waiting[0]?.();
  await held[0];
  const next = router.handle(typed(100_001));
  await Promise.resolve();
  for (const finish of waiting.splice(1)) finish();
  await expect.poll(() => waiting.length).toBeGreaterThan(1);
  for (const finish of waiting) finish();
  await Promise.all([...held, next]);
  expect(bodies.filter((body) => JSON.stringify(body)?.includes('DISCORD_BUSY'))).toHaveLength(1);
});

test('remembers a bounded number of interactions', async () => {
  const { router, bodies, typed } = setUp();
  const refused = (id: number) => router.handle({ ...typed(id), guild_id: undefined } as never);
  await refused(0);
  await refused(0);
  expect(bodies).toHaveLength(1);
  for (let id = 1; id <= seenInteractionsMax; id++) await refused(id);
  await refused(0);
  expect(bodies).toHaveLength(seenInteractionsMax + 2);
});
