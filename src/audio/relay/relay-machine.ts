/**
 * One relay (a broadcast in a channel) as a pure function, from the request for it to its end: nothing here waits, joins
 * or draws random numbers. `KeptRelay` carries out the effects and reports what happened.
 *
 * Invariants for any order of events (tests/audio/relay/relay-machine.test.ts): never two tries at once, and none while
 * the relay holds a stream; each pause has a timer, and each requested turn comes; a stream that was held is returned
 * once; a stopped relay neither tries nor posts anything; it ends once, and nothing follows; when Discord and the other
 * hub work again, the relay plays, waits for people, is refused or is over.
 */
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { VoiceEndReason } from '../voice-contract.ts';
import { relayErrors } from './errors.ts';
import { missingAfter } from './missing.ts';
import type {
  Found,
  Moment,
  RelayEffect,
  RelayEnd,
  RelayEvent,
  RelayPhase,
  RelayState,
  RelayStep,
  RelayTimer,
} from './relay-machine-model.ts';
import { mayBeCutShort, pauseBeforeMs, tellPauseMs } from './revival.ts';
import type { StreamOver } from './shared-stream.ts';

export function advance(state: RelayState, event: RelayEvent, moment: Moment): RelayStep {
  const turn = new Turn(state, moment);
  if (state.phase === 'over' || state.phase === 'stopping') turn.takeAtTheEnd(event);
  else turn.take(event);
  return { state: turn.state, effects: turn.effects };
}

/** The change that one event makes, on a copy. */
class Turn {
  readonly state: RelayState;
  readonly effects: RelayEffect[] = [];
  readonly #moment: Moment;

  constructor(state: RelayState, moment: Moment) {
    this.state = { ...state };
    this.#moment = moment;
  }

  take(event: RelayEvent): void {
    switch (event.type) {
      case 'take-up':
        if (this.state.phase === 'idle') this.#bringBack();
        break;
      case 'established':
        this.#do({ do: 'store', before: undefined });
        break;
      case 'turn':
        this.#onTurn(event);
        break;
      case 'brought':
        this.#onBrought(event);
        break;
      case 'failed':
        this.#onFailed(event.error, event.inGuild);
        break;
      case 'timer':
        this.#onTimer(event.timer);
        break;
      case 'people':
        this.#onPeople(event);
        break;
      case 'nudge':
        if (this.state.phase === 'pausing' && mayBeCutShort(this.state.cause)) this.#queue();
        break;
      case 'make-way':
        if (this.state.phase === 'trying') this.#do({ do: 'abort-try' });
        break;
      case 'withdrawn':
        this.#over({ leave: 'now', wish: 'forget', end: event.end });
        break;
      case 'stop':
        if (this.state.hindrance) this.#do({ do: 'react', by: undefined });
        this.#enter('stopping');
        break;
      case 'end':
        this.#onEnd(event);
        break;
      default:
        if (this.state.phase === 'playing') this.#whilePlaying(event);
    }
  }

  takeAtTheEnd(event: RelayEvent): void {
    if (event.type === 'brought') this.#do({ do: 'discard' });
    // A person has ended it: that stands, even if the hub stops before its leaving is through.
    if (event.type === 'end' && this.state.phase === 'stopping') this.#onEnd({ ...event, wish: 'forget' });
  }

