import type { GuildDirectory } from '#contracts/discord.ts';
import type { IntentStore } from '#contracts/intents.ts';
import { inBackground } from '#core/background.ts';
import type { Chance, Clock, Timer } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { turns } from '#core/turns.ts';
import type { VoiceSession } from '../voice-contract.ts';
import type { BroughtUp } from './bring-up.ts';
import { relayErrors } from './errors.ts';
import { intentOf, type RelayFacts, type WantedRelay } from './relay.ts';
import { advance } from './relay-machine.ts';
import {
  initialRelayState,
  type RelayEffect,
  type RelayEvent,
  type RelayState,
  type RelayTimer,
} from './relay-machine-model.ts';

/** A person is waiting. */
const startTimeoutMs = 30_000;
/** No user is waiting, and join requests are rate-limited when there are hundreds. */
const reviveTimeoutMs = 600_000;

export interface KeptRelayComponents {
  guilds: GuildDirectory;
  intents: IntentStore;
  clock: Clock;
  chance: Chance;
  logger: Logger;
  hindrances: { changed: (by: RelayState['hindrance'], wanted: WantedRelay) => void };
  bringUp: (wanted: WantedRelay, timeoutMs: number, signal: AbortSignal) => Promise<BroughtUp>;
  inTurn: ReturnType<typeof turns>;
  people: (wanted: WantedRelay) => { listenerCount: number; leaveAfterMs: number };
  /** The bot enters that channel because of a start, not because people moved it. */
  joinsNow: (guildId: string, channelId: string) => boolean;
  /** Another relay of its guild plays. */
  taken: (relay: KeptRelay) => boolean;
  announce: (relay: KeptRelay, error: GuildmeshError) => void;
  over: (relay: KeptRelay, how: Extract<RelayEffect, { do: 'over' }>) => void;
}

/** Carries out the effects of one relay's machine, and reports events to it. */
export class KeptRelay implements RelayFacts {
  readonly #components: KeptRelayComponents;
  #state: RelayState;
  readonly #events: RelayEvent[] = [];
  #telling = false;
  readonly #timers = new Map<RelayTimer, Timer>();
  #attempt: AbortController | undefined;
  #trying: Promise<void> | undefined;
  /** The result of a try, until the machine takes or discards it. */
  #brought: BroughtUp | undefined;
  #playing: RelayFacts['playing'];
  #leaving: Promise<void> = Promise.resolve();
  #forgetting: Promise<void> = Promise.resolve();
  /** Writes of the stored request, one after another. */
  #writes: Promise<void> = Promise.resolve();

  constructor(
    components: KeptRelayComponents,
    wanted: WantedRelay,
    init: { phase: 'starting' | 'idle'; attended: boolean },
  ) {
    this.#components = components;
    this.#state = initialRelayState(wanted, init);
  }

  get wanted(): WantedRelay {
    return this.#state.wanted;
  }

  get playing(): RelayFacts['playing'] {
    return this.#playing;
  }

  get hindrance(): RelayFacts['hindrance'] {
    return this.#state.hindrance;
  }

  get idle(): boolean {
    return !this.#state.attended;
  }

  get refused(): boolean {
    return this.#state.phase === 'refused';
  }

  get over(): boolean {
    return this.#state.phase === 'over';
  }

  /** A person has ended it. */
  get stopping(): boolean {
    return this.#state.phase === 'stopping';
  }

  get problem(): GuildmeshError | undefined {
    return this.#state.problem;
  }

  get retryAtMs(): number | undefined {
    return this.#state.retryAtMs;
  }

  /** Starts it for a person, in the guild's turn. Throws the reason if it can't play; then it is over. */
  begin(signal: AbortSignal): Promise<void> {
    return this.#bring(startTimeoutMs, signal);
  }

  /** Stores the request for it, after the relays that it replaces are gone. */
  async establish(): Promise<void> {
    this.#tell({ type: 'established' });
    await this.#writes;
  }

  takeUp(): void {
    this.#tell({ type: 'take-up' });
  }

  retryNow(): void {
    this.#tell({ type: 'nudge' });
  }

  /** Aborts a running attempt in favour of one that people asked for; it is repeated later. */
  interrupt(): void {
    this.#tell({ type: 'make-way' });
  }

  countPeople(): void {
    this.#tell({ type: 'people', ...this.#components.people(this.wanted) });
  }

  setVolume(percent: number): void {
    this.#playing?.session.setVolume(percent);
  }

  withdraw(end: 'revoked' | 'narrowed'): void {
    this.#tell({ type: 'withdrawn', end });
  }

  /** From now on it neither tries nor posts anything; `end` leaves the channel. */
  stop(): void {
    this.#tell({ type: 'stop' });
  }

  async end(init: { leave: boolean; wish: 'keep' | 'forget' }): Promise<void> {
    this.#tell({ type: 'end', ...init });
    await this.#leaving;
    await this.#forgetting;
  }

