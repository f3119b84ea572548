import { describe, expect, test } from 'vitest';
import { voiceErrors } from '#audio/voice/errors.ts';
import {
  playerClear,
  playerConfigure,
  playerPause,
  playerPlay,
  playerQueue,
  playerResume,
  playerSkip,
  playerStatus,
  playerStop,
} from '#contracts/actions/player.ts';
import { relayStart, relayStatus } from '#contracts/actions/relay.ts';
import { memorySettings } from '../../support/guild-settings.ts';
import { rejection } from '../../support/rejection.ts';
import { playerWorld } from './service-world.ts';

const g1 = { guildId: 'g1' };
const sample = { ...g1, what: 'sample' };
const show = { ...g1, what: 'show@North' };

/** Ada, a DJ, plays something in channel a, where bo and cy listen, too; di sits in b. */
async function others(what = 'sample') {
  const settings = memorySettings();
  const world = await playerWorld({}, { settings });
  const { as, presence, roles, run } = world;
  roles.set('ada', 'dj');
  presence.sit('a', 'ada', 'bo', 'cy');
  presence.sit('b', 'di');
  if (what !== '') await run(playerPlay, { ...g1, what }, as('ada'));
  const status = async () => (await run(playerStatus, g1)).player;
  const relays = async () => (await run(relayStatus, g1)).relays;
  const decide = (decision: Parameters<typeof settings.change>[1]) =>
    settings.change('g1', decision, as('ada').actor);
  return { ...world, decide, relays, status };
}

const codeOf = async (asked: Promise<unknown>) => ((await rejection(asked)) as { code?: string }).code;

describe('a neighbour’s programme that others hear', () => {
  test('isn’t ended by a member who adds: the item waits, and follows when it is over', async () => {
    const { as, relays, remote, run, status } = await others('show@North');
    const queued = await run(playerPlay, sample, as('bo'));
    expect(queued).toMatchObject({
      outcome: 'queued',
      behind: { title: 'The Show', channelId: 'a' },
      player: { state: 'stopped', item: { title: 'guildmesh sample', addedBy: 'bo' } },
    });
    expect(await run(playerPlay, sample, as('cy'))).toMatchObject({ position: 1 });
    expect(await relays()).toMatchObject([{ title: 'The Show', community: 'North' }]);
    remote.sinks.at(-1)?.end('broadcast-ended');
    await expect.poll(async () => (await status())?.state, { timeout: 10_000 }).toBe('playing');
    expect(await status()).toMatchObject({ channelId: 'a', item: { addedBy: 'bo' }, queuedCount: 1 });
  });

  test('isn’t ended by /play, Resume or `when` of a member whose own item waits', async () => {
    const { as, relays, run } = await others('show@North');
    await run(playerPlay, sample, as('bo'));
    expect(await codeOf(run(playerPlay, g1, as('bo')))).toBe('PLAYER_DJS_ONLY');
    expect(await codeOf(run(playerResume, g1, as('bo')))).toBe('PLAYER_DJS_ONLY');
    for (const when of ['now', 'next'] as const)
      expect(await codeOf(run(playerPlay, { ...sample, when }, as('bo')))).toBe('PLAYER_DJS_ONLY');
    expect(await codeOf(run(playerPlay, { ...show, channelId: 'b' }, as('di')))).toBe('PLAYER_MOVE_DJS');
    expect(await codeOf(run(playerPlay, show, as('di')))).toBe('PLAYER_NOT_HERE');
    expect(await relays()).toMatchObject([{ title: 'The Show' }]);
    expect(await run(playerPlay, g1, as('ada'))).toMatchObject({ outcome: 'resumed' });
  });

  test('stays ended where people ended it: what waits behind it doesn’t begin by that', async () => {
    const { as, relays, run, status } = await others('show@North');
    await run(playerPlay, sample, as('bo'));
    await run(playerStop, g1, as('ada'));
    expect(await relays()).toEqual([]);
    expect(await status()).toMatchObject({ state: 'stopped', item: { addedBy: 'bo' } });
  });
});

