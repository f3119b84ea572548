import type { GuildSettings } from '#contracts/actions/guild-settings.ts';
import { relaySettings } from '#contracts/actions/relay.ts';
import { type Actor, actorKey } from '#contracts/actor.ts';
import type { GuildDecision, GuildSettingsKeeper, NoticesChannels } from '#contracts/guild-settings.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { WallTime } from '#contracts/wall-time.ts';
import type { Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { Rounds } from '#core/rounds.ts';
import type { GuildSettingStore, KeptDecision } from '../tables/guild-setting-store.ts';

/** Another process on the same database may have changed something. */
const readAgainMs = 30_000;

const defaults: Omit<GuildSettings, 'guildId'> = {
  whoAdds: 'everybody',
  votes: true,
  membersSeeLibrary: true,
  onMove: 'follow',
  leaveAfterMs: 60_000,
  volumePercent: 100,
};

export interface GuildSettingsComponents {
  store: GuildSettingStore;
  /** Holds the settings of relays of before, until they are taken over. */
  intents: IntentStore;
  /** Late: those who answer are built after this. */
  notices: () => NoticesChannels;
  wallTime: () => WallTime;
  clock: Clock;
  logger: Logger;
}

/** What each guild has decided, in memory and in the database. */
export class GuildSettingsDesk implements GuildSettingsKeeper, Startable {
  readonly name = 'guild settings';
  readonly #components: GuildSettingsComponents;
  readonly #shared: boolean;
  readonly #listeners = new Set<(guildId: string) => void>();
  #decided: ReadonlyMap<string, KeptDecision> = new Map();
  readonly #notices = new Map<string, string>();
  #unfollow: (() => void) | undefined;
  readonly #rereads: Rounds;

  /** `shared`: other processes work on the same database. */
  constructor(components: GuildSettingsComponents, init: { shared: boolean }) {
    this.#components = components;
    this.#shared = init.shared;
    this.#rereads = new Rounds(components, {
      everyMs: readAgainMs,
      run: () => this.read(),
      failed: (err) => components.logger.warn({ err }, 'settings of guilds could not be read'),
    });
  }

  async start(): Promise<void> {
    await this.#takeOver();
    this.#unfollow = this.#components.notices().onChange((guildId, channelId) => {
      if (channelId === undefined) this.#notices.delete(guildId);
      else this.#notices.set(guildId, channelId);
      this.#tell(guildId);
    });
    await this.read();
    if (this.#shared) this.#rereads.beginLater();
  }

  stop(): void {
    void this.#rereads.stop();
    this.#unfollow?.();
  }

  of(guildId: string): GuildSettings {
    const noticesChannelId = this.#notices.get(guildId);
    return {
      guildId,
      ...defaults,
      ...this.#decided.get(guildId),
      ...(noticesChannelId !== undefined && { noticesChannelId }),
    };
  }

  onChange(listener: (guildId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Throws SCHEDULE_ZONE_UNKNOWN, ALERTS_CHANNEL_CLOSED; then nothing has changed. */
  async change(guildId: string, decision: GuildDecision, by: Actor): Promise<GuildSettings> {
    const { store, notices, wallTime, clock } = this.#components;
    const { noticesChannelId, ...rest } = decision;
    const zone = typeof rest.zone === 'string' ? wallTime().zone(rest.zone) : rest.zone;
    // First what may be refused.
    if (noticesChannelId !== undefined) await notices().set(guildId, noticesChannelId ?? undefined, by);
    if (Object.values(rest).some((value) => value !== undefined)) {
      const kept = await store.change(guildId, { ...rest, zone }, actorKey(by), clock.nowMs());
      this.#decided = new Map(this.#decided).set(guildId, kept);
      this.#tell(guildId);
    }
    return this.of(guildId);
  }

  /** Reads everything again: another part has written. */
  async read(): Promise<void> {
    const { store, notices } = this.#components;
    const [kept, channels] = await Promise.all([store.list(), notices().list()]);
    const before = new Map([...this.#knownGuilds()].map((guildId) => [guildId, this.of(guildId)]));
    this.#decided = new Map(kept.map(({ guildId, decided }) => [guildId, decided]));
    this.#notices.clear();
    for (const { guildId, channelId } of channels) this.#notices.set(guildId, channelId);
    for (const guildId of new Set([...before.keys(), ...this.#knownGuilds()]))
      if (JSON.stringify(before.get(guildId)) !== JSON.stringify(this.of(guildId))) this.#tell(guildId);
  }

  #knownGuilds(): Set<string> {
    return new Set([...this.#decided.keys(), ...this.#notices.keys()]);
  }

  /**
   * Relay settings of before were kept as intents, and so such a guild is one of before. What it has decided since
   * counts more.
   */
  async #takeOver(): Promise<void> {
    const { intents, store, clock } = this.#components;
    for (const { key, payload, wantedBy } of await intents.list('relay-settings')) {
      const before = relaySettings.omit({ guildId: true }).partial().safeParse(payload);
      const decided = { ...before.data, membersSeeLibrary: false };
      await store.adopt(key, decided, wantedBy, clock.nowMs());
      await intents.remove('relay-settings', key);
    }
  }

  #tell(guildId: string): void {
    for (const listener of this.#listeners) listener(guildId);
  }
}
