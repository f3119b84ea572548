import { expect, test } from 'vitest';
import { Endings, type EndingsComponents } from '#audio/player/endings.ts';
import { playerErrors } from '#audio/player/errors.ts';
import { GuildPlayer } from '#audio/player/guild-player.ts';
import type { QueueKeeper } from '#audio/player/queue-keeper.ts';
import { added, emptyQueue } from '#audio/player/queue-model.ts';
import { noVotes, withVote } from '#audio/player/votes.ts';
import type { RelayEnd } from '#audio/relay/relay-machine-model.ts';

const item = { id: 'i', source: 's', facts: { title: 'S' }, addedBy: 'ada', addedByName: 'ADA' };

/** A player that plays in channel a, or waits behind a neighbour's programme; nothing runs any more. */
async function ending(behind?: string) {
  const keeper = { save: async () => {}, position: () => {}, settled: async () => {} };
  const parts = { keeper: keeper as unknown as QueueKeeper, onChange: () => {}, onHeard: () => {} };
  const player = new GuildPlayer(parts, { guildId: 'g1', playerId: 'p1' });
  await player.change({ ...added(emptyQueue, [item], 'last'), phase: behind ? 'stopped' : 'going' });
  await player.waitBehind(behind);
  player.setVotes(withVote(noVotes, 'stop', 'bo'));
  const live = { player, sound: undefined };
  const followed: string[] = [];
  const running: Promise<void>[] = [];
  const endings = new Endings({
    players: { of: () => live, stopSound: () => {} },
    stage: { relayOf: () => undefined, running: () => undefined },
    play: {
      async follow(_live: unknown, channelId: string) {
        followed.push(channelId);
        throw playerErrors.PLAYER_TOO_MANY({ playersMax: 1 });
      },
    },
    guilds: { voiceChannels: () => [] },
    quietly: (_guildId: string, run: () => Promise<void>) => void running.push(run()),
  } as unknown as EndingsComponents);
  const gone = async (reference: string, end: RelayEnd | undefined) => {
    endings.gone({ guildId: 'g1', channelId: 'a', reference, end });
    await Promise.all(running);
    return {
      problem: player.problem?.code,
      phase: player.queue.phase,
      votes: player.votes.stop.size,
      followed,
    };
  };
  return { gone };
}

test.each([
  ['channel-gone', 'PLAYER_CHANNEL_GONE'],
  ['kicked', 'PLAYER_KICKED'],
  [undefined, undefined],
] as const)(
  'a player whose relay is over (%s) is stopped, with the reason, and without votes',
  async (end, problem) => {
    const { gone } = await ending();
    expect(await gone('p1', end)).toEqual({ problem, phase: 'stopped', votes: 0, followed: [] });
  },
);

test.each(['broadcast-ended', 'revoked', 'narrowed', 'unserved'] as const)(
  'what waits behind a programme that ends on its own (%s) has its turn, or says why not',
  async (end) => {
    const { gone } = await ending('show@North');
    expect(await gone('show@North', end)).toMatchObject({ followed: ['a'], problem: 'PLAYER_TOO_MANY' });
    // Once.
    expect(await gone('show@North', end)).toMatchObject({ followed: ['a'] });
  },
);

test.each(['kicked', 'replaced', 'channel-gone', 'not-home', undefined] as const)(
  'what waits behind a programme that people ended (%s) stays where it is, as behind another one',
  async (end) => {
    const { gone } = await ending('show@North');
    expect(await gone('other@North', 'broadcast-ended')).toMatchObject({ followed: [] });
    expect(await gone('show@North', end)).toMatchObject({ followed: [], votes: 0, phase: 'stopped' });
  },
);
