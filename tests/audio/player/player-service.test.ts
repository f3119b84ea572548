import { describe, expect, test } from 'vitest';
import { voiceErrors } from '#audio/voice/errors.ts';
import {
  type Played,
  playerClear,
  playerConfigure,
  playerFavourite,
  playerMove,
  playerPause,
  playerPlay,
  playerQueue,
  playerRemove,
  playerResume,
  playerSeek,
  playerShuffle,
  playerSkip,
  playerStatus,
  playerStop,
  playerUndo,
  queuedPerPersonMax,
} from '#contracts/actions/player.ts';
import { relayStart, relayStatus, relayStop } from '#contracts/actions/relay.ts';
import { rejection } from '../../support/rejection.ts';
import { until } from '../support/harness.ts';
import { playerWorld } from './service-world.ts';

const g1 = { guildId: 'g1' };
const sample = { ...g1, what: 'sample' };

type World = Awaited<ReturnType<typeof playerWorld>>;

function queuedOf(played: Played) {
  if (played.outcome !== 'queued') throw new Error(played.outcome);
  return played;
}

async function status({ run }: World) {
  return (await run(playerStatus, g1)).player;
}

/** Ada plays it, alone in channel a. */
async function playing() {
  const world = await playerWorld();
  world.presence.sit('a', 'ada');
  await world.run(playerPlay, sample, world.as('ada'));
  return world;
}

/** Codes that each of these throws. */
async function codes(...asked: Promise<unknown>[]) {
  return Promise.all(asked.map(async (each) => ((await rejection(each)) as { code?: string }).code));
}

