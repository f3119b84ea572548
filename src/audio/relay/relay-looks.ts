import type { RelayView } from '#contracts/actions/relay.ts';
import type { CommunityDirectory } from '#contracts/communities.ts';
import type { GuildDirectory } from '#contracts/discord.ts';
import type { GuildSettingsReader } from '#contracts/guild-settings.ts';
import type { Clock } from '#core/clock.ts';
import { withName } from '../reference.ts';
import type { KeptRelay } from './kept-relay.ts';
import { PacketRate } from './packet-rate.ts';
import { type RelayFacts, relayView, titleHeard } from './relay.ts';

export interface RelayLooksComponents {
  clock: Clock;
  communities: CommunityDirectory;
  guilds: GuildDirectory;
  settings: GuildSettingsReader;
}

/** Views of relays for people. */
export class RelayLooks {
  readonly #components: RelayLooksComponents;
  readonly #rates = new WeakMap<RelayFacts, PacketRate>();

  constructor(components: RelayLooksComponents) {
    this.#components = components;
  }

  view(relay: RelayFacts): RelayView {
    const { clock, communities, guilds, settings } = this.#components;
    const { volumePercent } = settings.of(relay.wanted.guildId);
    const named = (source: string) => withName(communities, source);
    const view = { ...relayView(guilds, relay, clock.nowMs(), named), volumePercent };
    const rate = this.#rates.get(relay) ?? new PacketRate();
    this.#rates.set(relay, rate);
    const packetsPerSecond = rate.read(view.framesPlayed, clock.monotonicMs());
    return packetsPerSecond === undefined ? view : { ...view, packetsPerSecond };
  }
}

/** Texts for the status lines of channels, by channel. A relay that is about to leave has cleared its own. */
export function statusLines(
  relays: Iterable<KeptRelay>,
): ReadonlyMap<string, { guildId: string; title: string }> {
  const playing = [...relays].filter((relay) => relay.playing && !relay.stopping);
  return new Map(
    playing.map((relay) => [
      relay.wanted.channelId,
      { guildId: relay.wanted.guildId, title: `🔊 ${titleHeard(relay)}` },
    ]),
  );
}