  #whilePlaying(
    event: Extract<
      RelayEvent,
      { type: 'voice-ended' | 'moved' | 'hindered' | 'voice-paused' | 'stream-over' }
    >,
  ): void {
    const { state } = this;
    switch (event.type) {
      case 'voice-ended':
        this.#onVoiceEnded(event.reason);
        break;
      case 'moved': {
        const before = state.wanted.channelId;
        state.wanted = { ...state.wanted, channelId: event.channelId };
        this.#do({ do: 'store', before }, { do: 'count-people' });
        break;
      }
      case 'hindered':
        state.hindrance = event.by;
        this.#do({ do: 'react', by: event.by });
        break;
      case 'voice-paused':
        this.#do({ do: 'announce', error: event.problem });
        break;
      case 'stream-over':
        this.#onStreamOver(event.reason);
        break;
    }
  }

  #onTurn({ connected, taken }: { connected: boolean; taken: boolean }): void {
    const { state } = this;
    if (state.phase !== 'queued') return;
    if (taken) this.#onEnd({ leave: false, wish: 'forget' });
    else if (!state.attended) this.#enter('idle');
    else if (connected) {
      this.#enter('trying');
      this.#do({ do: 'try' });
    } else this.#tryLater(undefined);
  }

  #onBrought({ title, community, reference }: Found): void {
    const { state } = this;
    if (state.phase !== 'starting' && state.phase !== 'trying') {
      this.#do({ do: 'discard' });
      return;
    }
    this.#enter('playing');
    this.#do({ do: 'hold' });
    Object.assign(state, {
      ...{ holds: true, wanted: { ...state.wanted, title, community, reference } },
      ...{ cause: undefined, problem: undefined, retryAtMs: undefined, waitsForBroadcast: false },
      ...{ unknownSinceMs: undefined, goneSinceMs: undefined },
    } satisfies Partial<RelayState>);
    // Everybody may have left while it was being started.
    if (!state.attended) this.#retire();
  }

  #onFailed(error: unknown, inGuild: boolean): void {
    const { state } = this;
    if (state.phase === 'starting') this.#over({ leave: 'no', wish: 'keep' });
    if (state.phase !== 'trying' && state.phase !== 'queued') return;
    this.#do({ do: 'log', level: 'debug', text: 'relay not back yet', err: error });
    state.problem = isGuildmeshError(error) ? error : undefined;
    if (!this.#giveUpWhatIsGone(error, inGuild)) this.#tryLater(state.problem);
  }

  /** Whether it is over. */
  #giveUpWhatIsGone(error: unknown, inGuild: boolean): boolean {
    const { state } = this;
    const { channelId, mode } = state.wanted;
    const { givenUp, ...since } = missingAfter(state, { error, inGuild, nowMs: this.#moment.nowMs });
    Object.assign(state, since);
    if (givenUp === 'channel') {
      const end = { end: 'channel-gone', error: relayErrors.RELAY_CHANNEL_GONE({ channelId }) } as const;
      this.#over({ leave: 'no', wish: 'forget', ...end });
    } else if (givenUp === 'broadcast') {
      if (mode === 'constant') state.waitsForBroadcast = true;
      else this.#over({ leave: 'no', wish: 'forget', end: 'broadcast-ended' });
    }
    return state.phase === 'over';
  }

  #onTimer(timer: RelayTimer): void {
    const { state } = this;
    if (timer === 'leave') {
      if (!state.deserted) return;
      state.deserted = false;
      state.attended = false;
      if (state.phase === 'playing') this.#retire();
    } else if (state.phase === 'pausing') {
      if (state.attended) this.#queue();
      else this.#enter('idle');
    }
  }

  #onPeople({ listenerCount, leaveAfterMs }: { listenerCount: number; leaveAfterMs: number }): void {
    const { state } = this;
    if (state.wanted.mode !== 'auto') return;
    if (listenerCount === 0) {
      if (!state.attended || state.deserted) return;
      state.deserted = true;
      this.#do({ do: 'arm', timer: 'leave', delayMs: leaveAfterMs });
      return;
    }
    this.#stay();
    if (state.attended) return;
    state.attended = true;
    if (state.phase === 'idle') this.#bringBack();
  }

  #onVoiceEnded({ kind, error }: VoiceEndReason): void {
    if (kind === 'kicked' && error.code !== 'VOICE_REPLACED') {
      this.#over({ leave: 'now', wish: 'forget', end: 'kicked', error });
      return;
    }
    this.#letGo('no');
    this.state.problem = error;
    if (kind === 'refused') this.#refuse(error);
    // A relay is being started in its place: should that fail, the guild's next turn brings this one back.
    else if (kind === 'kicked') this.#queue();
    else {
      this.#do({ do: 'log', level: 'warn', text: 'voice lost, tried again', err: error });
      this.#bringBack();
    }
  }

  #onStreamOver(reason: StreamOver): void {
    const { state } = this;
    const mayComeBack = reason === 'broadcast-ended' || reason === 'unserved';
    if (!mayComeBack || state.wanted.mode !== 'constant') {
      this.#over({ leave: 'now', wish: 'forget', end: reason });
      return;
    }
    state.waitsForBroadcast = true;
    this.#letGo('in-turn');
    this.#bringBack();
  }

  #onEnd({ leave, wish }: { leave: boolean; wish: 'keep' | 'forget' }): void {
    const { problem: error } = this.state;
    const replaced = wish === 'forget' && error?.code === 'VOICE_REPLACED';
    const end = replaced ? ({ end: 'replaced', error } as const) : {};
    this.#over({ leave: leave ? 'now' : 'no', wish, ...end });
  }

  /** Retries until it plays or isn't wanted any more. */
  #bringBack(): void {
    this.state.attempt = 0;
    this.state.cause = this.state.problem;
    this.#pause();
  }

  #tryLater(cause: GuildmeshError | undefined): void {
    this.state.attempt++;
    this.state.cause = cause;
    this.#pause();
  }

  #pause(): void {
    const { state } = this;
    const { fraction, wallMs } = this.#moment;
    if (!state.attended) {
      this.#enter('idle');
      return;
    }
    const chance = { fraction: () => fraction };
    const pauseMs = pauseBeforeMs(chance, state.attempt, state.cause, state.waitsForBroadcast);
    if (pauseMs === undefined) {
      this.#refuse(state.problem);
      return;
    }
    this.#enter('pausing');
    state.retryAtMs = pauseMs >= tellPauseMs ? wallMs + pauseMs : undefined;
    this.#do({ do: 'arm', timer: 'retry', delayMs: pauseMs });
  }

  #queue(): void {
    this.#enter('queued');
    this.#do({ do: 'queue' });
  }

  #refuse(error: GuildmeshError | undefined): void {
    this.#enter('refused');
    this.state.retryAtMs = undefined;
    if (error) this.#do({ do: 'announce', error });
  }

  /** Leaves the channel until somebody comes. */
  #retire(): void {
    this.#letGo('in-turn');
    this.#enter('idle');
  }

  #letGo(leave: 'now' | 'in-turn' | 'no'): void {
    const { state } = this;
    if (state.hindrance) this.#do({ do: 'react', by: undefined });
    state.hindrance = undefined;
    state.holds = false;
    this.#do({ do: 'let-go', leave });
  }

  #over(init: {
    leave: 'now' | 'no';
    wish: 'keep' | 'forget';
    end?: RelayEnd;
    error?: GuildmeshError | undefined;
  }): void {
    const { end, error, leave, wish } = init;
    this.#enter('over');
    if (this.state.holds) this.#letGo(leave);
    if (wish === 'forget') this.#do({ do: 'forget' });
    this.#do({ do: 'over', wish, end, error });
  }

  #enter(phase: RelayPhase): void {
    const { state } = this;
    const ending = phase === 'stopping' || phase === 'over';
    if (state.phase === 'pausing') this.#do({ do: 'disarm', timer: 'retry' });
    if (ending && (state.phase === 'starting' || state.phase === 'trying')) this.#do({ do: 'abort-try' });
    if (ending) this.#stay();
    state.phase = phase;
  }

  /** Cancels the wait that ends with leaving. */
  #stay(): void {
    if (this.state.deserted) this.#do({ do: 'disarm', timer: 'leave' });
    this.state.deserted = false;
  }

  #do(...effects: RelayEffect[]): void {
    this.effects.push(...effects);
  }
}
