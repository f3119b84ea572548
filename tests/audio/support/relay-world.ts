import { relayErrors } from '#audio/relay/errors.ts';
import type { WantedRelay } from '#audio/relay/relay.ts';
import { advance } from '#audio/relay/relay-machine.ts';
import {
  initialRelayState,
  type RelayEffect,
  type RelayEvent,
  type RelayState,
  type RelayTimer,
} from '#audio/relay/relay-machine-model.ts';
import { GuildmeshError } from '#core/errors.ts';

export const leaveAfterMs = 60_000;
const answerMs = 50;
const tryTimeoutMs = 600_000;

/** `hangs`: nothing comes until the time is up. */
export type Answering = 'plays' | 'sometimes' | 'hangs' | 'unknown' | 'gone' | 'voice' | 'hopeless' | 'odd';

interface Answer {
  atMs: number;
  event: RelayEvent;
}

export interface WorldInit {
  mode: WantedRelay['mode'];
  fallbacks: readonly string[];
  by: 'person' | 'restart';
  answering: Answering;
  seed: number;
}

/** All that a relay machine deals with, made of a list of timers; whatever it shouldn't do is written down. */
export class RelayWorld {
  state: RelayState;
  answering: Answering;
  connected = true;
  /** Another relay has the guild's voice connection. */
  taken = false;
  readonly wrong: string[] = [];
  readonly ends: RelayEffect[] = [];
  stored = false;
  #nowMs = 0;
  #seed: number;
  #stopped = false;
  #forgotten = false;
  #held = 0;
  #brought = 0;
  #timers = new Map<RelayTimer, number>();
  #turn: Answer | undefined;
  #try: Answer | undefined;

  constructor({ answering, by, fallbacks, mode, seed }: WorldInit) {
    this.answering = answering;
    this.#seed = seed;
    this.stored = by === 'restart';
    const wanted = {
      ...{ guildId: 'g', channelId: 'a', reference: 'show@peer', fallbacks, mode, title: 'The Show' },
      ...{ community: 'North', startedAtMs: 0, wantedBy: 'someone' },
    };
    const phase = by === 'person' ? 'starting' : 'idle';
    this.state = initialRelayState(wanted, { phase, attended: true });
    if (by === 'person') this.#try = this.#answer();
    else this.tell({ type: 'take-up' });
  }

  get phase(): RelayState['phase'] {
    return this.state.phase;
  }

