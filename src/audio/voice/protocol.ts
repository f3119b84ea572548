/**
 * Messages between the main thread and the voice worker. Both sides are ours and of one version; structured clone
 * carries them.
 */
import type {
  GatewayVoiceServerUpdateDispatchData,
  GatewayVoiceState,
  GatewayVoiceStateUpdateData,
} from 'discord-api-types/v10';
import type { Frame } from '#contracts/audio.ts';
import type { ErrorRecord } from '#core/errors.ts';
import type { DelayRange } from '../jitter/profiles.ts';
import type { Hindrance, VoiceEndReason, VoiceJoin, VoiceStatus } from '../voice-contract.ts';

export interface VoiceWorkerData {
  /** How much audio a stream holds back. */
  delay: DelayRange;
  /** From asking Discord until the connection is ready, each time. */
  joinTimeoutMs: number;
  /** From the first other member's arrival until the encrypted group stands. */
  secureTimeoutMs: number;
  /** In a row, without a stable time between. */
  rejoinsMax: number;
}

/** `joinId` names one call of `join`: answers to an earlier one for the same guild are recognised. */
export interface WorkerJoin extends VoiceJoin {
  joinId: number;
  /** The bot may still be in a channel with a dead connection: leave first. */
  leaveFirst: boolean;
}

export type ToWorker =
  | { type: 'open-stream'; streamKey: string }
  | { type: 'close-stream'; streamKey: string }
  | { type: 'frames'; frames: KeyedFrame[] }
  | { type: 'interrupted'; streamKey: string }
  | { type: 'flush'; streamKey: string }
  | { type: 'join'; join: WorkerJoin }
  | { type: 'leave'; guildId: string; joinId: number }
  | { type: 'volume'; guildId: string; joinId: number; percent: number }
  | { type: 'voice-state'; guildId: string; state: GatewayVoiceState; kind: VoiceJoin['kind'] }
  | { type: 'voice-server'; guildId: string; server: GatewayVoiceServerUpdateDispatchData }
  /** A request to enter a channel was sent to Discord. */
  | { type: 'asked'; guildId: string; channelId: string }
  | { type: 'gateway-lost'; guildId: string }
  /** The main session resumed. */
  | { type: 'gateway-resumed'; guildId: string }
  /** Captures what is said where the guild’s session is, until told to stop; a second start changes nothing. */
  | { type: 'capture-start'; guildId: string; bitrateKbps: number }
  | { type: 'capture-stop'; guildId: string }
  | { type: 'capture-allow'; guildId: string; userId: string; heard: boolean }
  | { type: 'ping' };

export interface KeyedFrame {
  streamKey: string;
  frame: Frame;
}

export type FromWorker =
  | { type: 'started' }
  | { type: 'pong' }
  | { type: 'gateway-send'; guildId: string; payload: GatewayVoiceStateUpdateData }
  | { type: 'frames-taken'; count: number }
  /** `missedCount`: turns of 20 ms before it for which the worker was too late. */
  | { type: 'captured'; guildId: string; payload: Uint8Array; missedCount: number }
  /** Somebody speaks in a captured channel; `capture-allow` answers whether they may be heard. */
  | { type: 'capture-speaker'; guildId: string; userId: string }
  | { type: 'joined'; guildId: string; joinId: number }
  | { type: 'left'; guildId: string; joinId: number }
  | { type: 'moved'; guildId: string; joinId: number; channelId: string }
  | { type: 'hindered'; guildId: string; joinId: number; by: Hindrance | undefined }
  | { type: 'cooling'; guildId: string; joinId: number; error: ErrorRecord }
  | { type: 'ended'; guildId: string; joinId: number; kind: VoiceEndReason['kind']; error: ErrorRecord }
  | { type: 'status'; sessions: { guildId: string; joinId: number; status: VoiceStatus }[] }
  /** Each second. `overloaded`: it can play no more channels in time; `turnShare`: share of 20 ms that a turn takes. */
  | { type: 'load'; overloaded: boolean; turnShare: number }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; text: string; fields: Record<string, unknown> }
  /** The last message before the worker ends itself. */
  | { type: 'crash'; error: string; guildId: string | undefined };
