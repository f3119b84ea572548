import { advance } from '#audio/voice/worker/voice-machine.ts';
import {
  initialVoiceState,
  type VoiceEffect,
  type VoiceEvent,
  type VoiceRules,
  type VoiceState,
  type VoiceStep,
  type VoiceTimer,
} from '#audio/voice/worker/voice-machine-model.ts';

export const home = { channelId: 'home', kind: 'voice' as const };
export const den = 'den';
export const rules: VoiceRules = { joinTimeoutMs: 10_000, rejoinsMax: 5, onMove: 'follow' };

type Answering = 'always' | 'never' | 'sometimes' | 'refuses' | 'queue';
type Report = Extract<VoiceEffect, { do: 'report' }>;

const answerMs = 50;

/**
 * A Discord made of a list of timers: `always` answers each request until the connection is ready, `refuses` answers
 * with a close, `never` is silent, `queue` doesn't even take the request, `sometimes` draws lots.
 */
export class MachineWorld {
  state: VoiceState;
  answering: Answering;
  readonly reports: Report[] = [];
  readonly joinsAtMs: number[] = [];
  readonly overlappingJoins: number[] = [];
  readonly kicks: number[] = [];
  joinsAfterEnd = 0;
  #nowMs = 0;
  #seed: number;
  #joinOnItsWay = false;
  #ended = false;
  #timers = new Map<VoiceTimer, number>();
  #answers: { atMs: number; event: VoiceEvent; joinCount: number }[] = [];

  constructor(init: { answering: Answering; seed: number } & Partial<VoiceRules>) {
    const { answering, seed, ...changed } = init;
    this.answering = answering;
    this.#seed = seed;
    this.state = initialVoiceState(home, { ...rules, ...changed });
  }

  /** What the machine would answer, without telling it. */
  look(event: VoiceEvent): VoiceStep {
    return advance(this.state, event, { nowMs: this.#nowMs, fraction: this.#chance() });
  }

  tell(event: VoiceEvent): void {
    if (answersJoin(event)) this.#joinOnItsWay = false;
    const { state, effects } = this.look(event);
    this.state = state;
    for (const effect of effects) this.#perform(effect);
  }

  /** From now on every request is answered. What is on its way arrives. */
  recover(): void {
    this.answering = 'always';
    const { phase } = this.state;
    if (phase === 'closing') this.tell({ type: 'silence-sent' });
    if (phase === 'asking') {
      this.#answers = [];
      this.#answer(true);
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

  mostJoinsWithin(windowMs: number): number {
    return Math.max(
      0,
      ...this.joinsAtMs.map(
        (fromMs) => this.joinsAtMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + windowMs).length,
      ),
    );
  }

  #perform(effect: VoiceEffect): void {
    if (effect.do === 'arm') this.#timers.set(effect.timer, this.#nowMs + effect.delayMs);
    if (effect.do === 'disarm') this.#timers.delete(effect.timer);
    if (effect.do === 'report') {
      this.reports.push(effect);
      if (effect.what === 'ended' || effect.what === 'left') this.#ended = true;
      if (effect.what === 'ended' && effect.kind === 'kicked') this.kicks.push(this.#nowMs);
    }
    if (effect.do === 'hang-up') this.#answers = [];
    if (effect.do !== 'ask') return;
    if (effect.channelId === null) {
      this.#joinOnItsWay = false;
      return;
    }
    if (this.#joinOnItsWay) this.overlappingJoins.push(this.#nowMs);
    if (this.#ended) this.joinsAfterEnd++;
    this.#joinOnItsWay = true;
    this.joinsAtMs.push(this.#nowMs);
    this.#answer(this.answering !== 'sometimes' || this.#chance() < 0.5);
  }

  #answer(well: boolean): void {
    const { channelId, kind } = this.state.home;
    const none = { suppressed: false, muted: false, deafened: false };
    if (this.answering === 'queue') return;
    this.#later({ type: 'sent' });
    if (this.answering === 'never' || !well) return;
    this.#later({ type: 'own-state', channelId, kind, ...none });
    this.#later({ type: 'server-named' });
    this.#later({ type: 'connecting' });
    this.#later(this.answering === 'refuses' ? { type: 'session-closed', code: 4006 } : { type: 'ready' });
  }

  #later(event: VoiceEvent): void {
    this.#answers.push({ atMs: this.#nowMs + answerMs, event, joinCount: this.joinsAtMs.length });
  }

  #nextAtMs(): number | undefined {
    const times = [...this.#timers.values(), ...this.#answers.map(({ atMs }) => atMs)];
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #fireOne(): void {
    const answer = this.#answers.find(({ atMs }) => atMs <= this.#nowMs);
    if (answer) {
      this.#answers = this.#answers.filter((other) => other !== answer);
      this.tell(answer.event);
      return;
    }
    for (const [timer, atMs] of this.#timers) {
      if (atMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      // The wait is over: Discord isn't going to answer that request any more.
      if (timer === 'phase') this.#joinOnItsWay = false;
      this.tell({ type: 'timer', timer });
      return;
    }
  }

  #chance(): number {
    this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return this.#seed / 0x80000000;
  }
}

/** Discord, or the line to it, has said how the last request ended. */
function answersJoin(event: VoiceEvent): boolean {
  return (
    event.type === 'ready' ||
    event.type === 'connecting' ||
    event.type === 'session-closed' ||
    event.type === 'socket-closed' ||
    event.type === 'endpoint-removed' ||
    event.type === 'defect' ||
    event.type === 'own-state'
  );
}
