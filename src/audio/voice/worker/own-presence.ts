import type { GatewayVoiceState } from 'discord-api-types/v10';
import type { Clock } from '#core/clock.ts';
import { gatewayLossMemoryMs } from '../limits.ts';
import type { CloseCircumstances } from './close-codes.ts';

/** Where Discord last said that the bot is, and whether being nowhere was our own doing. */
export class OwnPresence implements CloseCircumstances {
  readonly #clock: Clock;
  #outsideChannel = false;
  /** We asked to leave: the next "in no channel" is the answer. */
  #leaveAsked = false;
  #gatewayLostAtMs: number | undefined;
  #lastState: GatewayVoiceState | undefined;

  constructor(components: { clock: Clock }) {
    this.#clock = components.clock;
  }

  get outsideChannel(): boolean {
    return this.#outsideChannel;
  }

  /** Lately: long ago it explains nothing any more. */
  get gatewayLost(): boolean {
    if (this.#gatewayLostAtMs === undefined) return false;
    return this.#clock.monotonicMs() - this.#gatewayLostAtMs < gatewayLossMemoryMs;
  }

  /** The state that a voice server named without one goes with. */
  get lastState(): GatewayVoiceState | undefined {
    return this.#lastState;
  }

  noteLeaveAsked(): void {
    this.#leaveAsked = true;
    this.#lastState = undefined;
  }

  noteGatewayLost(): void {
    this.#gatewayLostAtMs = this.#clock.monotonicMs();
  }

  /** `put-out`: in no channel, and not by our wish. */
  noteState(state: GatewayVoiceState): 'inside' | 'left' | 'put-out' {
    if (state.channel_id !== null) {
      this.#leaveAsked = false;
      this.#outsideChannel = false;
      this.#gatewayLostAtMs = undefined;
      this.#lastState = state;
      return 'inside';
    }
    if (this.#leaveAsked) {
      this.#leaveAsked = false;
      return 'left';
    }
    this.#outsideChannel = true;
    return 'put-out';
  }
}
