import type { EndedRelayView } from '#contracts/actions/relay.ts';
import type { WantedRelay } from './relay.ts';
import type { RelayEnd } from './relay-machine-model.ts';

/** Guilds whose last end is remembered; the one that ended longest ago is forgotten first. */
const guildsMax = 1_000;

/** Why the last relay of a guild is over, where nobody there has ended it: for cards that are looked at later. */
export class LastEnded {
  readonly #byGuild = new Map<string, EndedRelayView>();

  of(guildId: string): EndedRelayView | undefined {
    return this.#byGuild.get(guildId);
  }

  begun(guildId: string): void {
    this.#byGuild.delete(guildId);
  }

  add({ channelId, community, guildId, title }: WantedRelay, end: RelayEnd): void {
    this.#byGuild.delete(guildId);
    if (end !== 'broadcast-ended' && end !== 'unserved' && end !== 'narrowed' && end !== 'revoked') return;
    this.#byGuild.set(guildId, { channelId, community, title, why: end });
    const [oldest] = this.#byGuild.keys();
    if (this.#byGuild.size > guildsMax && oldest !== undefined) this.#byGuild.delete(oldest);
  }
}