  tell(event: RelayEvent): void {
    if (event.type === 'stop') this.#stopped = true;
    if (event.type === 'brought') this.#brought++;
    const before = this.state;
    const moment = { nowMs: this.#nowMs, wallMs: 1e12 + this.#nowMs, fraction: this.#chance() };
    const { state, effects } = advance(before, event, moment);
    this.state = state;
    for (const effect of effects) this.#perform(effect, before);
    for (const [rule, holds] of Object.entries(this.#rules())) {
      if (!holds) this.wrong.push(`${rule}: ${before.phase} → ${state.phase} by ${event.type}`);
    }
  }

  pass(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    for (let next = this.#nextAtMs(); next !== undefined && next <= endMs; next = this.#nextAtMs()) {
      this.#nowMs = Math.max(this.#nowMs, next);
      this.#fireOne();
    }
    this.#nowMs = endMs;
  }

  /** What must hold after every event. */
  #rules(): Record<string, boolean> {
    const { attended, deserted, hindrance, holds, phase, problem, goneSinceMs, unknownSinceMs } = this.state;
    const ending = phase === 'over' || phase === 'stopping';
    const tries = phase === 'trying' || phase === 'starting';
    return {
      'a pause has its timer': (phase === 'pausing') === this.#timers.has('retry'),
      'a turn is waited for': ending || (phase === 'queued') === (this.#turn !== undefined),
      'a try is under way': ending || tries === (this.#try !== undefined),
      'it holds what it plays': this.#held === (holds ? 1 : 0) && (phase !== 'playing' || holds),
      'only who plays holds': !holds || phase === 'playing' || phase === 'stopping',
      'what was brought is somebody’s': this.#brought === 0,
      'leaving has its timer': deserted === this.#timers.has('leave'),
      'only who plays is hindered': hindrance === undefined || holds,
      'whoever plays has no problem':
        phase !== 'playing' || [problem, goneSinceMs, unknownSinceMs].every((each) => each === undefined),
      'nobody plays to nobody': phase !== 'playing' || attended,
      'nobody idles before people': phase !== 'idle' || !attended,
      'over once': this.ends.length === (phase === 'over' ? 1 : 0),
    };
  }

  #perform(effect: RelayEffect, before: RelayState): void {
    const never = (what: boolean, why: string) => {
      if (what) this.wrong.push(`${effect.do} ${why}`);
    };
    never(before.phase === 'over' && effect.do !== 'discard', 'when it was over');
    const quiet = ['let-go', 'react', 'forget', 'over', 'discard', 'abort-try', 'disarm'];
    never(this.#stopped && !quiet.includes(effect.do), 'of one that was stopped');
    switch (effect.do) {
      case 'arm':
        this.#timers.set(effect.timer, this.#nowMs + effect.delayMs);
        break;
      case 'disarm':
        this.#timers.delete(effect.timer);
        break;
      case 'queue':
        never(this.#turn !== undefined, 'twice');
        this.#turn = { atMs: this.#nowMs + answerMs, event: { type: 'turn', connected: true, taken: false } };
        break;
      case 'try':
        never(this.#try !== undefined || this.#held > 0, 'beside another source');
        never(!this.connected, 'without Discord');
        this.#try = this.#answer();
        break;
      case 'abort-try':
        // It may be through by now.
        if (this.#try && this.#chance() < 0.8)
          this.#try = this.#failure(relayErrors.RELAY_STOPPED(), answerMs);
        break;
      case 'hold':
        never(this.#brought !== 1 || this.#held > 0, 'what isn’t there');
        this.#brought = 0;
        this.#held = 1;
        break;
      case 'discard':
        never(this.#brought !== 1, 'what isn’t there');
        this.#brought = 0;
        break;
      case 'let-go':
        never(this.#held !== 1, 'twice');
        this.#held = 0;
        break;
      case 'store':
        never(this.#forgotten, 'after it was forgotten');
        this.stored = true;
        break;
      case 'forget':
        never(this.#forgotten, 'twice');
        this.#forgotten = true;
        this.stored = false;
        break;
      case 'over':
        never(this.#stopped && effect.end !== undefined, 'told after a person had ended it');
        this.ends.push(effect);
        break;
    }
  }

  #answer(): Answer {
    const found = { title: 'The Show', community: 'North', reference: 'show@peer' };
    const plays = this.answering === 'plays' || (this.answering === 'sometimes' && this.#chance() < 0.5);
    if (plays) return { atMs: this.#nowMs + answerMs, event: { type: 'brought', ...found } };
    if (this.answering === 'hangs')
      return this.#failure(relayErrors.RELAY_TIMEOUT({ timeoutMs: tryTimeoutMs }), tryTimeoutMs);
    const codes = { unknown: 'AUDIO_UNKNOWN_BROADCAST', gone: 'RELAY_CHANNEL_UNKNOWN' };
    const others = {
      voice: 'VOICE_JOIN_TIMEOUT',
      hopeless: 'VOICE_E2EE_REQUIRED',
      sometimes: 'MESH_UNREACHABLE',
    };
    const code: string | undefined = Object.entries({ ...codes, ...others }).find(
      ([answering]) => answering === this.answering,
    )?.[1];
    return this.#failure(code ? problem(code) : new TypeError('a defect'), answerMs);
  }

  #failure(error: unknown, afterMs: number): Answer {
    return { atMs: this.#nowMs + afterMs, event: { type: 'failed', error, inGuild: true } };
  }

  #nextAtMs(): number | undefined {
    const answers = [this.#turn, this.#try].flatMap((answer) => (answer ? [answer.atMs] : []));
    const times = [...this.#timers.values(), ...answers];
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #fireOne(): void {
    if (this.#turn && this.#turn.atMs <= this.#nowMs) {
      this.#turn = undefined;
      this.tell({ type: 'turn', connected: this.connected, taken: this.taken });
      return;
    }
    if (this.#try && this.#try.atMs <= this.#nowMs) {
      const { event } = this.#try;
      this.#try = undefined;
      this.tell(event);
      return;
    }
    for (const [timer, atMs] of this.#timers) {
      if (atMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      this.tell({ type: 'timer', timer });
      return;
    }
  }

  #chance(): number {
    this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return this.#seed / 0x80000000;
  }
}

export function problem(code: string): GuildmeshError {
  return new GuildmeshError({ code, kind: 'remote', message: `${code}.`, next: 'Wait.', details: {} });
}