  /** An event that an effect causes synchronously waits for the remaining effects of the event before. */
  #tell(event: RelayEvent): void {
    const { chance, clock } = this.#components;
    this.#events.push(event);
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) {
        const moment = { nowMs: clock.monotonicMs(), wallMs: clock.nowMs(), fraction: chance.fraction() };
        const { state, effects } = advance(this.#state, next, moment);
        this.#state = state;
        for (const effect of effects) this.#run(effect);
      }
    } finally {
      this.#telling = false;
    }
  }

  #run(effect: RelayEffect): void {
    const { announce, hindrances, logger, over } = this.#components;
    switch (effect.do) {
      case 'arm':
        this.#arm(effect.timer, effect.delayMs);
        break;
      case 'disarm':
        this.#timers.get(effect.timer)?.cancel();
        break;
      case 'queue':
        this.#queue();
        break;
      case 'try':
        this.#trying = this.#bring(reviveTimeoutMs).catch(() => {});
        break;
      case 'abort-try':
        this.#attempt?.abort(relayErrors.RELAY_STOPPED());
        break;
      case 'hold':
        this.#hold();
        break;
      case 'discard':
        this.#discard();
        break;
      case 'let-go':
        this.#letGo(effect.leave);
        break;
      case 'react':
        hindrances.changed(effect.by, this.wanted);
        break;
      case 'count-people':
        this.countPeople();
        break;
      case 'announce':
        announce(this, effect.error);
        break;
      case 'store':
        this.#store(effect.before);
        break;
      case 'forget':
        this.#forgetting = this.#forget();
        this.#complain(this.#forgetting, 'wish of an ended relay not removed');
        break;
      case 'over':
        over(this, effect);
        break;
      case 'log':
        logger[effect.level]({ err: effect.err, channelId: this.wanted.channelId }, effect.text);
        break;
    }
  }

  #arm(timer: RelayTimer, delayMs: number): void {
    this.#timers.get(timer)?.cancel();
    const tell = () => this.#tell({ type: 'timer', timer });
    this.#timers.set(timer, this.#components.clock.after(delayMs, tell));
  }

  #queue(): void {
    const { guilds, inTurn } = this.#components;
    const turn = inTurn(this.wanted.guildId, async () => {
      this.#tell({ type: 'turn', connected: guilds.connected(), taken: this.#components.taken(this) });
      await this.#trying;
    });
    this.#complain(turn, 'turn of a relay not taken');
  }

  async #bring(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const { bringUp, guilds } = this.#components;
    const attempt = new AbortController();
    this.#attempt = attempt;
    try {
      const either = signal ? AbortSignal.any([signal, attempt.signal]) : attempt.signal;
      this.#brought = await bringUp(this.wanted, timeoutMs, either);
    } catch (error) {
      const inGuild = guilds.guilds().some(({ id }) => id === this.wanted.guildId);
      this.#tell({ type: 'failed', error, inGuild });
      throw error;
    } finally {
      this.#attempt = undefined;
    }
    const { title, community, reference } = this.#brought;
    this.#tell({ type: 'brought', title, community, reference });
  }

  #hold(): void {
    if (!this.#brought) return;
    const { lease, session } = this.#brought;
    this.#brought = undefined;
    this.#playing = { lease, session };
    const tell = (event: RelayEvent) => {
      if (this.#playing?.session === session) this.#tell(event);
    };
    session.onEnded((reason) => tell({ type: 'voice-ended', reason }));
    session.onMoved((channelId) => {
      if (!this.#components.joinsNow(session.guildId, channelId)) tell({ type: 'moved', channelId });
    });
    session.onCooling((problem) => tell({ type: 'voice-paused', problem }));
    session.onParked((problem) => tell({ type: 'voice-paused', problem }));
    session.onHindered((by) => tell({ type: 'hindered', by }));
    lease.onOver((reason) => tell({ type: 'stream-over', reason }));
  }

  #discard(): void {
    const brought = this.#brought;
    this.#brought = undefined;
    brought?.lease.release();
    this.#leave(brought?.session, 'in-turn');
  }

  #letGo(leave: 'now' | 'in-turn' | 'no'): void {
    const playing = this.#playing;
    this.#playing = undefined;
    playing?.lease.release();
    this.#leave(playing?.session, leave);
  }

  #leave(session: VoiceSession | undefined, leave: 'now' | 'in-turn' | 'no'): void {
    if (!session || leave === 'no') return;
    const go = () => session.leave();
    const leaving = leave === 'now' ? go() : this.#components.inTurn(this.wanted.guildId, go);
    // `end` awaits leaving. It runs in the guild's turn, so it must not await a later turn.
    if (leave === 'now') this.#leaving = leaving;
    this.#complain(leaving, 'relay did not leave cleanly');
  }

  #store(before: string | undefined): void {
    const intent = intentOf(this);
    const { intents } = this.#components;
    this.#complain(
      this.#write(async () => {
        await intents.put(intent);
        if (before !== undefined) await intents.remove('relay', before);
      }),
      'wish of a relay not written',
    );
  }

  /**
   * Without waiting for leaving: an ended relay must not return after a crash meanwhile, nor take the request of the next
   * start in its channel with it.
   */
  #forget(): Promise<void> {
    const { channelId } = this.wanted;
    return this.#write(() => this.#components.intents.remove('relay', channelId));
  }

  #write(run: () => Promise<void>): Promise<void> {
    this.#writes = this.#writes.then(run, run);
    return this.#writes;
  }

  #complain(work: Promise<unknown>, complaint: string): void {
    const { logger } = this.#components;
    const { channelId } = this.wanted;
    void inBackground(logger, 'warn', work, complaint, { channelId });
  }
}
