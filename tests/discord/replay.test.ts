import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { nodeStatus } from '#contracts/actions/node.ts';
import { relayStart } from '#contracts/actions/relay.ts';
import { seen } from './support/answers.ts';
import { customIdsOf } from './support/components.ts';
import { Door } from './support/door.ts';

let door: Door;
beforeAll(async () => {
  door = await Door.open();
  // The second answer to one interaction is what Discord must refuse here.
  door.expectedViolation = /40060|acknowledged|10062|[Uu]nknown/;
});
afterAll(() => door.close());
beforeEach(() => {
  door.clock.skip(60_000);
  door.services.runs.length = 0;
});

const start = '/relay start broadcast:xyz@South channel:#Lounge';

function lastInteraction() {
  return door.proxy.gateway.interactions().at(-1)!;
}

test('an interaction that arrives a hundred times has one effect and one answer', async () => {
  await seen(await door.as('owner').run(start));
  for (let turn = 0; turn < 100; turn++) door.proxy.gateway.inject(lastInteraction());
  await seen(await door.as('owner').run('/node status'));
  expect(door.services.countOf(relayStart)).toBe(1);
  expect(door.logged('interaction can no longer be answered')).toEqual([]);
});

test('after a restart Discord itself says that it was answered: nothing is done', async () => {
  await seen(await door.as('owner').run(start));
  const packet = lastInteraction();
  await door.restart();
  door.proxy.gateway.inject(packet);
  await expect.poll(() => door.logged('interaction can no longer be answered').length).toBe(1);
  expect(door.services.countOf(relayStart)).toBe(1);
});

test('a button of one message is worth nothing on another', async () => {
  const one = (await seen(await door.as('owner').run('/node status'))).message;
  const two = (await seen(await door.as('owner').run('/node status'))).message;
  await seen(await door.as('owner').click(one.id, customIdsOf(one).refresh!));
  expect(door.services.countOf(nodeStatus)).toBe(3);
  const moved = structuredClone(lastInteraction());
  moved.d.id = String(BigInt(moved.d.id) + 1n);
  moved.d.message.interaction_metadata = two.interaction_metadata;
  door.proxy.gateway.inject(moved);
  await expect.poll(() => door.logged('command refused').at(-1)?.code).toBe('DISCORD_CONTROL_FOREIGN');
  expect(door.services.countOf(nodeStatus)).toBe(3);
});

test.each([
  ['a private message', { guild_id: undefined, guild: undefined, member: undefined }],
  ['a guild the bot never joined', { guild_id: '399999999999999999' }],
])('a command from %s is refused', async (_, change) => {
  await seen(await door.as('owner').run('/node status'));
  const packet = structuredClone(lastInteraction());
  const { user } = packet.d.member;
  door.services.runs.length = 0;
  packet.d = { ...packet.d, user, ...change, id: String(BigInt(packet.d.id) + 2n) };
  door.proxy.gateway.inject(packet);
  await expect.poll(() => door.logged('command refused').at(-1)?.code).toBe('DISCORD_NOT_IN_GUILD');
  expect(door.services.runs).toEqual([]);
});
