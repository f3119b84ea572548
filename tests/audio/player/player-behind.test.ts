import { expect, test } from 'vitest';
import { playerPlay, playerStatus, playerStop } from '#contracts/actions/player.ts';
import { relayStatus } from '#contracts/actions/relay.ts';
import { MemoryIntents } from '../support/harness.ts';
import { MemoryPlayers } from '../support/players.ts';
import { playerWorld } from './service-world.ts';

const g1 = { guildId: 'g1' };

/** Bo's song waits behind North's programme, which Ada, a DJ, has started; the hub has restarted, and plays it again. */
async function restarted(
  before: (world: Awaited<ReturnType<typeof playerWorld>>) => Promise<void> = async () => {},
) {
  const kept = { intents: new MemoryIntents(), players: new MemoryPlayers() };
  const first = await playerWorld(kept);
  first.roles.set('ada', 'dj');
  first.presence.sit('a', 'ada', 'bo');
  await first.run(playerPlay, { ...g1, what: 'show@North' }, first.as('ada'));
  await first.run(playerPlay, { ...g1, what: 'sample' }, first.as('bo'));
  await before(first);
  await first.stop();
  const world = await playerWorld(kept);
  world.roles.set('ada', 'dj');
  world.presence.sit('a', 'ada', 'bo');
  const status = async () => (await world.run(playerStatus, g1)).player;
  return { ...world, status };
}

test('what waits behind a neighbour’s programme follows it, though the hub restarted meanwhile', async () => {
  const { remote, run, status } = await restarted();
  await expect.poll(() => remote.sinks.length, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(await status()).toMatchObject({ state: 'stopped', item: { addedBy: 'bo' } });
  expect((await run(relayStatus, g1)).relays).toMatchObject([{ title: 'The Show' }]);
  remote.sinks.at(-1)?.end('broadcast-ended');
  await expect.poll(async () => (await status())?.state, { timeout: 10_000 }).toBe('playing');
});

test('what people stopped, or a DJ only put aside, doesn’t begin after a restart', async () => {
  const { players, status } = await restarted(async ({ as, run }) => {
    await run(playerStop, g1, as('ada'));
    await run(playerPlay, { ...g1, what: 'show@North' }, as('ada'));
  });
  expect(players.rows.get('g1')?.phase).toBe('stopped');
  expect((await status())?.state).toBe('stopped');
});
