import { type AnyAction, implement } from '#contracts/action.ts';
import type { PlayerView } from '#contracts/actions/player.ts';
import { playerShare, playerShareList, playerUnshare } from '#contracts/actions/player-sharing.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { SourceOpener } from '../source/source-opener.ts';
import type { Sharing } from './sharing.ts';

/** What sharing needs of the players of this hub. */
export interface SharedPlayers {
  /** A new one where the guild had none. */
  view(guildId: string): PlayerView;
  /** What it plays, has queued, and plays when nothing is queued; as the source opener takes it. */
  sourcesOf(guildId: string): readonly string[];
  /** In the turn of its changes: nothing is queued meanwhile. */
  inTurn<T>(guildId: string, run: () => Promise<T>): Promise<T>;
}

export interface SharingActionsComponents {
  sharing: Sharing;
  players: SharedPlayers;
  sources: Pick<SourceOpener, 'examine'>;
}

export function sharingActions({ sharing, players, sources }: SharingActionsComponents): AnyAction[] {
  return [
    implement(playerShareList, ({ actor }, { guildId }) => sharing.candidates(actor, guildId)),
    implement(playerShare, async ({ actor, signal }, { guildId, peerIds }) => {
      const require = () => requireForOthers(sources, guildId, players.sourcesOf(guildId));
      // Before anybody is trusted for it; and once more at the end, since starting the node and trusting take a while.
      await require();
      const widen = (put: () => Promise<void>) =>
        players.inTurn(guildId, async () => {
          signal.throwIfAborted();
          await require();
          await put();
        });
      const { nodeStarted, trusted } = await sharing.share(actor, guildId, peerIds, { signal, widen });
      return { player: players.view(guildId), nodeStarted, trusted };
    }),
    implement(playerUnshare, async ({ actor }, { guildId, peerIds }) => {
      await sharing.unshare(actor, guildId, peerIds);
      return { player: players.view(guildId) };
    }),
  ];
}

/**
 * People in a recording were told who hears it: while one for fewer is queued, nobody else is added. Throws
 * AUDIO_RECORDING_PROMISED. Whatever is queued later is checked when it is opened.
 */
async function requireForOthers(
  sources: Pick<SourceOpener, 'examine'>,
  guildId: string,
  queued: readonly string[],
): Promise<void> {
  for (const name of queued.filter((each) => each.startsWith('artifact:')))
    await sources.examine([name], guildId, 'neighbours').catch((error: unknown) => {
      // One that is gone is skipped when its turn comes.
      if (!isGuildmeshError(error) || error.code === 'AUDIO_RECORDING_PROMISED') throw error;
    });
}
