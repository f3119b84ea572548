import type { RelaySettings } from '#contracts/actions/relay.ts';
import { relaySettings } from '#contracts/actions/relay.ts';
import { type Actor, actorKey } from '#contracts/actor.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { Clock } from '#core/clock.ts';

const defaults = { onMove: 'follow', leaveAfterMs: 60_000, volumePercent: 100 } as const;

/** Each guild's settings for its relays; `defaults` for those not set. */
export class GuildSettings {
  readonly #components: { intents: IntentStore; clock: Clock };
  /** Only guilds that changed something. */
  readonly #byGuild = new Map<string, RelaySettings>();

  constructor(components: { intents: IntentStore; clock: Clock }) {
    this.#components = components;
  }

  async load(): Promise<void> {
    for (const { key, payload } of await this.#components.intents.list('relay-settings')) {
      const parsed = relaySettings.safeParse({ ...defaults, ...payload, guildId: key });
      if (parsed.success) this.#byGuild.set(key, parsed.data);
    }
  }

  of(guildId: string): RelaySettings {
    return this.#byGuild.get(guildId) ?? { guildId, ...defaults };
  }

  async change(
    actor: Actor,
    { guildId, onMove, leaveAfterMs, volumePercent }: Pick<RelaySettings, 'guildId'> & Partial<RelaySettings>,
  ): Promise<RelaySettings> {
    const before = this.of(guildId);
    const settings = {
      guildId,
      onMove: onMove ?? before.onMove,
      leaveAfterMs: leaveAfterMs ?? before.leaveAfterMs,
      volumePercent: volumePercent ?? before.volumePercent,
    };
    const { guildId: key, ...payload } = settings;
    const createdAtMs = this.#components.clock.nowMs();
    await this.#components.intents.put({
      ...{ kind: 'relay-settings', key, payload, wantedBy: actorKey(actor), createdAtMs },
    });
    this.#byGuild.set(guildId, settings);
    return settings;
  }
}
