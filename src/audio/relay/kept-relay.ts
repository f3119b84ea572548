import type { GuildDirectory } from '#contracts/discord.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { Hindrance, VoiceEndReason, VoiceSession } from '../voice-contract.ts';
import type { Attendance } from './attendance.ts';
import type { BroughtUp } from './bring-up.ts';
import { relayErrors } from './errors.ts';
import type { RelayHindrances } from './hindrances.ts';
import type { RelayFacts, WantedRelay } from './relay.ts';
import { pauseBeforeMs } from './revival.ts';
import { isUnknownBroadcast, type StreamOver, unknownGraceMs } from './shared-stream.ts';

export type RelayEnd = StreamOver | 'kicked' | 'replaced' | 'channel-gone' | 'not-home';

/** What a relay needs of the service that keeps it. */
export interface RelayHost {
  bringUp(relay: KeptRelay, signal: AbortSignal): Promise<BroughtUp>;
  /** Starts, stops and attempts of one guild run one after another. */
  inTurn<T>(guildId: string, run: () => Promise<T>): Promise<T>;
  over(relay: KeptRelay, end: RelayEnd, error?: GuildmeshError): void;
  moved(relay: KeptRelay, channelId: string): void;
  announce(relay: KeptRelay, error: GuildmeshError): void;
}

export interface KeptRelayComponents {
  guilds: GuildDirectory;
  clock: Clock;
  chance: Chance;
  logger: Logger;
  hindrances: RelayHindrances;
  /** Only for an auto relay. */
  attendance?: Attendance | undefined;
}

/** Shorter pauses aren't worth reporting. */
const tellPauseMs = 15_000;

/** One broadcast in one channel, from the wish for it until it is over: plays, or tries to, or waits for people. */
export class KeptRelay implements RelayFacts {
  wanted: WantedRelay;
  /** Aborted when the relay is over. */
  readonly ending = new AbortController();
  readonly #components: KeptRelayComponents;
  readonly #host: RelayHost;
  #playing: RelayFacts['playing'];
  #hindrance: Hindrance | undefined;
  #problem: GuildmeshError | undefined;
  #retryAtMs: number | undefined;
  #refused = false;
  #reviving = false;
  /** Its broadcast has ended, and it waits for the next one of that title. */
  #waitsForBroadcast = false;
  /** Monotonic time since its hub has no such broadcast, or its guild no such channel. */
  #unknownSinceMs: number | undefined;
  #goneSinceMs: number | undefined;
  #attempt: AbortController | undefined;
  #wake: (() => void) | undefined;

  constructor(components: KeptRelayComponents, host: RelayHost, wanted: WantedRelay) {
    this.#components = components;
    this.#host = host;
    this.wanted = wanted;
  }

  get playing(): RelayFacts['playing'] {
    return this.#playing;
  }

  get hindrance(): Hindrance | undefined {
    return this.#hindrance;
  }

  get idle(): boolean {
    return this.#components.attendance?.wanted === false;
  }

  get refused(): boolean {
    return this.#refused;
  }

  get problem(): GuildmeshError | undefined {
    return this.#problem;
  }

  get retryAtMs(): number | undefined {
    return this.#retryAtMs;
  }

  adopt({ lease, session, title, community, reference }: BroughtUp): void {
    this.#playing = { lease, session };
    this.#problem = undefined;
    this.#retryAtMs = undefined;
    this.#waitsForBroadcast = false;
    this.#unknownSinceMs = undefined;
    this.#goneSinceMs = undefined;
    this.wanted = { ...this.wanted, title, community, reference };
    const isCurrent = () => this.#playing?.session === session && !this.ending.signal.aborted;
    session.onEnded((reason) => {
      if (isCurrent()) this.#voiceEnded(reason);
    });
    session.onMoved((channelId) => {
      if (isCurrent()) this.#host.moved(this, channelId);
    });
    session.onCooling((problem) => {
      if (isCurrent()) this.#host.announce(this, problem);
    });
    session.onParked((problem) => {
      if (isCurrent()) this.#host.announce(this, problem);
    });
    this.#watchHindrance(session, isCurrent);
    // Everybody may have left while it was being started.
    if (this.idle) this.suspend();
  }

