import type { GuildDirectory } from '#contracts/discord.ts';
import { type GuildmeshError, isGuildmeshError, problemOf } from '#core/errors.ts';
import type { RelayEnd } from '../relay/relay-machine-model.ts';
import type { GoneRelay } from '../relay/running-relay.ts';
import { playerErrors } from './errors.ts';
import type { Play } from './play.ts';
import type { LivePlayer, Players } from './players.ts';
import { inPhase } from './queue-model.ts';
import type { Stage } from './stage.ts';
import { noVotes } from './votes.ts';

const endedByPeople: ReadonlySet<RelayEnd> = new Set(['kicked', 'replaced', 'channel-gone', 'not-home']);

export interface EndingsComponents {
  players: Players;
  stage: Stage;
  play: Pick<Play, 'follow'>;
  guilds: Pick<GuildDirectory, 'voiceChannels'>;
  /** Runs it in the guild's turn; a failure is logged. */
  quietly: (guildId: string, run: () => Promise<void>) => void;
}

/** What becomes of a player when what it had started ends. */
export class Endings {
  readonly #components: EndingsComponents;

  constructor(components: EndingsComponents) {
    this.#components = components;
  }

  /** It was ended by `/relay stop`, by another start, a kick, the end of its channel or of its broadcast. */
  gone(gone: GoneRelay): void {
    const { players, stage } = this.#components;
    const { guildId, reference } = gone;
    const live = players.of(guildId);
    if (!live || stage.relayOf(live)) return;
    if (!stage.running(guildId)?.isPlayers) live.player.setVotes(noVotes);
    if (reference === live.player.playerId) this.#ownGone(live, gone);
    else if (reference === live.player.behind) this.#neighboursGone(live, gone);
  }

  /** After a restart: behind what plays in its channel again, or behind nothing. */
  async waitsAgain(live: LivePlayer): Promise<void> {
    const { player } = live;
    live.waitedBehind = false;
    await player.waitBehind(this.#components.stage.neighboursIn(player.guildId)?.reference);
    if (player.behind === undefined) await this.stopped(live);
  }

  async stopped(live: LivePlayer): Promise<void> {
    await live.player.change(inPhase(live.player.queue, 'stopped'));
    await live.player.keep();
    this.#components.players.stopSound(live);
  }

  #ownGone(live: LivePlayer, gone: GoneRelay): void {
    const { quietly, stage } = this.#components;
    const why = this.#whyGone(gone);
    quietly(gone.guildId, async () => {
      // Another start may have brought it back meanwhile.
      if (stage.relayOf(live)) return;
      await this.stopped(live);
      if (why) live.player.setProblem(problemOf(why));
    });
  }

  #whyGone({ channelId, end, guildId }: GoneRelay): GuildmeshError | undefined {
    if (end === 'channel-gone') return playerErrors.PLAYER_CHANNEL_GONE();
    if (end !== 'kicked') return undefined;
    const channel = this.#components.guilds.voiceChannels(guildId).find(({ id }) => id === channelId);
    return playerErrors.PLAYER_KICKED({ channel: channel?.name ?? channelId });
  }

  /** Unless people ended it, what was queued behind it has its turn. */
  #neighboursGone(live: LivePlayer, { channelId, end, guildId }: GoneRelay): void {
    const { play, quietly } = this.#components;
    const { player } = live;
    void player.waitBehind(undefined);
    if (end === undefined || endedByPeople.has(end)) return;
    quietly(guildId, async () => {
      try {
        await play.follow(live, channelId, new AbortController().signal);
      } catch (error) {
        if (!isGuildmeshError(error)) throw error;
        player.setProblem(problemOf(error));
      }
    });
  }
}
