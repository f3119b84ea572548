import type { EndedRelayView } from '#contracts/actions/relay.ts';
import { homeGuildsMax } from '#contracts/home-guild-store.ts';
import { Latest } from '#core/latest.ts';
import type { WantedRelay } from './relay.ts';
import type { RelayEnd } from './relay-machine-model.ts';

/** Why the last relay of a guild is over, where nobody there has ended it: for cards that are looked at later. */
export class LastEnded {
  readonly #byGuild = new Latest<string, EndedRelayView>({ countMax: homeGuildsMax });

  of(guildId: string): EndedRelayView | undefined {
    return this.#byGuild.get(guildId);
  }

  begun(guildId: string): void {
    this.#byGuild.delete(guildId);
  }

  add({ channelId, community, guildId, title }: WantedRelay, end: RelayEnd): void {
    this.begun(guildId);
    if (end !== 'broadcast-ended' && end !== 'unserved' && end !== 'narrowed' && end !== 'revoked') return;
    this.#byGuild.set(guildId, { channelId, community, title, why: end });
  }
}
