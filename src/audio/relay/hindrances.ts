import type { Announcer, GuildDirectory, StageSpeaker } from '#contracts/discord.ts';
import { inBackground } from '#core/background.ts';
import type { Clock, Timer } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { Hindrance } from '../voice-contract.ts';
import { relayErrors } from './errors.ts';

export interface HindrancesComponents {
  guilds: GuildDirectory;
  stage: StageSpeaker;
  announcer: Announcer;
  clock: Clock;
  logger: Logger;
}

/** Discord first reports the entry as audience, and a moment later the result of our own request to speak. */
const settleMs = 300;
/** A moderator who sends the bot to the audience again and again means it. */
const speakTriesMax = 3;
const speakTriesForgottenMs = 600_000;
/** Reported once in this time, however often it changes. */
const tellPauseMs = 60_000;

/**
 * What a relay does when members keep people from hearing it: on a stage it asks to speak, otherwise it posts a notice.
 */
export class RelayHindrances {
  readonly #components: HindrancesComponents;
  #now: Hindrance | undefined;
  #timer: Timer | undefined;
  #triesAtMs: number[] = [];
  #toldAtMs: Partial<Record<Hindrance, number>> = {};

  constructor(components: HindrancesComponents) {
    this.#components = components;
  }

  /** Call it with undefined also when the bot is no longer in the channel. */
  changed(by: Hindrance | undefined, place: { guildId: string; channelId: string }): void {
    this.#now = by;
    this.#timer?.cancel();
    if (by === undefined || by === 'deafened') return;
    this.#timer = this.#components.clock.after(settleMs, () => {
      const reacted = by === 'muted' ? this.#tell('muted', place) : this.#speak(place);
      void inBackground(this.#components.logger, 'warn', reacted, 'could not react to being silenced', place);
    });
  }

  async #speak(place: { guildId: string; channelId: string }): Promise<void> {
    const { clock, guilds, stage } = this.#components;
    const { guildId, channelId } = place;
    if (guilds.voiceChannel(guildId, channelId)?.kind !== 'stage') return this.#tell('suppressed', place);
    const nowMs = clock.monotonicMs();
    this.#triesAtMs = this.#triesAtMs.filter((atMs) => nowMs - atMs < speakTriesForgottenMs);
    if (this.#triesAtMs.length >= speakTriesMax) return this.#tell('suppressed', place);
    this.#triesAtMs.push(nowMs);
    if ((await stage.speak(guildId, channelId)) === 'refused') await this.#tell('suppressed', place);
  }

  async #tell(what: 'muted' | 'suppressed', { guildId, channelId }: { guildId: string; channelId: string }) {
    const { announcer, clock, guilds } = this.#components;
    if (this.#now !== what) return;
    const nowMs = clock.monotonicMs();
    const toldAtMs = this.#toldAtMs[what];
    if (toldAtMs !== undefined && nowMs - toldAtMs < tellPauseMs) return;
    this.#toldAtMs[what] = nowMs;
    const channel = guilds.voiceChannel(guildId, channelId);
    const details = { channel: channel?.name ?? channelId };
    const error =
      what === 'muted'
        ? relayErrors.RELAY_MUTED(details)
        : channel?.kind === 'stage'
          ? relayErrors.RELAY_STAGE_SUPPRESSED(details)
          : relayErrors.RELAY_SUPPRESSED(details);
    await announcer.announce(channelId, `${error.message} ${error.next}`);
  }
}
