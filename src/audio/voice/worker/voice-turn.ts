import type { Hindrance } from '../../voice-contract.ts';
import * as limits from '../limits.ts';
import { isProtocolFault } from './close-codes.ts';
import type {
  Expiry,
  Moment,
  VoiceEffect,
  VoicePhase,
  VoiceState,
  VoiceTimer,
} from './voice-machine-model.ts';

/** The basic changes of the voice machine: of the phase, its timers, what is counted and reported. */
export class VoiceTurn {
  /** A copy: the state before the event stays as it is. */
  readonly state: VoiceState;
  readonly effects: VoiceEffect[] = [];
  readonly moment: Moment;

  constructor(state: VoiceState, moment: Moment) {
    this.state = { ...state };
    this.moment = moment;
  }

  askForNone(): void {
    this.state.leaveAsked = true;
    this.effects.push({ do: 'ask', channelId: null });
  }

  enter(phase: VoicePhase): void {
    this.state.phase = phase;
    this.state.expiry = undefined;
    this.disarm('phase');
    this.disarm('stable');
  }

  expire(afterMs: number, expiry: Expiry): void {
    this.state.expiry = expiry;
    this.arm('phase', afterMs);
  }

  arm(timer: VoiceTimer, delayMs: number): void {
    this.effects.push({ do: 'arm', timer, delayMs });
  }

  disarm(timer: VoiceTimer): void {
    this.effects.push({ do: 'disarm', timer });
  }

  hinder(by: Hindrance | undefined): void {
    if (by === this.state.hindrance) return;
    this.state.hindrance = by;
    this.effects.push({ do: 'report', what: 'hindered', by });
  }

  count(code: number): void {
    const { closeCodes } = this.state;
    this.state.closeCodes = { ...closeCodes, [code]: (closeCodes[code] ?? 0) + 1 };
    this.log(isProtocolFault(code) ? 'warn' : 'info', 'voice websocket closed', { code });
  }

  log(level: 'info' | 'warn', text: string, fields: Record<string, unknown>): void {
    this.effects.push({ do: 'log', level, text, fields });
  }

  /** Recently: after a long time it explains nothing any more. */
  get gatewayLost(): boolean {
    const { gatewayLostAtMs } = this.state;
    return gatewayLostAtMs !== undefined && this.moment.nowMs - gatewayLostAtMs < limits.gatewayLossMemoryMs;
  }
}
