import type { APIMessage } from 'discord-api-types/v10';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { broadcastStop } from '#contracts/actions/broadcast.ts';
import { nodeStart, nodeStatus } from '#contracts/actions/node.ts';
import { relayStop } from '#contracts/actions/relay.ts';
import { customIdLifetimeMs } from '#discord/interactions/limits.ts';
import { seen } from './support/answers.ts';
import { customIdsOf } from './support/components.ts';
import { Door } from './support/door.ts';
import { discordRoles, home, people } from './support/seed.ts';

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());
beforeEach(() => {
  door.clock.skip(60_000);
  door.services.runs.length = 0;
});

async function panel(typed: string, person: 'publisher' | 'manager' = 'publisher'): Promise<APIMessage> {
  const answer = await door.as(person).run(typed);
  return answer.settled();
}

const start = '/relay start broadcast:xyz@South channel:#Lounge';

test('Refresh changes the message it is on', async () => {
  const message = await panel('/node status', 'manager');
  door.services.answers['node.status'] = () => ({ ...offline, state: 'stopped' });
  const { refresh } = customIdsOf(message);
  const answer = await door.as('manager').click(message.id, refresh!);
  expect(await answer.text()).toContain('Node stopped');
  expect(answer.message?.id).toBe(message.id);
  expect(door.services.countOf(nodeStatus)).toBe(2);
});

test('the buttons of a refreshed message work in turn', async () => {
  const message = await panel('/node status', 'manager');
  const refreshed = await (
    await door.as('manager').click(message.id, customIdsOf(message).refresh!)
  ).settled();
  const answer = await door.as('manager').click(message.id, customIdsOf(refreshed).start!);
  expect(await answer.text()).toContain('Node running');
  expect(door.services.countOf(nodeStart)).toBe(1);
});

test('Stop performs the same action as the command, with the same check', async () => {
  const message = await panel(start);
  const { stop } = customIdsOf(message);
  door.playground.faults.setMemberRoles(home, people.publisher, []);
  const refused = await door.as('publisher').click(message.id, stop!);
  expect(await seen(refused)).toMatchObject({
    text: expect.stringContaining('ACTION_FORBIDDEN'),
    ephemeral: true,
  });
  expect(door.services.countOf(relayStop)).toBe(0);

  door.playground.faults.setMemberRoles(home, people.publisher, [discordRoles.publishers]);
  const answer = await door.as('publisher').click(message.id, stop!);
  expect(await answer.text()).toContain('Relay stopped');
  expect(door.services.countOf(relayStop)).toBe(1);
});

test('somebody else’s button is refused, however strong their role', async () => {
  const message = await panel('/broadcast start source:sample');
  const { stop } = customIdsOf(message);
  const answer = await door.as('owner').click(message.id, stop!);
  expect(await seen(answer)).toMatchObject({
    text: expect.stringContaining('DISCORD_CONTROL_FOREIGN'),
    ephemeral: true,
  });
  expect(door.services.countOf(broadcastStop)).toBe(0);
});

test('the buttons of a relay’s public answer are for everybody who may, by their own role', async () => {
  const message = await panel(start);
  const { stop } = customIdsOf(message);
  expect(await seen(await door.as('member').click(message.id, stop!))).toMatchObject({
    text: expect.stringContaining('ACTION_FORBIDDEN'),
  });
  expect(door.services.countOf(relayStop)).toBe(0);
  await seen(await door.as('owner').click(message.id, stop!));
  expect(door.services.countOf(relayStop)).toBe(1);
});

test('a double click acts once, and both clicks are answered', async () => {
  const message = await panel('/broadcast start source:sample');
  const { stop } = customIdsOf(message);
  const clicks = await Promise.allSettled([
    door.as('publisher').click(message.id, stop!),
    door.as('publisher').click(message.id, stop!),
  ]);
  for (const click of clicks) if (click.status === 'fulfilled') await click.value.text();
  expect(clicks.some(({ status }) => status === 'fulfilled')).toBe(true);
  expect(door.services.countOf(broadcastStop)).toBe(1);
});

test('an old button says to run the command again', async () => {
  const message = await panel('/relay status');
  door.clock.skip(customIdLifetimeMs + 1_000);
  const answer = await door.as('publisher').click(message.id, customIdsOf(message)['stop-listed']!);
  expect(await answer.text()).toMatch(/DISCORD_CONTROL_EXPIRED/);
  expect(await answer.text()).toContain('Run the command again');
  expect(door.services.countOf(relayStop)).toBe(0);
});

test('a button for everybody works as long as its message stands', async () => {
  const message = await panel(start);
  door.clock.skip(2 * customIdLifetimeMs);
  const answer = await door.as('publisher').click(message.id, customIdsOf(message).stop!);
  expect(await answer.text()).toContain('Relay stopped');
  expect(door.services.countOf(relayStop)).toBe(1);
});

test('buttons outlive a restart of the hub', async () => {
  const message = await panel('/node status', 'manager');
  await door.restart();
  const answer = await door.as('manager').click(message.id, customIdsOf(message).refresh!);
  expect((await seen(answer)).text).toContain('Node');
});

const offline = {
  communityName: 'North',
  addresses: [],
  connectionCount: 0,
  trustedConnectedCount: 0,
  trustedCount: 0,
  discoveredCount: 0,
  encrypters: [],
};
