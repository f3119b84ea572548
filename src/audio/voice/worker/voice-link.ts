import type { GatewayVoiceServerUpdateDispatchData, GatewayVoiceState } from 'discord-api-types/v10';
import type { Chance, Clock, Timer } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { HeardPacket } from '../../capture/channel-capture.ts';
import type { Hindrance, VoiceEndReason, VoiceJoin, VoiceStatus } from '../../voice-contract.ts';
import { type VoiceFailureCode, voiceErrors } from '../errors.ts';
import * as limits from '../limits.ts';
import type { WorkerJoin } from '../protocol.ts';
import { GroupWatch } from './group-watch.ts';
import { advance } from './voice-machine.ts';
import {
  initialVoiceState,
  type VoiceEffect,
  type VoiceEvent,
  type VoiceState,
  type VoiceTimer,
} from './voice-machine-model.ts';
import { VoiceTransport } from './voice-transport.ts';

export interface VoiceLinkComponents {
  clock: Clock;
  chance: Chance;
  log: (level: 'debug' | 'info' | 'warn', text: string, fields: Record<string, unknown>) => void;
  /** Asks Discord for a channel, or for none. */
  sendVoiceState: (guildId: string, channelId: string | null) => void;
  events: VoiceLinkEvents;
}

export interface VoiceLinkEvents {
  joined(): void;
  moved(channelId: string): void;
  hindered(by: Hindrance | undefined): void;
  /** Out of the channel for a long pause. */
  cooling(error: GuildmeshError): void;
  ended(kind: VoiceEndReason['kind'], error: GuildmeshError): void;
  left(): void;
  /** The library is about to handle a message of the encrypted group for this guild. */
  entersLibrary(): void;
}

export interface VoiceLinkInit {
  joinTimeoutMs: number;
  secureTimeoutMs: number;
  rejoinsMax: number;
}

/** The bot's voice in one guild: does what the voice machine wants, and reports events to it. */
export class VoiceLink {
  readonly join: WorkerJoin;
  /** Receives what others say; without it their packets aren't even decrypted. */
  ears: ((packet: HeardPacket) => void) | undefined;
  readonly #components: VoiceLinkComponents;
  readonly #watch: GroupWatch;
  readonly #timers = new Map<VoiceTimer, Timer>();
  #state: VoiceState;
  #transport: VoiceTransport | undefined;
  /** Last voice state, used when Discord names a server without sending a state. */
  #lastState: GatewayVoiceState | undefined;
  #closingCount = limits.closingSilenceFrameCount;

  constructor(components: VoiceLinkComponents, init: VoiceLinkInit, join: WorkerJoin) {
    this.#components = components;
    this.join = join;
    this.#watch = new GroupWatch({ stuckMs: init.secureTimeoutMs });
    const { channelId, kind, onMove = 'follow' } = join;
    this.#state = initialVoiceState({ channelId, kind }, { ...init, onMove });
  }

  get channelId(): string {
    return this.#state.home.channelId;
  }

  get rejoinCount(): number {
    return this.#state.rejoinCount;
  }

  get closeCodes(): Readonly<Record<number, number>> {
    return this.#state.closeCodes;
  }

  get connectionState(): 'joining' | 'reconnecting' | 'cooling' | 'securing' | 'ready' {
    const { joined, phase } = this.#state;
    if (!joined) return 'joining';
    if (phase === 'cooling') return 'cooling';
    if (phase !== 'ready') return 'reconnecting';
    return this.#transport?.secured(this.#kind) ? 'ready' : 'securing';
  }

  get e2ee(): boolean {
    return this.#transport?.e2ee ?? false;
  }

