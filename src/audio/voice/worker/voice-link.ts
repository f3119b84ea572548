import type { GatewayVoiceServerUpdateDispatchData, GatewayVoiceState } from 'discord-api-types/v10';
import type { Chance, Clock, Timer } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { VoiceJoin } from '../contract.ts';
import { type VoiceFailureCode, voiceErrors } from '../errors.ts';
import * as limits from '../limits.ts';
import type { WorkerJoin } from '../protocol.ts';
import { type CloseDecision, decideOnClose, isProtocolFault } from './close-codes.ts';
import { OwnPresence } from './own-presence.ts';
import { RejoinBudget } from './rejoin-budget.ts';
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
  ended(kind: 'kicked' | 'failed', error: GuildmeshError): void;
  left(): void;
  /** The library is about to handle a message of the encrypted group for this guild. */
  entersLibrary(): void;
}

export interface VoiceLinkInit {
  joinTimeoutMs: number;
  secureTimeoutMs: number;
  rejoinsMax: number;
}

/**
 * `dialling`: asked Discord, or connecting. `ready`: packets leave. `waiting`: for a move or another server.
 * `backing-off`: about to dial again. `closing`: says goodbye with silence. `over`: nothing follows.
 */
type Phase = 'dialling' | 'ready' | 'waiting' | 'backing-off' | 'closing' | 'over';

/** The bot's voice in one guild: keeps it where people want it, and stops when they don't. */
export class VoiceLink {
  readonly join: WorkerJoin;
  readonly closeCodes: Record<number, number> = {};
  rejoinCount = 0;
  #channelId: string;
  #kind: VoiceJoin['kind'];
  readonly #components: VoiceLinkComponents;
  readonly #init: VoiceLinkInit;
  #transport: VoiceTransport | undefined;
  #phase: Phase = 'dialling';
  #joined = false;
  #closingCount = limits.closingSilenceFrameCount;
  #phaseTimer: Timer | undefined;
  #joinTimer: Timer | undefined;
  #stableTimer: Timer | undefined;
  #serverSeen = false;
  #insecureSinceMs: number | undefined;
  readonly #presence: OwnPresence;
  readonly #budget: RejoinBudget;

  constructor(components: VoiceLinkComponents, init: VoiceLinkInit, join: WorkerJoin) {
    this.#components = components;
    this.#init = init;
    this.join = join;
    this.#channelId = join.channelId;
    this.#kind = join.kind;
    this.#presence = new OwnPresence(components);
    this.#budget = new RejoinBudget(components, init);
  }

  get channelId(): string {
    return this.#channelId;
  }