describe('what a DJ paused', () => {
  test('stays paused when a member adds, and goes on for who may resume it', async () => {
    const { as, run, status } = await others();
    await run(playerPause, g1, as('ada'));
    expect(await run(playerPlay, sample, as('bo'))).toMatchObject({
      outcome: 'queued',
      position: 1,
      player: { state: 'paused' },
    });
    expect(await codeOf(run(playerPlay, g1, as('bo')))).toBe('PLAYER_DJS_ONLY');
    await run(playerPlay, sample, as('ada'));
    await expect.poll(async () => (await status())?.state).toBe('playing');
    expect(await status()).toMatchObject({ queuedCount: 2 });
  });

  test('goes on for a member alone with the bot', async () => {
    const { as, presence, run, status } = await others();
    await run(playerPause, g1, as('ada'));
    presence.sit('a', 'bo');
    await run(playerPlay, sample, as('bo'));
    await expect.poll(async () => (await status())?.state).toBe('playing');
  });
});

test('a resting programme that others hear is moved only by a DJ', async () => {
  const { as, relays, run } = await others();
  await run(playerConfigure, { ...g1, resting: 'tone' }, as('ada'));
  await run(playerSkip, g1, as('ada'));
  const there = { ...sample, channelId: 'b' };
  expect(await codeOf(run(playerPlay, there, as('di')))).toBe('PLAYER_MOVE_DJS');
  expect(await run(playerPlay, sample, as('di'))).toMatchObject({ outcome: 'queued' });
  expect(await relays()).toMatchObject([{ channelId: 'a' }]);
});

test('what a publisher starts meanwhile isn’t replaced by a song that was being looked for', async () => {
  const { as, relays, run, voice } = await others('');
  const joining = Promise.withResolvers<void>();
  const mayJoin = Promise.withResolvers<void>();
  const join = voice.join.bind(voice);
  voice.join = async (request) => {
    joining.resolve();
    await mayJoin.promise;
    return join(request);
  };
  const started = run(relayStart, { ...g1, channelId: 'b', broadcast: 'show@North' });
  await joining.promise;
  const played = rejection(run(playerPlay, sample, as('bo')));
  // It waits for the guild's turn by then, or is about to.
  await new Promise((resolve) => setTimeout(resolve, 50));
  mayJoin.resolve();
  await started;
  expect(await played).toMatchObject({
    code: 'PLAYER_RELAY_HERE',
    message: expect.stringMatching(/The Show.*room b/),
  });
  expect(await relays()).toMatchObject([{ title: 'The Show', channelId: 'b' }]);
});

describe('votes', () => {
  test('are gone after a kick, and when something else begins', async () => {
    const { as, run, status, voice } = await others();
    const vote = async () => {
      expect(await run(playerStop, g1, as('bo'))).toMatchObject({
        outcome: 'voted',
        player: { votes: { stop: { have: 1, need: 2 } } },
      });
    };
    await vote();
    const error = voiceErrors.VOICE_KICKED({ channelId: 'a', guildId: 'g1' });
    voice.sessions.at(-1)?.ended({ kind: 'kicked', error });
    await expect.poll(async () => (await status())?.state).toBe('stopped');
    await run(playerPlay, g1, as('ada'));
    expect((await status())?.votes).toEqual({});
    await vote();
    await run(playerPlay, show, as('ada'));
    await run(playerPlay, g1, as('ada'));
    expect((await status())?.votes).toEqual({});
    await run(playerPlay, show, as('ada'));
    await run(playerStop, g1, as('bo'));
    await run(playerPlay, { ...g1, channelId: 'a' }, as('ada'));
    expect((await status())?.votes).toEqual({});
  });

  test('count nothing once they are switched off, whoever leaves then', async () => {
    const { as, decide, presence, run, status } = await others();
    await run(playerSkip, g1, as('bo'));
    expect((await status())?.votes).toMatchObject({ skip: { have: 1, need: 2 } });
    await decide({ votes: false });
    presence.sit('a', 'bo', 'cy');
    presence.sit('a', 'bo');
    await run(playerQueue, g1);
    expect(await status()).toMatchObject({ votes: {}, item: { addedBy: 'ada' } });
    presence.sit('a', 'bo', 'cy', 'ada');
    for (const asked of [
      run(playerSkip, g1, as('bo')),
      run(playerStop, g1, as('bo')),
      run(playerClear, { ...g1, whose: 'all' }, as('bo')),
    ])
      expect(await codeOf(asked)).toBe('PLAYER_DJS_ONLY');
    await decide({ votes: true });
    expect(await run(playerSkip, g1, as('cy'))).toMatchObject({ player: { votes: { skip: { have: 1 } } } });
  });
});
