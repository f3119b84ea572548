import { describe, expect, test } from 'vitest';
import { leaveAfterMs } from '#audio/player/player-service.ts';
import {
  playerClear,
  playerPause,
  playerPlay,
  playerRemove,
  playerSkip,
  playerStatus,
} from '#contracts/actions/player.ts';
import { rejection } from '../../support/rejection.ts';
import { MemoryIntents, until } from '../support/harness.ts';
import { MemoryPlayers } from '../support/players.ts';
import { playerWorld } from './service-world.ts';

const g1 = { guildId: 'g1' };
const sample = { ...g1, what: 'sample' };

async function among(...people: string[]) {
  const world = await playerWorld();
  world.presence.sit('a', 'ada', ...people);
  await world.run(playerPlay, sample, world.as('ada'));
  const status = async () => (await world.run(playerStatus, g1)).player;
  return { ...world, status };
}

const codeOf = async (asked: Promise<unknown>) => ((await rejection(asked)) as { code?: string }).code;

describe('with others in the channel', () => {
  test('one skips their own at once, votes on others’, and a DJ decides', async () => {
    const { as, roles, run, status } = await among('bo', 'cy', 'deaf!');
    expect(await run(playerSkip, g1, as('bo'))).toMatchObject({
      outcome: 'voted',
      player: { votes: { skip: { have: 1, need: 2 } } },
    });
    expect((await run(playerSkip, g1, as('bo'))).outcome).toBe('voted');
    expect(await codeOf(run(playerSkip, g1, as('deaf')))).toBe('PLAYER_DEAFENED');
    expect(await codeOf(run(playerSkip, g1, as('elsewhere')))).toBe('PLAYER_NOT_HERE');
    expect((await run(playerSkip, g1, as('cy'))).outcome).toBe('done');
    expect((await status())?.item).toBeUndefined();
    await run(playerPlay, sample, as('bo'));
    expect(await codeOf(run(playerPause, g1, as('cy')))).toBe('PLAYER_DJS_ONLY');
    const itemId = (await status())?.item?.id ?? '';
    expect(await codeOf(run(playerRemove, { ...g1, itemId }, as('cy')))).toBe('PLAYER_DJS_ONLY');
    roles.set('cy', 'dj');
    expect((await run(playerPause, g1, as('cy'))).outcome).toBe('done');
    expect((await run(playerClear, { ...g1, whose: 'all' }, as('bo'))).outcome).toBe('voted');
  });

  test('a vote goes with the person who leaves, and may be enough when others leave', async () => {
    const { as, presence, run, status } = await among('bo', 'cy', 'di');
    await run(playerSkip, g1, as('bo'));
    presence.sit('a', 'ada', 'cy', 'di');
    presence.sit('a', 'ada', 'bo', 'cy', 'di');
    await expect.poll(async () => (await status())?.votes.skip).toBeUndefined();
    await run(playerSkip, g1, as('bo'));
    await run(playerSkip, g1, as('cy'));
    expect((await status())?.votes.skip).toEqual({ have: 2, need: 3 });
    presence.sit('a', 'ada', 'bo', 'cy');
    await expect.poll(async () => (await status())?.item).toBeUndefined();
  });
});

test('paused for 15 min it leaves, and keeps its place', async () => {
  const { as, clock, run, status, voice } = await among();
  await run(playerPause, g1, as('ada'));
  clock.leap(leaveAfterMs);
  await until(() => voice.channelOf('g1') === undefined);
  await expect.poll(async () => (await status())?.state).toBe('stopped');
  expect((await status())?.item?.title).toBe('guildmesh sample');
});

test('a kick stops it with the reason, and /play goes on', async () => {
  const { as, run, status, voice } = await among();
  const error = Object.assign(new Error('kicked'), { code: 'VOICE_KICKED' });
  voice.sessions.at(-1)?.ended({ kind: 'kicked', error: error as never });
  await expect.poll(async () => (await status())?.problem?.code).toBe('PLAYER_KICKED');
  expect(await run(playerPlay, g1, as('ada'))).toMatchObject({ outcome: 'resumed' });
  expect((await status())?.problem).toBeUndefined();
});

test('a restart brings back the queue, its place and the channel', async () => {
  const kept = { intents: new MemoryIntents(), players: new MemoryPlayers() };
  const before = await playerWorld(kept);
  before.presence.sit('a', 'ada');
  await before.run(playerPlay, sample, before.as('ada'));
  await before.run(playerPlay, sample, before.as('ada'));
  const positionMs = async () => (await before.run(playerStatus, g1)).player?.positionMs ?? 0;
  await expect.poll(positionMs, { timeout: 8_000 }).toBeGreaterThan(1_500);
  await before.stop();
  const stoppedAtMs = kept.players.rows.get('g1')?.positionMs ?? 0;
  expect(stoppedAtMs).toBeGreaterThanOrEqual(1_000);

  const after = await playerWorld(kept);
  after.presence.sit('a', 'ada');
  await until(() => after.voice.channelOf('g1') === 'a');
  const { player } = await after.run(playerStatus, g1);
  expect(player).toMatchObject({ queuedCount: 1, channelId: 'a', item: { title: 'guildmesh sample' } });
  expect(player?.positionMs).toBeGreaterThanOrEqual(stoppedAtMs);
});
