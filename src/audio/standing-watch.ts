import { isServed, type LiveStandings, type StandingChange } from '#contracts/guild-standing.ts';
import { inBackground } from '#core/background.ts';
import type { Logger } from '#core/logger.ts';
import { turns } from '#core/turns.ts';
import type { BroadcastService } from './broadcast/broadcast-service.ts';
import type { PlayerService } from './player/player-service.ts';
import type { RelayService } from './relay/relay-service.ts';

export interface StandingWatchComponents {
  standings: LiveStandings;
  broadcasts: Pick<BroadcastService, 'endIn' | 'restore'>;
  players: Pick<PlayerService, 'endIn' | 'restore'>;
  relays: Pick<RelayService, 'endIn' | 'resume'>;
  logger: Logger;
}

/** Ends audio in a guild that is no longer served; what people wanted is kept until it is served again. */
export class StandingWatch {
  readonly #components: StandingWatchComponents;
  /** A guild may change faster than its channels are left. */
  readonly #inTurn = turns();
  #unsubscribe: (() => void) | undefined;

  constructor(components: StandingWatchComponents) {
    this.#components = components;
  }

  start(): void {
    const { standings, logger } = this.#components;
    this.#unsubscribe = standings.onChange((change) => {
      const following = this.#inTurn('', () => this.#follow(change));
      void inBackground(logger, 'error', following, 'what sounds in a guild did not follow its standing', {
        ...change,
      });
    });
  }

  stop(): void {
    this.#unsubscribe?.();
  }

  /** Decides by what the guild is now: it may have changed again meanwhile. */
  async #follow({ guildId }: StandingChange): Promise<void> {
    const { standings, broadcasts, players, relays } = this.#components;
    if (isServed(standings, guildId)) {
      await broadcasts.restore();
      await players.restore();
      await relays.resume();
    } else {
      await relays.endIn(guildId);
      await players.endIn(guildId);
      await broadcasts.endIn(guildId);
    }
  }
}