describe('/play', () => {
  test('joins the asker’s channel, is heard there, and stands in no list of broadcasts', async () => {
    const world = await playing();
    await until(() => (world.voice.streams[0]?.frames.length ?? 0) > 5);
    await expect.poll(async () => (await status(world))?.state).toBe('playing');
    expect(await status(world)).toMatchObject({
      ...{ channelId: 'a', channelName: 'room a', listenersHere: 1, queuedCount: 0, loop: 'off' },
      item: { title: 'guildmesh sample', addedBy: 'ada', addedByName: 'ADA' },
    });
    const { relays } = await world.run(relayStatus, g1);
    expect(relays).toMatchObject([{ mode: 'auto', channelId: 'a', title: expect.stringContaining('Guild') }]);
    const { player } = await world.run(playerQueue, g1);
    const broadcast = player?.playerId ?? '';
    expect(world.audio.catalogueFor('g2').list()).toEqual([]);
    expect(world.audio.offeredTo('peer1').list()).toEqual([]);
    expect(world.audio.catalogueFor('g1').list()).toMatchObject([{ id: broadcast, audience: 'server' }]);
  });

  test('goes to the channel named, the only one, or asks which', async () => {
    const world = await playerWorld();
    expect(await world.run(playerPlay, sample, world.as('ada'))).toEqual({
      outcome: 'pick-channel',
      channels: [
        { id: 'a', name: 'room a' },
        { id: 'b', name: 'room b' },
      ],
    });
    world.guilds.channels.delete('b');
    const only = queuedOf(await world.run(playerPlay, sample, world.as('ada')));
    expect(only.player).toMatchObject({ channelId: 'a', state: 'waiting' });
    world.guilds.channels.clear();
    await world.run(relayStop, g1);
    expect(await codes(world.run(playerPlay, sample, world.as('ada')))).toEqual(['PLAYER_NO_CHANNEL']);
    expect(await codes(world.run(playerPlay, { ...sample, channelId: 'b' }, world.as('ada')))).toEqual([
      'RELAY_CHANNEL_UNKNOWN',
    ]);
  });

  test('queues where it plays for others, and moves only by a DJ', async () => {
    const world = await playing();
    world.presence.sit('b', 'bo');
    const queued = queuedOf(await world.run(playerPlay, sample, world.as('bo')));
    expect(queued).toMatchObject({ position: 1, player: { channelId: 'a', queuedCount: 1 } });
    const there = { ...sample, channelId: 'b' };
    expect(await codes(world.run(playerPlay, there, world.as('bo')))).toEqual(['PLAYER_MOVE_DJS']);
    world.roles.set('bo', 'dj');
    expect(queuedOf(await world.run(playerPlay, there, world.as('bo'))).player.channelId).toBe('b');
    // Idle, it follows the asker.
    await world.run(playerStop, g1);
    const moved = queuedOf(await world.run(playerPlay, sample, world.as('ada')));
    expect(moved.player.channelId).toBe('a');
  });

  test('ends what a publisher started only for a publisher who confirms', async () => {
    const world = await playerWorld();
    world.presence.sit('a', 'ada');
    await world.run(relayStart, { ...g1, channelId: 'b', broadcast: 'show@North' });
    expect(await codes(world.run(playerPlay, { ...sample, replace: true }, world.as('ada')))).toEqual([
      'PLAYER_RELAY_HERE',
    ]);
    world.roles.set('ada', 'publisher');
    const asked = await world.run(playerPlay, sample, world.as('ada'));
    expect(asked).toMatchObject({ outcome: 'confirm', relay: { title: 'The Show' } });
    queuedOf(await world.run(playerPlay, { ...sample, replace: true }, world.as('ada')));
    expect((await world.run(relayStatus, g1)).relays).toMatchObject([{ channelId: 'a' }]);
  });

  test('leaves the volume of what a publisher plays to publishers', async () => {
    const world = await playing();
    await world.run(playerStop, g1, world.as('ada'));
    await world.run(relayStart, { ...g1, channelId: 'b', broadcast: 'show@North' });
    const louder = { ...g1, volumePercent: 200 };
    expect(await codes(world.run(playerConfigure, louder, world.as('ada')))).toEqual([
      'PLAYER_NOTHING_PLAYS',
    ]);
    world.roles.set('ada', 'publisher');
    await world.run(playerConfigure, louder, world.as('ada'));
    expect((await world.run(relayStatus, g1)).relays).toMatchObject([{ volumePercent: 200 }]);
  });

  test('gives back no more than one person may have, however often it is cleared', async () => {
    const world = await playing();
    const fill = async () => {
      for (let n = 0; n < queuedPerPersonMax - 1; n++) await world.run(playerPlay, sample, world.as('ada'));
    };
    await fill();
    const cleared = await world.run(playerClear, { ...g1, whose: 'all' }, world.as('ada'));
    await fill();
    const undo = { ...g1, undoId: cleared.player.undo?.id ?? '' };
    const { player } = await world.run(playerUndo, undo, world.as('ada'));
    // The one that plays counts, too.
    expect(player.queuedCount).toBe(queuedPerPersonMax - 1);
  });

  test('plays a neighbour’s programme in its place, and Stop ends that too', async () => {
    const world = await playing();
    const played = await world.run(playerPlay, { ...g1, what: 'show@North' }, world.as('ada'));
    expect(played).toMatchObject({ outcome: 'relayed', relay: { title: 'The Show', channelId: 'a' } });
    expect((await status(world))?.state).toBe('stopped');
    expect(await codes(world.run(playerPause, g1, world.as('ada')))).toEqual(['PLAYER_NOTHING_PLAYS']);
    await world.run(playerStop, g1, world.as('ada'));
    expect((await world.run(relayStatus, g1)).relays).toEqual([]);
    expect(await world.run(playerPlay, g1, world.as('ada'))).toMatchObject({ outcome: 'resumed' });
    await expect.poll(async () => (await status(world))?.item?.title).toBe('guildmesh sample');
  });

  test('takes so many of a person, and neither unknown names nor live channels nor another queue', async () => {
    const world = await playing();
    for (let n = 1; n < queuedPerPersonMax; n++) await world.run(playerPlay, sample, world.as('ada'));
    expect(
      await codes(
        world.run(playerPlay, sample, world.as('ada')),
        world.run(playerPlay, { ...g1, what: 'no such title' }, world.as('bo')),
        world.run(playerPlay, { ...g1, what: 'channel:500000000000000001' }, world.as('bo')),
        world.run(playerPlay, { ...g1, what: `queue:${(await status(world))?.playerId}` }, world.as('bo')),
      ),
    ).toEqual([
      'PLAYER_QUEUE_FULL_PERSON',
      'PLAYER_NOTHING_FOUND',
      'PLAYER_NOTHING_FOUND',
      'PLAYER_NOTHING_FOUND',
    ]);
    world.roles.set('ada', 'dj');
    queuedOf(await world.run(playerPlay, sample, world.as('ada')));
  });

  test('fails with the reason where the channel can’t be joined, and queues nothing', async () => {
    const world = await playerWorld();
    world.presence.sit('a', 'ada');
    world.voice.failNext = voiceErrors.VOICE_JOIN_TIMEOUT({ channelId: 'a', guildId: 'g1' });
    expect(await codes(world.run(playerPlay, sample, world.as('ada')))).toEqual(['VOICE_JOIN_TIMEOUT']);
    expect(await status(world)).toMatchObject({ state: 'stopped', queuedCount: 0 });
    expect(world.audio.catalogueFor('g1').list()).toEqual([]);
  });
});

