/** The types of the voice machine: its memory, its events, its effects. */
import type { Hindrance, VoiceJoin } from '../../voice-contract.ts';
import type { VoiceFailureCode } from '../errors.ts';

/**
 * `asking`: Discord was asked for the channel. `connecting`: it named a voice server. `ready`: packets are sent.
 * `waiting`: for a move or another server. `backing-off`: about to ask again. `cooling`: out of the channel, and about
 * to try once more after a long pause. `closing`: says goodbye with silence. `over`: nothing follows.
 */
export type VoicePhase =
  | 'asking'
  | 'connecting'
  | 'ready'
  | 'waiting'
  | 'backing-off'
  | 'cooling'
  | 'closing'
  | 'over';

export interface Place {
  channelId: string;
  kind: VoiceJoin['kind'];
}

export interface VoiceRules {
  /** From sending the request until the connection is ready, each time. */
  joinTimeoutMs: number;
  /** In a row, before a long pause. */
  rejoinsMax: number;
  onMove: 'follow' | 'return';
}

export interface VoiceState {
  readonly rules: VoiceRules;
  phase: VoicePhase;
  /** Where it should be; a move that is followed changes it. */
  home: Place;
  /** Where Discord last said that it is. */
  seenIn: string | undefined;
  /** Discord said “in no channel”, and we hadn't asked for that. */
  outsideChannel: boolean;
  /** We asked to leave: the next "in no channel" is the answer. */
  leaveAsked: boolean;
  gatewayLostAtMs: number | undefined;
  /** A request for the channel was sent to Discord. */
  sent: boolean;
  /** It has been ready once. */
  joined: boolean;
  serverSeen: boolean;
  /** In a row; a connection that holds forgets them. */
  failureCount: number;
  resumeCount: number;
  groupFailureCount: number;
  returnCount: number;
  coolCount: number;
  /** What the phase's timer brings when nothing else came first. */
  expiry: Expiry | undefined;
  /** Why it cools, and until when. */
  problem: { code: VoiceFailureCode; retryAtMs: number } | undefined;
  hindrance: Hindrance | undefined;
  /** In total, for people. */
  rejoinCount: number;
  closeCodes: Readonly<Record<number, number>>;
}

export type Expiry =
  | { brings: 'ask'; leaveFirst: boolean }
  | { brings: 'rejoin'; why: string }
  | { brings: 'cool-down'; because: VoiceFailureCode; firstMs: number }
  | { brings: 'kicked' };

/**
 * `phase`: for the phase, cancelled when it changes. `join`: for the whole first join. `stable`: the connection has
 * held.
 */
export type VoiceTimer = 'phase' | 'join' | 'stable';

export type GroupDefect = 'group-outdated' | 'group-stale' | 'group-stuck' | 'packets-unencryptable';

export type VoiceEvent =
  | { type: 'start'; leaveFirst: boolean }
  /** The request for the channel was sent to Discord; before that it waits its turn. */
  | { type: 'sent' }
  | ({ type: 'own-state'; channelId: string | null } & Pick<Place, 'kind'> & {
        suppressed: boolean;
        muted: boolean;
        deafened: boolean;
      })
  | { type: 'server-named' }
  | { type: 'connecting' }
  | { type: 'ready' }
  | { type: 'endpoint-removed' }
  /** Any close of the current websocket, including those from which the library resumes. */
  | { type: 'socket-closed'; code: number }
  /** The library gave the voice session up. */
  | { type: 'session-closed'; code: number }
  | { type: 'gateway-lost' }
  /** The same main session continues: events report what happened meanwhile. */
  | { type: 'gateway-resumed' }
  | { type: 'defect'; what: GroupDefect }
  | { type: 'mode-unsupported' }
  | { type: 'timer'; timer: VoiceTimer }
  | { type: 'leave' }
  | { type: 'silence-sent' }
  | { type: 'abandon' };

export type VoiceEffect =
  /** Op 4: asks Discord for a channel, or for none. */
  | { do: 'ask'; channelId: string | null }
  /** A new library connection for the channel; the previous one is destroyed. */
  | { do: 'dial'; channelId: string }
  | { do: 'hang-up' }
  | { do: 'speaking-off' }
  | { do: 'arm'; timer: VoiceTimer; delayMs: number }
  | { do: 'disarm'; timer: VoiceTimer }
  | { do: 'report'; what: 'joined' | 'left' }
  | { do: 'report'; what: 'moved'; channelId: string }
  | { do: 'report'; what: 'hindered'; by: Hindrance | undefined }
  | { do: 'report'; what: 'cooling'; because: VoiceFailureCode; retryAtMs: number }
  | { do: 'report'; what: 'ended'; kind: 'kicked' | 'failed' | 'refused'; because: VoiceFailureCode }
  | { do: 'log'; level: 'info' | 'warn'; text: string; fields: Record<string, unknown> };

/** Inputs of an event: monotonic time, and chance in [0, 1). */
export interface Moment {
  nowMs: number;
  fraction: number;
}

export interface VoiceStep {
  state: VoiceState;
  effects: VoiceEffect[];
}

export function initialVoiceState(home: Place, rules: VoiceRules): VoiceState {
  return {
    rules,
    home,
    phase: 'asking',
    seenIn: undefined,
    outsideChannel: false,
    leaveAsked: false,
    gatewayLostAtMs: undefined,
    sent: false,
    joined: false,
    serverSeen: false,
    failureCount: 0,
    resumeCount: 0,
    groupFailureCount: 0,
    returnCount: 0,
    coolCount: 0,
    expiry: undefined,
    problem: undefined,
    hindrance: undefined,
    rejoinCount: 0,
    closeCodes: {},
  };
}

/** The worst first. A deafened bot is still heard; it is shown because people wonder. */
export function hindranceOf(event: Extract<VoiceEvent, { type: 'own-state' }>): Hindrance | undefined {
  if (event.suppressed) return 'suppressed';
  if (event.muted) return 'muted';
  return event.deafened ? 'deafened' : undefined;
}

export const defectTexts: Record<GroupDefect, string> = {
  'group-outdated': 'messages of the encrypted group were lost',
  'group-stale': 'the encrypted group no longer matches the call',
  'group-stuck': 'the encrypted group did not form',
  'packets-unencryptable': 'packets could not be encrypted',
};
