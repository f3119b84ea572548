/** Types of the relay machine: its state, events and effects. */
import type { GuildmeshError } from '#core/errors.ts';
import type { Hindrance, VoiceEndReason } from '../voice-contract.ts';
import type { WantedRelay } from './relay.ts';
import type { StreamOver } from './shared-stream.ts';

/**
 * `starting`: a person waits, so any failure ends it. `idle`: nobody is in the channel, or `take-up` hasn't come yet.
 * `pausing`: waits before the next try. `queued`: waits for the guild's turn. `trying`: finds the stream and joins.
 * `playing`: holds a stream and a voice session. `refused`: a retry can't help before a restart of the hub. `stopping`:
 * a person has ended it, and it is about to leave. `over`: nothing follows.
 */
export type RelayPhase =
  | 'starting'
  | 'idle'
  | 'pausing'
  | 'queued'
  | 'trying'
  | 'playing'
  | 'refused'
  | 'stopping'
  | 'over';

export type RelayEnd = StreamOver | 'kicked' | 'replaced' | 'channel-gone' | 'not-home';

export interface RelayState {
  phase: RelayPhase;
  /** A move changes the channel, a try that succeeds the title and reference. */
  wanted: WantedRelay;
  /** It holds a stream and a voice session. */
  holds: boolean;
  /** Somebody is in the channel, or was until lately; always true except for auto relays. */
  attended: boolean;
  /** Everybody has left, and the time until it leaves too is running. */
  deserted: boolean;
  /** Failed tries in a row. */
  attempt: number;
  /** Why the last try failed; the pause depends on it. */
  cause: GuildmeshError | undefined;
  /** Why it doesn't play, as people see it. */
  problem: GuildmeshError | undefined;
  /** Wall clock time of the next try, after a pause that is worth reporting. */
  retryAtMs: number | undefined;
  hindrance: Hindrance | undefined;
  /** Its broadcast has ended, and it waits for the next one of that title. */
  waitsForBroadcast: boolean;
  /** Monotonic time since its hub has no such broadcast, or its guild no such channel. */
  unknownSinceMs: number | undefined;
  goneSinceMs: number | undefined;
}

/** What a successful try knows about the broadcast. */
export type Found = Pick<WantedRelay, 'title' | 'community' | 'reference'>;

/** `retry` ends a pause. `leave` ends the time after everybody has left. */
export type RelayTimer = 'retry' | 'leave';

export type RelayEvent =
  /** It was wanted before this process started: play it again. */
  | { type: 'take-up' }
  /** The relays that it replaces are gone: its request may be stored. */
  | { type: 'established' }
  /** `taken`: another relay has the guild's voice connection. */
  | { type: 'turn'; connected: boolean; taken: boolean }
  | ({ type: 'brought' } & Found)
  /** `inGuild`: the bot is in the guild, so a channel that is missing there was deleted. */
  | { type: 'failed'; error: unknown; inGuild: boolean }
  | { type: 'timer'; timer: RelayTimer }
  | { type: 'people'; listenerCount: number; leaveAfterMs: number }
  /** Something happened that may make a retry succeed. */
  | { type: 'nudge' }
  /** People asked for another action in the guild: a running try is repeated later. */
  | { type: 'make-way' }
  | { type: 'voice-ended'; reason: VoiceEndReason }
  | { type: 'moved'; channelId: string }
  | { type: 'hindered'; by: Hindrance | undefined }
  /** Voice is silent for a while and resumes automatically. */
  | { type: 'voice-paused'; problem: GuildmeshError }
  | { type: 'stream-over'; reason: StreamOver }
  /** The guild may no longer hear the broadcast. */
  | { type: 'withdrawn'; end: 'revoked' | 'narrowed' }
  /** A person ends it; `end` follows in the guild's turn. */
  | { type: 'stop' }
  /** `leave` is false if another relay took over the voice connection. A kept wish is played again, unless stopped. */
  | { type: 'end'; leave: boolean; wish: 'keep' | 'forget' };

export type RelayEffect =
  | { do: 'arm'; timer: RelayTimer; delayMs: number }
  | { do: 'disarm'; timer: RelayTimer }
  /** Request the guild's turn: starts, stops and tries of one guild run one after another. */
  | { do: 'queue' }
  /** Find the stream and join; the turn lasts until that ends. */
  | { do: 'try' }
  | { do: 'abort-try' }
  /** Take the stream and the voice session of the try. */
  | { do: 'hold' }
  /** Return them: they came too late. */
  | { do: 'discard' }
  /** Return the stream, and leave: immediately, in the guild's turn, or not at all if voice has ended. */
  | { do: 'let-go'; leave: 'now' | 'in-turn' | 'no' }
  | { do: 'react'; by: Hindrance | undefined }
  | { do: 'count-people' }
  | { do: 'announce'; error: GuildmeshError }
  /** Store the request for it; remove the one stored for the channel `before`. */
  | { do: 'store'; before: string | undefined }
  | { do: 'forget' }
  /** Once, as the last effect. `end` is set if the channel gets a message. */
  | { do: 'over'; wish: 'keep' | 'forget'; end: RelayEnd | undefined; error: GuildmeshError | undefined }
  | { do: 'log'; level: 'debug' | 'warn'; text: string; err: unknown };

/** When an event comes: monotonic time, wall clock time for people, and a random number in [0, 1). */
export interface Moment {
  nowMs: number;
  wallMs: number;
  fraction: number;
}

export interface RelayStep {
  state: RelayState;
  effects: RelayEffect[];
}

/** `starting` continues with `brought` or `failed`; `idle` waits for `take-up` or people. */
export function initialRelayState(
  wanted: WantedRelay,
  init: { phase: 'starting' | 'idle'; attended: boolean },
): RelayState {
  return {
    ...{ ...init, wanted, holds: false, deserted: false, attempt: 0, waitsForBroadcast: false },
    ...{ cause: undefined, problem: undefined, retryAtMs: undefined, hindrance: undefined },
    ...{ unknownSinceMs: undefined, goneSinceMs: undefined },
  };
}