  get connectionState(): 'joining' | 'reconnecting' | 'securing' | 'ready' {
    if (!this.#joined) return 'joining';
    if (this.#phase !== 'ready') return 'reconnecting';
    return this.#transport?.secured(this.#kind) ? 'ready' : 'securing';
  }

  get e2ee(): boolean {
    return this.#transport?.e2ee ?? false;
  }

  start(): void {
    this.#joinTimer = this.#components.clock.after(this.#init.joinTimeoutMs, () =>
      this.#end('failed', this.#serverSeen ? 'VOICE_CHANNEL_UNREACHABLE' : 'VOICE_JOIN_TIMEOUT'),
    );
    this.#dial(this.join.leaveFirst);
  }

  /** Once per tick; without a payload, silence. Returns whether the payload itself left. */
  play(payload: Buffer | undefined): boolean {
    if (!this.#transport || (this.#phase !== 'ready' && this.#phase !== 'closing')) return false;
    if (this.#phase === 'closing') {
      this.#transport.play(undefined, this.#kind);
      if (--this.#closingCount <= 0) this.#finishLeaving();
      return false;
    }
    const outcome = this.#transport.play(payload, this.#kind);
    if (outcome === 'broken') this.#rejoin('packets could not be encrypted');
    return outcome === 'played';
  }

  leave(): void {
    if (this.#phase === 'over' || this.#phase === 'closing') return;
    const polite = this.#phase === 'ready';
    this.#enter('closing');
    if (!polite) this.#finishLeaving();
  }

  /** Another `join` takes the guild over: gone without a word to Discord. */
  abandon(): void {
    this.#enter('over');
  }

  voiceState(state: GatewayVoiceState, kind: VoiceJoin['kind']): void {
    if (this.#phase === 'over') return;
    const presence = this.#presence.noteState(state);
    if (presence === 'put-out') this.#onPutOut();
    if (presence !== 'inside' || state.channel_id === null) return;
    if (state.channel_id !== this.#channelId) {
      this.#channelId = state.channel_id;
      this.#kind = kind;
      this.#components.events.moved(state.channel_id);
    }
    this.#transport?.voiceState(state);
  }

  voiceServer(server: GatewayVoiceServerUpdateDispatchData): void {
    this.#serverSeen = true;
    this.#transport?.voiceServer(server);
  }

  gatewayLost(): void {
    this.#presence.noteGatewayLost();
  }

  /** Every now and then: a group that others wait for and that doesn't form is made anew. */
  watchSecurity(): void {
    const stuck =
      this.#phase === 'ready' &&
      this.#transport?.secured(this.#kind) === false &&
      this.#transport.e2eeOffered &&
      this.#transport.otherCount > 0;
    const nowMs = this.#components.clock.monotonicMs();
    if (!stuck) this.#insecureSinceMs = undefined;
    else this.#insecureSinceMs ??= nowMs;
    if (this.#insecureSinceMs === undefined) return;
    if (nowMs - this.#insecureSinceMs < this.#init.secureTimeoutMs) return;
    this.#insecureSinceMs = undefined;
    this.#rejoin('the encrypted group did not form', 'VOICE_E2EE_STUCK');
  }

  #dial(leaveFirst: boolean): void {
    const { guildId } = this.join;
    this.#enter('dialling');
    this.#transport = this.#createTransport();
    if (leaveFirst) {
      this.#presence.noteLeaveAsked();
      this.#components.sendVoiceState(guildId, null);
    }
    // Discord may answer a repeated request with a server alone: the state it goes with is the last one.
    const { lastState } = this.#presence;
    if (lastState) this.#transport.voiceState(lastState);
    this.#components.sendVoiceState(guildId, this.#channelId);
    this.#limitDialling();
  }

  #createTransport(): VoiceTransport {
    const { clock } = this.#components;
    const transport: VoiceTransport = new VoiceTransport(
      { clock },
      { guildId: this.join.guildId, channelId: this.#channelId },
      {
        ready: () => this.#onReady(transport),
        connecting: () => {
          if (this.#phase === 'closing' || this.#phase === 'over') return;
          this.#enter('dialling');
          this.#limitDialling();
        },
        endpointRemoved: () => {
          if (this.#phase === 'closing' || this.#phase === 'over') return;
          this.#wait(limits.endpointWaitMs, () => this.#rejoin('no voice server was named'));
        },
        closed: (code) => this.#onClose(code),
        socketClosed: (code) => this.#count(code),
        groupOutdated: () => this.#rejoin('messages of the encrypted group were lost'),
        entersLibrary: () => this.#components.events.entersLibrary(),
        encryptionUnsupported: () => this.#end('failed', 'VOICE_ENCRYPTION_UNSUPPORTED'),
        error: (error) =>
          this.#components.log('debug', 'voice connection error', this.#fields({ err: error.message })),
      },
    );
    return transport;
  }

  /** The first join has its own deadline, which covers all attempts. */
  #limitDialling(): void {
    if (!this.#joined) return;
    this.#phaseTimer = this.#components.clock.after(this.#init.joinTimeoutMs, () =>
      this.#rejoin('the voice server did not answer in time'),
    );
  }

  #onReady(transport: VoiceTransport): void {
    if (this.#phase === 'closing' || this.#phase === 'over' || transport !== this.#transport) return;
    this.#enter('ready');
    this.#insecureSinceMs = undefined;
    this.#stableTimer = this.#components.clock.after(limits.connectionStableMs, () => this.#budget.refill());
    this.#components.log('info', 'voice connection ready', this.#fields(transport.describe()));
    if (this.#joined) return;
    this.#joined = true;
    this.#joinTimer?.cancel();
    this.#components.events.joined();
  }

  #count(code: number): void {
    this.closeCodes[code] = (this.closeCodes[code] ?? 0) + 1;
    this.#components.log(
      isProtocolFault(code) ? 'warn' : 'info',
      'voice websocket closed',
      this.#fields({ code }),
    );
    const resumes = code < 4000 || code === 4015;
    if (resumes && !this.#budget.takeResume()) this.#rejoin('it resumed too often');
  }

  #onClose(code: number): void {
    if (this.#phase === 'over') return;
    if (this.#phase === 'closing') {
      this.#finishLeaving();
      return;
    }
    this.#apply(decideOnClose(code, this.#presence), code);
  }

  #apply(decision: CloseDecision, code: number): void {
    if (decision.do === 'rejoin') {
      this.#rejoin(`closed with ${code}`);
      return;
    }
    if (decision.do === 'stop') {
      this.#end(decision.because === 'VOICE_KICKED' ? 'kicked' : 'failed', decision.because);
      return;
    }
    if (decision.do === 'await-move') {
      this.#wait(limits.moveWaitMs, () => this.#end('kicked', 'VOICE_KICKED'));
      return;
    }
    const { otherwise } = decision;
    this.#wait(limits.serverChangeWaitMs, () => this.#end('failed', otherwise));
  }

  #wait(forMs: number, then: () => void): void {
    this.#enter('waiting');
    this.#phaseTimer = this.#components.clock.after(forMs, then);
  }

  #rejoin(why: string, giveUpWith: VoiceFailureCode = 'VOICE_GAVE_UP'): void {
    if (this.#phase === 'over' || this.#phase === 'closing' || this.#phase === 'backing-off') return;
    const delayMs = this.#budget.takeDelayMs();
    if (delayMs === undefined) {
      this.#end('failed', giveUpWith);
      return;
    }
    this.rejoinCount++;
    this.#components.log('info', 'voice rejoins', this.#fields({ why, delayMs: Math.round(delayMs) }));
    // Asking again for the same channel is gentlest; if that didn't help, leave and come back.
    const leaveFirst = this.#budget.spentCount > 1;
    this.#enter('backing-off');
    this.#transport?.destroy();
    this.#phaseTimer = this.#components.clock.after(delayMs, () => this.#dial(leaveFirst));
  }

  #onPutOut(): void {
    if (this.#phase === 'closing' || !this.#joined || this.#presence.gatewayLost) return;
    this.#end('kicked', 'VOICE_KICKED');
  }

  #finishLeaving(): void {
    this.#transport?.speakingOff();
    this.#components.sendVoiceState(this.join.guildId, null);
    this.#enter('over');
    this.#components.events.left();
  }

  #end(kind: 'kicked' | 'failed', code: VoiceFailureCode): void {
    if (this.#phase === 'over') return;
    if (!this.#presence.outsideChannel) this.#components.sendVoiceState(this.join.guildId, null);
    this.#enter('over');
    const { guildId } = this.join;
    const details = { guildId, channelId: this.#channelId, rejoinCount: this.#budget.spentCount };
    this.#components.events.ended(kind, voiceErrors[code](details));
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#phaseTimer?.cancel();
    this.#stableTimer?.cancel();
    if (phase !== 'over') return;
    this.#joinTimer?.cancel();
    this.#transport?.destroy();
    this.#transport = undefined;
  }

  #fields(more: Record<string, unknown>): Record<string, unknown> {
    return { guildId: this.join.guildId, channelId: this.#channelId, ...more };
  }
}
