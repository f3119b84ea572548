import { isServed, type LiveStandings, type StandingChange } from '#contracts/guild-standing.ts';
import type { Logger } from '#core/logger.ts';
import { turns } from '#core/turns.ts';
import type { BroadcastService } from './broadcast/broadcast-service.ts';
import type { RelayService } from './relay/relay-service.ts';

export interface StandingWatchComponents {
  standings: LiveStandings;
  broadcasts: Pick<BroadcastService, 'endIn' | 'restore'>;
  relays: Pick<RelayService, 'endIn' | 'resume'>;
  logger: Logger;
}

/** Ends what sounds in a guild that is served no longer; what people wanted stays wanted, for when it is again. */
export class StandingWatch {
  readonly #components: StandingWatchComponents;
  /** A guild may come and go faster than its channels are left. */
  readonly #inTurn = turns();
  #unsubscribe: (() => void) | undefined;

  constructor(components: StandingWatchComponents) {
    this.#components = components;
  }

  start(): void {
    const { standings, logger } = this.#components;
    this.#unsubscribe = standings.onChange((change) => {
      this.#inTurn('', () => this.#follow(change)).catch((err: unknown) =>
        logger.error({ err, ...change }, 'what sounds in a guild did not follow its standing'),
      );
    });
  }

  stop(): void {
    this.#unsubscribe?.();
  }

  /** By what the guild is now: it may have changed again meanwhile. */
  async #follow({ guildId }: StandingChange): Promise<void> {
    const { standings, broadcasts, relays } = this.#components;
    if (isServed(standings, guildId)) {
      await broadcasts.restore();
      await relays.resume();
    } else {
      await relays.endIn(guildId);
      await broadcasts.endIn(guildId);
    }
  }
}