  /** Retries until it plays or isn't wanted any more. */
  revive(): void {
    if (this.#reviving || this.#refused) return;
    this.#reviving = true;
    const { logger } = this.#components;
    void this.#attempts().catch((err: unknown) => {
      if (!this.ending.signal.aborted) logger.error({ err }, 'a relay can’t be brought back');
    });
  }

  /** Something it may have waited for has happened. */
  retryNow(): void {
    this.#wake?.();
  }

  /** Aborts a running attempt in favour of one that people asked for; it is repeated later. */
  interrupt(): void {
    this.#attempt?.abort(relayErrors.RELAY_STOPPED());
  }

  people(listenerCount: number, leaveAfterMs: number): void {
    this.#components.attendance?.update(listenerCount, leaveAfterMs);
  }

  /** The stream it plays is over. */
  streamOver(reason: StreamOver): void {
    if (reason !== 'broadcast-ended' || this.wanted.mode !== 'constant') {
      this.#host.over(this, reason);
      return;
    }
    this.#waitsForBroadcast = true;
    this.suspend();
    this.revive();
  }

  /** Out of the channel, and still wanted. */
  suspend(): void {
    const { logger } = this.#components;
    const session = this.#letGo();
    void this.#host
      .inTurn(this.wanted.guildId, async () => session?.leave())
      .catch((err: unknown) => logger.warn({ err }, 'relay did not leave cleanly'));
  }

  /** Over. Without `leave` another relay has taken the voice connection. */
  async end(init: { leave: boolean }): Promise<void> {
    this.ending.abort(relayErrors.RELAY_STOPPED());
    this.#components.attendance?.stop();
    const session = this.#letGo();
    if (init.leave) await session?.leave();
  }

  /** Returns the stream; the caller leaves the voice session. */
  #letGo(): VoiceSession | undefined {
    const playing = this.#playing;
    this.#playing = undefined;
    this.#hindrance = undefined;
    this.#components.hindrances.stop();
    playing?.lease.release();
    return playing?.session;
  }

  #watchHindrance(session: VoiceSession, isCurrent: () => boolean): void {
    session.onHindered((by) => {
      if (!isCurrent()) return;
      this.#hindrance = by;
      this.#components.hindrances.changed(by, this.wanted);
    });
  }

  #voiceEnded({ kind, error }: VoiceEndReason): void {
    const { logger } = this.#components;
    if (kind === 'kicked') {
      this.#host.over(this, error.code === 'VOICE_KICKED' ? 'kicked' : 'replaced', error);
      return;
    }
    this.#letGo();
    this.#problem = error;
    if (kind === 'refused') {
      this.#refused = true;
      this.#host.announce(this, error);
      return;
    }
    logger.warn({ err: error, channelId: this.wanted.channelId }, 'voice lost, tried again');
    this.revive();
  }

  get #toBePlayed(): boolean {
    return !this.#playing && !this.#refused && !this.idle && !this.ending.signal.aborted;
  }

  async #attempts(): Promise<void> {
    const { chance, clock } = this.#components;
    try {
      let error: unknown = this.#problem;
      for (let attempt = 0; this.#toBePlayed; attempt++) {
        const pauseMs = pauseBeforeMs(chance, attempt, error, this.#waitsForBroadcast);
        if (pauseMs === undefined) {
          this.#refused = true;
          if (this.#problem) this.#host.announce(this, this.#problem);
          return;
        }
        this.#retryAtMs = pauseMs >= tellPauseMs ? clock.nowMs() + pauseMs : undefined;
        await this.#pause(pauseMs, !isVoiceError(error));
        error = await this.#host.inTurn(this.wanted.guildId, () => this.#tryOnce());
      }
    } finally {
      // Together with the last check, not a turn later: voice may be lost again in between.
      this.#reviving = false;
    }
  }

  /** Returns why it isn't playing yet. */
  async #tryOnce(): Promise<unknown> {
    const { guilds, logger } = this.#components;
    const { signal } = this.ending;
    if (!this.#toBePlayed || !guilds.connected()) return undefined;
    this.#attempt = new AbortController();
    try {
      this.adopt(await this.#host.bringUp(this, AbortSignal.any([signal, this.#attempt.signal])));
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      logger.debug({ err: error, channelId: this.wanted.channelId }, 'relay not back yet');
      this.#problem = isGuildmeshError(error) ? error : undefined;
      this.#giveUpWhatIsGone(error);
      return error;
    } finally {
      this.#attempt = undefined;
    }
  }

  #giveUpWhatIsGone(error: unknown): void {
    const { clock, guilds } = this.#components;
    const { channelId, guildId } = this.wanted;
    const nowMs = clock.monotonicMs();
    // With fallbacks it isn't over because the first source is.
    const unknown = isUnknownBroadcast(error) && this.wanted.fallbacks.length === 0;
    this.#unknownSinceMs = unknown ? (this.#unknownSinceMs ?? nowMs) : undefined;
    const inGuild = guilds.guilds().some(({ id }) => id === guildId);
    const gone = isGuildmeshError(error, 'RELAY_CHANNEL_UNKNOWN') && inGuild;
    this.#goneSinceMs = gone ? (this.#goneSinceMs ?? nowMs) : undefined;
    if (this.#unknownSinceMs !== undefined && nowMs - this.#unknownSinceMs > unknownGraceMs) {
      if (this.wanted.mode === 'constant') this.#waitsForBroadcast = true;
      else this.#host.over(this, 'broadcast-ended');
    }
    if (this.#goneSinceMs !== undefined && nowMs - this.#goneSinceMs > unknownGraceMs)
      this.#host.over(this, 'channel-gone', relayErrors.RELAY_CHANNEL_GONE({ channelId }));
  }

  /** A pause that Discord requires isn't shortened. */
  async #pause(pauseMs: number, wakeable: boolean): Promise<void> {
    const wake = new AbortController();
    this.#wake = wakeable ? () => wake.abort() : undefined;
    const { signal } = this.ending;
    await this.#components.clock
      .sleep(pauseMs, AbortSignal.any([signal, wake.signal]))
      .catch(() => signal.throwIfAborted());
    this.#wake = undefined;
  }
}

function isVoiceError(error: unknown): boolean {
  return isGuildmeshError(error) && error.code.startsWith('VOICE_');
}
