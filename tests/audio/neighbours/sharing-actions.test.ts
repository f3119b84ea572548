import { expect, test } from 'vitest';
import { audioErrors } from '#audio/errors.ts';
import type { Sharing } from '#audio/neighbours/sharing.ts';
import { sharingActions } from '#audio/neighbours/sharing-actions.ts';
import type { PlayerView } from '#contracts/actions/player.ts';
import { playerShare, playerUnshare } from '#contracts/actions/player-sharing.ts';
import { actOn } from '../../mesh/support/hub.ts';
import { rejection } from '../../support/rejection.ts';
import { manager, ours } from './support.ts';

const view: PlayerView = {
  ...{ guildId: ours, playerId: 'player', state: 'playing', positionMs: 0, queuedCount: 0, loop: 'off' },
  ...{ volumePercent: 100, votes: {}, listenersHere: 1, sharedWith: [] },
};
const promised = audioErrors.AUDIO_RECORDING_PROMISED({ recording: 'r', promised: 'p', wanted: 'w' });

function underTest(sources: string[]) {
  const shared: unknown[] = [];
  const sharing: Pick<Sharing, 'share' | 'unshare'> = {
    share: async (_, guildId, peerIds, { widen }) => {
      await widen(async () => {});
      shared.push([guildId, peerIds]);
      return { nodeStarted: false, trusted: ['South'] };
    },
    unshare: async (_, guildId, peerIds) => void shared.push([guildId, peerIds]),
  };
  const actions = sharingActions({
    sharing: sharing as Sharing,
    players: { view: () => view, sourcesOf: () => sources, inTurn: (_, run) => run() },
    sources: {
      async examine([name = '']) {
        if (name === 'artifact:promised') throw promised;
        if (name === 'artifact:gone') throw audioErrors.AUDIO_ARTIFACT_GONE();
        if (!name.startsWith('artifact:')) throw new Error(`${name} needed no look`);
      },
    },
  });
  const act = actOn(actions);
  const input = { guildId: ours, peerIds: ['south'] };
  const signal = new AbortController().signal;
  return {
    shared,
    share: () => act(playerShare, input, signal, manager),
    unshare: () => act(playerUnshare, input, signal, manager),
  };
}

test('sharing adds those that were picked, and answers with the player as it is then', async () => {
  const { share, unshare, shared } = underTest(['sample', 'artifact:fine', 'artifact:gone']);
  expect(await share()).toEqual({ player: view, nodeStarted: false, trusted: ['South'] });
  expect(await unshare()).toEqual({ player: view });
  expect(shared).toEqual([
    [ours, ['south']],
    [ours, ['south']],
  ]);
});

test('while a recording for fewer people is queued, it is shared with nobody', async () => {
  const { share, shared } = underTest(['sample', 'artifact:promised']);
  expect(await rejection(share())).toBe(promised);
  expect(shared).toEqual([]);
});