  /** What people should know beside the connection's state. */
  get trouble(): Pick<VoiceStatus, 'hindrance' | 'problem'> {
    const { hindrance, problem } = this.#state;
    if (!problem) return { hindrance };
    const retryInMs = Math.max(0, problem.retryAtMs - this.#components.clock.monotonicMs());
    return { hindrance, problem: { error: this.#error(problem.code).toRecord(), retryInMs } };
  }

  start(): void {
    this.#tell({ type: 'start', leaveFirst: this.join.leaveFirst });
  }

  /** Once per turn of the frame clock; without a payload, silence. Returns whether the payload itself was sent. */
  play(payload: Buffer | undefined, turn: number): boolean {
    const { phase } = this.#state;
    if (!this.#transport || (phase !== 'ready' && phase !== 'closing')) return false;
    if (phase === 'closing') {
      this.#transport.play(undefined, this.#kind, turn);
      if (--this.#closingCount <= 0) this.#tell({ type: 'silence-sent' });
      return false;
    }
    if (this.join.quiet) return false;
    const outcome = this.#transport.play(payload, this.#kind, turn);
    if (outcome === 'broken') this.#tell({ type: 'defect', what: 'packets-unencryptable' });
    return outcome === 'played';
  }

  leave(): void {
    this.#tell({ type: 'leave' });
  }

  /** Another `join` takes the guild over: closes without telling Discord. */
  abandon(): void {
    this.#tell({ type: 'abandon' });
  }

  /** The request to enter the channel was sent to Discord. */
  asked(): void {
    this.#tell({ type: 'sent' });
  }

  voiceState(state: GatewayVoiceState, kind: VoiceJoin['kind']): void {
    if (state.channel_id !== null) this.#lastState = state;
    const { channel_id: channelId, suppress: suppressed, mute: muted, deaf: deafened } = state;
    this.#tell({ type: 'own-state', channelId, kind, suppressed, muted, deafened });
    if (channelId !== null) this.#transport?.voiceState(state);
  }

  voiceServer(server: GatewayVoiceServerUpdateDispatchData): void {
    if (server.endpoint !== null) this.#tell({ type: 'server-named' });
    this.#transport?.voiceServer(server);
  }

  gatewayLost(): void {
    this.#tell({ type: 'gateway-lost' });
  }

  gatewayResumed(): void {
    this.#tell({ type: 'gateway-resumed' });
  }

  /** Called now and then. */
  watchSecurity(): void {
    const transport = this.#transport;
    if (this.#state.phase !== 'ready' || !transport) {
      this.#watch.rest();
      return;
    }
    const view = { secured: transport.secured(this.#kind), e2eeOffered: transport.e2eeOffered };
    const defect = this.#watch.look(
      { ...view, ...transport.members() },
      this.#components.clock.monotonicMs(),
    );
    if (defect) this.#tell({ type: 'defect', what: defect });
  }

  get #kind(): VoiceJoin['kind'] {
    return this.#state.home.kind;
  }

  #tell(event: VoiceEvent): void {
    const { chance, clock } = this.#components;
    const moment = { nowMs: clock.monotonicMs(), fraction: chance.fraction() };
    const { state, effects } = advance(this.#state, event, moment);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: VoiceEffect): void {
    switch (effect.do) {
      case 'ask':
        if (effect.channelId === null) this.#lastState = undefined;
        this.#components.sendVoiceState(this.join.guildId, effect.channelId);
        break;
      case 'dial':
        this.#dial(effect.channelId);
        break;
      case 'hang-up':
        this.#hangUp();
        break;
      case 'speaking-off':
        this.#transport?.speakingOff();
        break;
      case 'arm':
        this.#arm(effect.timer, effect.delayMs);
        break;
      case 'disarm':
        this.#disarm(effect.timer);
        break;
      case 'report':
        this.#report(effect);
        break;
      case 'log':
        this.#components.log(effect.level, effect.text, this.#fields(effect.fields));
        break;
    }
  }

  #dial(channelId: string): void {
    this.#hangUp();
    this.#watch.rest();
    this.#transport = this.#createTransport(channelId);
    // Discord may answer a repeated request with a server alone: the last state belongs to it.
    if (this.#lastState) this.#transport.voiceState(this.#lastState);
  }

  #hangUp(): void {
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.destroy();
  }

  #createTransport(channelId: string): VoiceTransport {
    const { clock, events } = this.#components;
    /** Events of a closed connection are ignored. */
    const tell = (event: VoiceEvent) => {
      if (transport === this.#transport) this.#tell(event);
    };
    const hears = {
      isWanted: () => this.ears !== undefined,
      onPacket: (packet: HeardPacket) => this.ears?.(packet),
    };
    const transport: VoiceTransport = new VoiceTransport(
      { clock, hears },
      { guildId: this.join.guildId, channelId },
      {
        ready: () => {
          this.#components.log('info', 'voice connection ready', this.#fields(transport.describe()));
          tell({ type: 'ready' });
        },
        connecting: () => tell({ type: 'connecting' }),
        endpointRemoved: () => tell({ type: 'endpoint-removed' }),
        closed: (code) => tell({ type: 'session-closed', code }),
        socketClosed: (code) => tell({ type: 'socket-closed', code }),
        groupOutdated: () => tell({ type: 'defect', what: 'group-outdated' }),
        entersLibrary: () => events.entersLibrary(),
        encryptionUnsupported: () => tell({ type: 'mode-unsupported' }),
        error: (error) =>
          this.#components.log('debug', 'voice connection error', this.#fields({ err: error.message })),
      },
    );
    return transport;
  }

  #arm(timer: VoiceTimer, delayMs: number): void {
    this.#disarm(timer);
    const armed = this.#components.clock.after(delayMs, () => this.#tell({ type: 'timer', timer }));
    this.#timers.set(timer, armed);
  }

  #disarm(timer: VoiceTimer): void {
    this.#timers.get(timer)?.cancel();
    this.#timers.delete(timer);
  }

  #report(report: Extract<VoiceEffect, { do: 'report' }>): void {
    const { events } = this.#components;
    switch (report.what) {
      case 'joined':
        events.joined();
        break;
      case 'left':
        events.left();
        break;
      case 'moved':
        events.moved(report.channelId);
        break;
      case 'hindered':
        events.hindered(report.by);
        break;
      case 'cooling':
        events.cooling(this.#error(report.because));
        break;
      case 'ended':
        events.ended(report.kind, this.#error(report.because));
        break;
    }
  }

  #error(code: VoiceFailureCode): GuildmeshError {
    const { failureCount, home } = this.#state;
    const details = { guildId: this.join.guildId, channelId: home.channelId, rejoinCount: failureCount };
    return voiceErrors[code](details);
  }

  #fields(more: Record<string, unknown>): Record<string, unknown> {
    return { guildId: this.join.guildId, channelId: this.channelId, ...more };
  }
}
