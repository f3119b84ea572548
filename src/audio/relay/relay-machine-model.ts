/** The words of the relay machine: what it remembers, what it is told, what it wants done. */
import type { GuildmeshError } from '#core/errors.ts';
import type { Hindrance, VoiceEndReason } from '../voice-contract.ts';
import type { WantedRelay } from './relay.ts';
import type { StreamOver } from './shared-stream.ts';

/**
 * `starting`: a person waits, so whatever fails ends it. `idle`: nobody is there to play to, or nobody has asked yet.
 * `pausing`: before the next try. `queued`: for the guild's turn. `trying`: being brought up. `playing`: holds a stream
 * and a voice session. `refused`: trying again can't help, until the hub has been started anew. `stopping`: a person
 * has ended it, and what it holds is about to be given back. `over`: nothing follows.
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
  /** A move changes its channel, and what is found its title and reference. */
  wanted: WantedRelay;
  /** A stream and a voice session are its own. */
  holds: boolean;
  /** Somebody is there to play to, or was until lately; only an auto relay is ever without. */
  attended: boolean;
  /** Everybody has left, and the time that it stays all the same runs. */
  deserted: boolean;
  /** Tries in a row. */
  attempt: number;
  /** Why the last try failed, which measures the pause. */
  cause: GuildmeshError | undefined;
  /** Why it doesn't play, for people. */
  problem: GuildmeshError | undefined;
  /** Wall clock, of the next try after a pause worth telling. */
  retryAtMs: number | undefined;
  hindrance: Hindrance | undefined;
  /** Its broadcast has ended, and it waits for the next one of that title. */
  waitsForBroadcast: boolean;
  /** Monotonic time since when its hub says that there is no such broadcast, or its guild no such channel. */
  unknownSinceMs: number | undefined;
  goneSinceMs: number | undefined;
}

/** What a try has found out about what it plays. */
export type Found = Pick<WantedRelay, 'title' | 'community' | 'reference'>;

/** `retry`: of the pause. `leave`: everybody has left. */
export type RelayTimer = 'retry' | 'leave';

export type RelayEvent =
  /** Wanted since before this process: to be brought back. */
  | { type: 'take-up' }
  /** The relays that it replaces are gone: from now on it is kept. */
  | { type: 'established' }
  | { type: 'turn'; connected: boolean }
  | ({ type: 'brought' } & Found)
  /** `inGuild`: the bot is in the guild, so that what isn't there is gone. */
  | { type: 'failed'; error: unknown; inGuild: boolean }
  | { type: 'timer'; timer: RelayTimer }
  | { type: 'people'; listenerCount: number; leaveAfterMs: number }
  /** Something it may have waited for has happened. */
  | { type: 'nudge' }
  /** People ask for something else in the guild: an attempt under way is made later. */
  | { type: 'make-way' }
  | { type: 'voice-ended'; reason: VoiceEndReason }
  | { type: 'moved'; channelId: string }
  | { type: 'hindered'; by: Hindrance | undefined }
  /** Voice falls silent for a while and comes back without us. */
  | { type: 'voice-paused'; problem: GuildmeshError }
  | { type: 'stream-over'; reason: StreamOver }
  /** It may be heard here no longer. */
  | { type: 'withdrawn'; end: 'revoked' | 'narrowed' }
  /** A person ends it; `end` follows in the guild's turn. */
  | { type: 'stop' }
  /** Without `leave` another relay has taken the voice connection. A wish that is kept is taken up another time. */
  | { type: 'end'; leave: boolean; wish: 'keep' | 'forget' };

export type RelayEffect =
  | { do: 'arm'; timer: RelayTimer; delayMs: number }
  | { do: 'disarm'; timer: RelayTimer }
  /** Ask for the guild's turn: starts, stops and tries of one guild run one after another. */
  | { do: 'queue' }
  /** Bring it up, and keep the turn meanwhile. */
  | { do: 'try' }
  | { do: 'abort-try' }
  /** What was brought is its own. */
  | { do: 'hold' }
  /** What was brought comes too late. */
  | { do: 'discard' }
  /** Give back the stream, and leave: at once, in the guild's turn, or not, where voice has ended. */
  | { do: 'let-go'; leave: 'now' | 'in-turn' | 'no' }
  | { do: 'react'; by: Hindrance | undefined }
  | { do: 'count-people' }
  | { do: 'announce'; error: GuildmeshError }
  /** Write the wish; it was kept under `before`. */
  | { do: 'store'; before: string | undefined }
  | { do: 'forget' }
  /** Once, and last. `end` where people are to be told. */
  | { do: 'over'; end: RelayEnd | undefined; error: GuildmeshError | undefined }
  | { do: 'log'; level: 'debug' | 'warn'; text: string; err: unknown };

/** What an event finds: monotonic time, the wall clock for people, and chance in [0, 1). */
export interface Moment {
  nowMs: number;
  wallMs: number;
  fraction: number;
}

export interface RelayStep {
  state: RelayState;
  effects: RelayEffect[];
}

/** As a person starts it, which goes on with `brought` or `failed`; or as one that waits for `take-up` or people. */
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
