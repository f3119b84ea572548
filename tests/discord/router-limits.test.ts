import { type APIInteraction, InteractionType } from 'discord-api-types/v10';
import { expect, test } from 'vitest';
import type { Command } from '#contracts/command.ts';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { Sender } from '#discord/client/sender.ts';
import { CustomIdCodec } from '#discord/interactions/custom-id.ts';
import { Drafts } from '#discord/interactions/drafts.ts';
import { interactionsInFlightMax, seenInteractionsMax } from '#discord/interactions/limits.ts';
import { Router } from '#discord/interactions/router.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { homeEverywhere, hostingOf } from '../support/standings.ts';
import { Services } from './support/services.ts';

function interaction(id: number, userId = id): APIInteraction {
  const member = { user: { id: `u${userId}`, username: 'x' }, roles: [], permissions: '0' };
  const data = { id: '1', type: 1, name: 'slow' };
  const base = { id: String(id), token: 't', application_id: 'a', guild_id: 'g', channel: { id: 'c' } };
  return { ...base, type: InteractionType.ApplicationCommand, member, data } as never;
}

function setUp() {
  const bodies: unknown[] = [];
  const keep = async (_: string, { body }: { body?: unknown } = {}) => bodies.push(body);
  const rest = { post: keep, patch: keep, delete: keep };
  const waiting: (() => void)[] = [];
  const slow: Command = {
    definition: { name: 'slow', description: 'slow' },
    replyMode: 'ephemeral',
    run: () => new Promise((resolve) => waiting.push(() => resolve({ components: [] }))),
  };
  const chance = systemChance();
  const clock = new FakeClock();
  const codec = new CustomIdCodec({ chance }, { key: chance.bytes(32) });
  const facts = { guild: () => ({ name: 'G', ownerId: 'o' }), memberVoiceChannelId: () => undefined };
  const { perform } = new Services();
  const router = new Router({
    commands: [slow],
    perform: () => perform,
    codec: () => codec,
    sender: new Sender({ rest: rest as never }),
    facts,
    hosting: hostingOf(homeEverywhere),
    drafts: new Drafts({ store: new Map() as never, chance }),
    clock,
    chance,
    logger: silentLogger(),
  });
  return { router, bodies, waiting };
}

test('more commands than are held at once are refused, and taken again when one is done', async () => {
  const { router, bodies, waiting } = setUp();
  const held = Array.from({ length: interactionsInFlightMax }, (_, id) => router.handle(interaction(id)));
  await router.handle(interaction(100_000));
  expect(JSON.stringify(bodies.at(-1))).toContain('DISCORD_BUSY');
  expect(waiting).toHaveLength(interactionsInFlightMax);
  waiting[0]?.();
  await held[0];
  const next = router.handle(interaction(100_001));
  await Promise.resolve();
  for (const finish of waiting.splice(1)) finish();
  await expect.poll(() => waiting.length).toBeGreaterThan(1);
  for (const finish of waiting) finish();
  await Promise.all([...held, next]);
  expect(bodies.filter((body) => JSON.stringify(body)?.includes('DISCORD_BUSY'))).toHaveLength(1);
});

test('remembers a bounded number of interactions', async () => {
  const { router, bodies } = setUp();
  const refused = (id: number) => router.handle({ ...interaction(id), guild_id: undefined } as never);
  await refused(0);
  await refused(0);
  expect(bodies).toHaveLength(1);
  for (let id = 1; id <= seenInteractionsMax; id++) await refused(id);
  await refused(0);
  expect(bodies).toHaveLength(seenInteractionsMax + 2);
});