describe('the player', () => {
  test('pauses, goes on where it was, and is stopped and resumed', async () => {
    const world = await playing();
    await expect.poll(async () => (await status(world))?.state).toBe('playing');
    expect(await world.run(playerPause, g1, world.as('ada'))).toMatchObject({
      outcome: 'done',
      player: { state: 'paused' },
    });
    await world.run(playerResume, g1, world.as('ada'));
    await expect.poll(async () => (await status(world))?.state).toBe('playing');
    const { player } = await world.run(playerStop, g1, world.as('ada'));
    expect(player).toMatchObject({ state: 'stopped', item: { title: 'guildmesh sample' } });
    expect(world.voice.channelOf('g1')).toBeUndefined();
    expect(await world.run(playerPlay, g1, world.as('ada'))).toMatchObject({ outcome: 'resumed' });
    expect(world.voice.channelOf('g1')).toBe('a');
    expect(await codes(world.run(playerPlay, g1, world.as('ada')))).toEqual(['PLAYER_NOTHING_NAMED']);
  });

  test('skips what the asker saw, and nothing when that has just ended', async () => {
    const world = await playing();
    await world.run(playerPlay, sample, world.as('ada'));
    const itemId = (await status(world))?.item?.id ?? '';
    const skipped = await world.run(playerSkip, { ...g1, itemId }, world.as('ada'));
    expect(skipped.player.item?.id).not.toBe(itemId);
    expect(await codes(world.run(playerSkip, { ...g1, itemId }, world.as('ada')))).toEqual([
      'PLAYER_ITEM_OVER',
    ]);
    await world.run(playerSkip, g1, world.as('ada'));
    expect(await codes(world.run(playerSkip, g1, world.as('ada')))).toEqual(['PLAYER_NOTHING_PLAYS']);
    expect((await status(world))?.state).toBe('empty');
  });

  test('changes its order, and two people who change it at once get what is still there', async () => {
    const world = await playing();
    for (const what of ['sample', 'sample']) await world.run(playerPlay, { ...g1, what }, world.as('ada'));
    const listed = async () => (await world.run(playerQueue, g1, world.as('ada'))).items;
    const [tone, last] = await listed();
    if (!tone || !last) throw new Error('nothing is queued');
    const { page, player, items, unknownCount } = await world.run(playerQueue, { ...g1, page: 7 });
    // There is only one page.
    expect(page).toBe(0);
    const unknown = [player?.item, ...items].filter((item) => item?.durationMs === undefined);
    expect(unknownCount).toBe(unknown.length);
    await world.run(playerMove, { ...g1, itemId: last.id, beforeId: tone.id }, world.as('ada'));
    expect((await listed()).map(({ id }) => id)).toEqual([last.id, tone.id]);
    const both = await Promise.allSettled([
      world.run(playerRemove, { ...g1, itemId: tone.id }, world.as('ada')),
      world.run(playerRemove, { ...g1, itemId: tone.id }, world.as('ada')),
    ]);
    expect(both.map((each) => (each.status === 'rejected' ? each.reason.code : 'done'))).toEqual([
      'done',
      'PLAYER_ITEM_GONE',
    ]);
    expect((await listed()).map(({ mine }) => mine)).toEqual([true]);
    expect(
      await codes(
        world.run(playerSeek, { ...g1, itemId: last.id, atMs: 0 }, world.as('ada')),
        world.run(playerMove, { ...g1, itemId: last.id, beforeId: tone.id }, world.as('ada')),
        world.run(playerStop, { guildId: 'g2' }, world.as('ada')),
        world.run(playerPause, { guildId: 'g3' }, world.as('ada')),
      ),
    ).toEqual(['PLAYER_ITEM_GONE', 'PLAYER_ITEM_GONE', 'PLAYER_NOTHING_PLAYS', 'PLAYER_NONE']);
  });

  test('clears and shuffles, and takes that back for 30 s', async () => {
    const world = await playing();
    for (const what of ['sample', 'sample', 'sample'])
      await world.run(playerPlay, { ...g1, what }, world.as('ada'));
    const cleared = await world.run(playerClear, { ...g1, whose: 'all' }, world.as('ada'));
    expect(cleared.player).toMatchObject({ queuedCount: 0, undo: { what: 'clear' } });
    const undoId = cleared.player.undo?.id ?? '';
    expect(await world.run(playerUndo, { ...g1, undoId }, world.as('ada'))).toMatchObject({
      player: { queuedCount: 3 },
    });
    const shuffled = await world.run(playerShuffle, g1, world.as('ada'));
    world.clock.leap(30_000);
    const late = { ...g1, undoId: shuffled.player.undo?.id ?? '' };
    expect(await codes(world.run(playerUndo, late, world.as('ada')))).toEqual(['PLAYER_UNDO_OVER']);
    expect((await status(world))?.undo).toBeUndefined();
  });

  test('keeps favourites and what played, for suggestions', async () => {
    const world = await playing();
    const itemId = (await status(world))?.item?.id ?? '';
    await world.run(playerFavourite, { ...g1, itemId, keep: true }, world.as('ada'));
    expect(await world.players.favourites('g1')).toMatchObject([{ source: 'sample' }]);
    await expect
      .poll(async () => (await status(world))?.positionMs, { timeout: 5_000 })
      .toBeGreaterThan(1_000);
    await world.run(playerSkip, g1, world.as('ada'));
    expect(await world.players.recent('g1')).toMatchObject([{ source: 'sample' }]);
  });

  test('rests with a programme that a DJ named, and stays for it', async () => {
    const world = await playing();
    expect(await codes(world.run(playerConfigure, { ...g1, resting: 'tone' }, world.as('ada')))).toEqual([
      'PLAYER_DJS_ONLY',
    ]);
    world.roles.set('ada', 'dj');
    expect(
      await codes(
        world.run(playerConfigure, { ...g1, resting: 'channel:500000000000000001' }, world.as('ada')),
        world.run(playerConfigure, { ...g1, resting: 'no such thing' }, world.as('ada')),
      ),
    ).toEqual(['PLAYER_LIVE_CHANNEL', 'AUDIO_SOURCE_UNKNOWN']);
    await world.run(playerConfigure, { ...g1, resting: 'tone', loop: 'all' }, world.as('ada'));
    expect((await world.run(relayStatus, g1)).relays).toMatchObject([{ mode: 'constant' }]);
    expect(await status(world)).toMatchObject({ resting: 'tone', loop: 'all' });
    await world.run(playerRemove, { ...g1, itemId: (await status(world))?.item?.id ?? '' }, world.as('ada'));
    await expect.poll(async () => (await status(world))?.state, { timeout: 5_000 }).toBe('resting');
    await world.run(playerConfigure, { ...g1, resting: '' }, world.as('ada'));
    await expect.poll(async () => (await status(world))?.state).toBe('empty');
  });
});
