import type { GatewayVoiceStateUpdateData } from 'discord-api-types/v10';
import type { Clock, Timer } from '#core/clock.ts';
import { voiceSendBurstMax, voiceSendRetryMs, voiceSendsPerMinuteMax } from './limits.ts';

type Item =
  | {
      guildId: string;
      send: (payload: GatewayVoiceStateUpdateData) => boolean;
      payload: GatewayVoiceStateUpdateData;
    }
  | { guildId: string; run: () => void };

/**
 * Paces op 4: the gateway takes 120 sends a minute in total, and fifty guilds rejoining at once would use them up. For
 * one guild at most a leave and a join wait, because later requests replace earlier ones.
 */
export class VoiceStateQueue {
  readonly #clock: Clock;
  readonly #msPerToken: number;
  #items: Item[] = [];
  #tokens = voiceSendBurstMax;
  #filledAtMs: number;
  #timer: Timer | undefined;
  /** The timer is for a retry, not for the next token: requests that come meanwhile needn't wait for it. */
  #refused = false;

  constructor(components: { clock: Clock }, init: { sendsPerMinuteMax?: number | undefined } = {}) {
    this.#clock = components.clock;
    this.#msPerToken = 60_000 / (init.sendsPerMinuteMax ?? voiceSendsPerMinuteMax);
    this.#filledAtMs = components.clock.monotonicMs();
  }

  get waitingCount(): number {
    return this.#items.length;
  }

  send(payload: GatewayVoiceStateUpdateData, send: (payload: GatewayVoiceStateUpdateData) => boolean): void {
    const guildId = payload.guild_id;
    const leaving = payload.channel_id === null;
    this.#items = this.#items.filter(
      (item) => item.guildId !== guildId || 'run' in item || (!leaving && item.payload.channel_id === null),
    );
    this.#items.push({ guildId, payload, send });
    this.#pump();
  }

  /** Drops waiting requests for a channel: the guild is no longer wanted, or a kick ended it. */
  dropJoins(guildId: string): void {
    this.#items = this.#items.filter(
      (item) => item.guildId !== guildId || 'run' in item || item.payload.channel_id === null,
    );
  }

  /** Runs once everything queued for the guild so far has been sent. */
  after(guildId: string, run: () => void): void {
    if (!this.#items.some((item) => item.guildId === guildId)) {
      run();
      return;
    }
    this.#items.push({ guildId, run });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#items = [];
  }

  #pump(): void {
    if (this.#timer && !this.#refused) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#refill();
    // The gateway of one guild may be down while that of another accepts sends.
    const refused = new Set<string>();
    const next = () => this.#items.find(({ guildId }) => !refused.has(guildId));
    for (let item = next(); item; item = next()) {
      if ('run' in item) {
        this.#take(item);
        item.run();
      } else if (this.#tokens < 1) {
        this.#refused = false;
        this.#pumpIn((1 - this.#tokens) * this.#msPerToken);
        return;
      } else if (item.send(item.payload)) {
        this.#tokens--;
        this.#take(item);
      } else refused.add(item.guildId);
    }
    this.#refused = refused.size > 0;
    if (this.#refused) this.#pumpIn(voiceSendRetryMs);
  }

  #take(item: Item): void {
    this.#items = this.#items.filter((other) => other !== item);
  }

  #pumpIn(delayMs: number): void {
    this.#timer = this.#clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#pump();
    });
  }

  #refill(): void {
    const nowMs = this.#clock.monotonicMs();
    const gained = (nowMs - this.#filledAtMs) / this.#msPerToken;
    this.#tokens = Math.min(voiceSendBurstMax, this.#tokens + gained);
    this.#filledAtMs = nowMs;
  }
}
