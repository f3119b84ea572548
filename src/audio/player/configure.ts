import type { z } from 'zod';
import type { playerConfigure, playerFavourite } from '#contracts/actions/player.ts';
import { roleAtLeast } from '#contracts/actor.ts';
import type { Clock } from '#core/clock.ts';
import { knownFacts } from '../source/known-facts.ts';
import { liveChannelsOf } from '../source/source-name.ts';
import type { SourceOpener } from '../source/source-opener.ts';
import { favouritesMax, type PlayerStore } from '../tables/player-store.ts';
import { playerErrors } from './errors.ts';
import type { LivePlayer } from './players.ts';
import { allOf } from './queue-model.ts';
import { type Asker, requireFree } from './rules.ts';
import { requireItem, type Stage } from './stage.ts';

export interface ConfigureComponents {
  stage: Stage;
  store: PlayerStore;
  sources: Pick<SourceOpener, 'examine'>;
  /** For all that plays in the guild, now and later. */
  setVolume: (guildId: string, percent: number) => Promise<void>;
  clock: Clock;
}

/** Loop, resting programme, volume and favourites. */
export class Configure {
  readonly #components: ConfigureComponents;

  constructor(components: ConfigureComponents) {
    this.#components = components;
  }

  async run(
    asker: Asker,
    live: LivePlayer,
    { guildId, loop, resting, volumePercent }: z.output<typeof playerConfigure.input>,
    signal: AbortSignal,
  ): Promise<void> {
    const { setVolume, stage } = this.#components;
    requireFree(asker, stage.situation(guildId));
    // What others play here, and later, is louder or quieter for publishers only: see `relay.volume`.
    if (volumePercent !== undefined && !stage.running(guildId)?.isPlayers)
      if (!roleAtLeast(asker.role, 'publisher')) throw playerErrors.PLAYER_NOTHING_PLAYS();
    if (resting !== undefined) await this.#rest(asker, live, resting, signal);
    if (loop !== undefined) await live.player.change({ ...live.player.queue, loop });
    if (volumePercent !== undefined) await setVolume(guildId, volumePercent);
  }

  /** Throws PLAYER_DJS_ONLY, PLAYER_LIVE_CHANNEL and what examining a source throws. */
  async #rest(asker: Asker, live: LivePlayer, resting: string, signal: AbortSignal): Promise<void> {
    const { sources, stage } = this.#components;
    const { player } = live;
    // It stays when everybody has left, so being alone for a moment isn't enough.
    if (!asker.isDj) throw playerErrors.PLAYER_DJS_ONLY();
    const name = resting === '' ? undefined : resting;
    if (name !== undefined) {
      if (liveChannelsOf([name]).length > 0) throw playerErrors.PLAYER_LIVE_CHANNEL();
      await sources.examine([name], player.guildId, stage.audience(player.guildId));
    }
    await player.setResting(name);
    live.sound?.setResting(name);
    const relay = stage.relayOf(live);
    // It stays in its channel as long as there is a resting programme, else only while somebody is there.
    if (relay) await stage.enter(live, relay.channelId, signal);
  }

  /** Throws PLAYER_DJS_ADD, PLAYER_ITEM_GONE, PLAYER_FAVOURITES_FULL. */
  async favourite(
    asker: Asker,
    { player }: LivePlayer,
    { guildId, itemId, keep }: z.output<typeof playerFavourite.input>,
  ): Promise<{ title: string; kept: boolean }> {
    const { clock, stage, store } = this.#components;
    if (stage.settings(guildId).whoAdds === 'djs' && !asker.isDj) throw playerErrors.PLAYER_DJS_ADD();
    const { facts, source } = requireItem(allOf(player.queue), itemId);
    if (keep) {
      const kept = { source, facts: knownFacts(facts) };
      if (!(await store.keepFavourite(guildId, kept, clock.nowMs())))
        throw playerErrors.PLAYER_FAVOURITES_FULL({ favouritesMax });
    } else await store.dropFavourite(guildId, source);
    return { title: facts.title, kept: keep };
  }
}
