import type { ArrivedGuild, GuildArrivals } from '#contracts/guild-arrivals.ts';
import type { Clock } from '#core/clock.ts';
import { turns } from '#core/turns.ts';
import type { ArrivalStore } from '../tables/arrival-store.ts';
import type { GuildSettingStore } from '../tables/guild-setting-store.ts';

/** A hello to a guild that invited the bot while the hub was off comes only this long after. */
const lateMaxMs = 3 * 86_400_000;

export interface ArrivalsComponents {
  store: ArrivalStore;
  settings: Pick<GuildSettingStore, 'adopt'>;
  /** Called after settings were written past it. */
  settingsChanged: () => Promise<void>;
  clock: Pick<Clock, 'nowMs'>;
}

/**
 * Knows each guild from its first sight on. Guilds that the bot is in at its first login are met and not greeted:
 * they didn't invite it just now, and after an update they have known it for long.
 */
export class Arrivals implements GuildArrivals {
  readonly #components: ArrivalsComponents;
  readonly #inTurn = turns();

  constructor(components: ArrivalsComponents) {
    this.#components = components;
  }

  loggedIn(joined: readonly ArrivedGuild[]): Promise<void> {
    return this.#inTurn('', async () => {
      const { store, settings, settingsChanged, clock } = this.#components;
      const nowMs = clock.nowMs();
      const [known, start] = await Promise.all([store.known(), store.start()]);
      const met = joined.filter(({ id }) => !known.has(id));
      if (start?.wasInUse && met.length > 0) {
        for (const { id } of met)
          await settings.adopt(id, { membersSeeLibrary: false }, 'system:update', nowMs);
        await settingsChanged();
      }
      const isLate = ({ joinedAtMs }: ArrivedGuild) =>
        joinedAtMs === undefined || nowMs - joinedAtMs > lateMaxMs;
      await store.add(
        met.map((guild) => ({ guildId: guild.id, greeted: start !== undefined || isLate(guild) })),
        nowMs,
      );
    });
  }

  joined(guildId: string): Promise<void> {
    const { store, clock } = this.#components;
    return this.#inTurn('', () => store.add([{ guildId, greeted: false }], clock.nowMs()));
  }

  claimHello(guildId: string): Promise<boolean> {
    return this.#components.store.greet(guildId);
  }
}
