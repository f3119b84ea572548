import type { AuditTrail } from '#contracts/audit.ts';
import type { VoicePresence } from '#contracts/discord.ts';
import type { GuildSettingsReader } from '#contracts/guild-settings.ts';
import type { IntentStore } from '#contracts/intents.ts';
import { inBackground } from '#core/background.ts';
import { withDeadline } from '#core/deadline.ts';
import type { turns } from '#core/turns.ts';
import { type BringUpComponents, type BroughtUp, bringUp } from './bring-up.ts';
import { endRow } from './end-row.ts';
import { relayErrors } from './errors.ts';
import { type HindrancesComponents, RelayHindrances } from './hindrances.ts';
import { KeptRelay } from './kept-relay.ts';
import type { WantedRelay } from './relay.ts';
import type { RelayEffect, RelayEnd } from './relay-machine-model.ts';
import type { RelayNews } from './relay-news.ts';
import { restartOf, restartRow } from './restarts.ts';

export interface KeptRelaysComponents extends BringUpComponents, HindrancesComponents {
  intents: IntentStore;
  presence: VoicePresence;
  audit: AuditTrail;
  settings: GuildSettingsReader;
  news: RelayNews;
  /** Starts, stops and tries of one guild run one after another. */
  inTurn: ReturnType<typeof turns>;
  /** It is over and wanted no more; `end` says why where no person asked for that. */
  onGone: (wanted: WantedRelay, end: RelayEnd | undefined) => void;
}

/** All relays that play or are to play again, until they are over. */
export class KeptRelays {
  readonly #components: KeptRelaysComponents;
  readonly #relays = new Set<KeptRelay>();
  /** The channel being joined, by guild. */
  readonly #starting = new Map<string, string>();

  constructor(components: KeptRelaysComponents) {
    this.#components = components;
  }

  get size(): number {
    return this.#relays.size;
  }

  [Symbol.iterator](): Iterator<KeptRelay> {
    return this.#relays.values();
  }

  inGuild(guildId: string): KeptRelay[] {
    return [...this.#relays].filter((relay) => relay.wanted.guildId === guildId);
  }

  playingStream(key: string): KeptRelay[] {
    return [...this.#relays].filter(({ playing }) => playing?.lease.stream.key === key);
  }

  isStarting(guildId: string): boolean {
    return this.#starting.has(guildId);
  }

  /** Only an auto relay waits for people. */
  attended({ guildId, channelId, mode }: Pick<WantedRelay, 'guildId' | 'channelId' | 'mode'>): boolean {
    return mode !== 'auto' || this.#components.presence.listenerCount(guildId, channelId) > 0;
  }

  /** Plays a relay again, in the background, that was wanted before this process started. */
  takeUp(wanted: WantedRelay): void {
    const relay = this.#create(wanted, { phase: 'idle', attended: this.attended(wanted) });
    this.#relays.add(relay);
    relay.takeUp();
  }

  /**
   * Starts one for a person, in the guild's turn. Earlier relays of the guild end after the new one plays or waits for
   * people. Throws the reason if it can't play; then nothing has changed.
   */
  async start(wanted: WantedRelay, attended: boolean, signal: AbortSignal): Promise<KeptRelay> {
    const before = this.inGuild(wanted.guildId);
    const relay = this.#create(wanted, { phase: attended ? 'starting' : 'idle', attended });
    if (attended) await this.#begin(relay, signal);
    if (!relay.over) this.#relays.add(relay);
    // A new session took over the guild's voice connection: leaving the old one would end it.
    for (const old of before) await old.end({ leave: !attended, wish: 'forget' });
    await relay.establish();
    // Somebody may have come or left meanwhile.
    relay.countPeople();
    return relay;
  }

  async #begin(relay: KeptRelay, signal: AbortSignal): Promise<void> {
    const { guildId, channelId } = relay.wanted;
    this.#starting.set(guildId, channelId);
    await relay.begin(signal).finally(() => this.#starting.delete(guildId));
  }

  #create(wanted: WantedRelay, init: { phase: 'starting' | 'idle'; attended: boolean }): KeptRelay {
    return new KeptRelay(
      {
        ...this.#components,
        hindrances: new RelayHindrances(this.#components),
        bringUp: (wish, timeoutMs, signal) => this.#bringUp(wish, timeoutMs, signal),
        people: ({ guildId, channelId }) => ({
          listenerCount: this.#components.presence.listenerCount(guildId, channelId),
          leaveAfterMs: this.#components.settings.of(guildId).leaveAfterMs,
        }),
        joinsNow: (guildId, channelId) => this.#starting.get(guildId) === channelId,
        taken: (relay) =>
          this.inGuild(relay.wanted.guildId).some((other) => other !== relay && other.playing !== undefined),
        announce: (relay, error) => this.#components.news.tell(relay, `${error.message} ${error.next}`),
        over: (relay, how) => this.#over(relay, how),
      },
      wanted,
      init,
    );
  }

  #over(relay: KeptRelay, { end, error, wish }: Extract<RelayEffect, { do: 'over' }>): void {
    this.#relays.delete(relay);
    if (wish === 'forget') this.#components.onGone(relay.wanted, end);
    if (!end) return;
    this.#components.news.ended(relay, end, error);
    if (end !== 'kicked' && end !== 'channel-gone') return;
    const { audit, clock, logger, settings } = this.#components;
    const mayRestart = restartRow(restartOf(settings, relay.wanted));
    const recorded = audit.record(endRow(relay.wanted, end, { error, atMs: clock.nowMs(), mayRestart }));
    void inBackground(logger, 'warn', recorded, 'audit row of an ended relay not written');
  }

  async #bringUp(wanted: WantedRelay, timeoutMs: number, signal: AbortSignal): Promise<BroughtUp> {
    const settings = this.#components.settings.of(wanted.guildId);
    const brought = await withDeadline(
      this.#components.clock,
      timeoutMs,
      signal,
      (inTime) => bringUp(this.#components, { ...settings, ...wanted }, inTime),
      { late: () => relayErrors.RELAY_TIMEOUT({ timeoutMs }) },
    );
    const { volumePercent } = this.#components.settings.of(wanted.guildId);
    if (volumePercent !== settings.volumePercent) brought.session.setVolume(volumePercent);
    return brought;
  }
}
