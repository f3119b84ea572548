import { orAborted } from '#core/aborted.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { Hindrance, VoiceEndReason, VoiceJoin, VoiceSession, VoiceStatus } from '../voice-contract.ts';
import { voiceErrors } from './errors.ts';

const statusAtJoin: VoiceStatus = {
  state: 'joining',
  e2ee: false,
  framesPlayed: 0,
  framesMissed: 0,
  framesConcealed: 0,
  bufferedFrames: 0,
  bufferTargetMs: 0,
  latencyMs: undefined,
  rejoinCount: 0,
  closeCodes: {},
};

/** The main thread's half of one session: the request, the worker's last report, and the listeners. */
export class GuildVoice implements VoiceSession {
  readonly guildId: string;
  readonly joinId: number;
  /** Resolves once the connection is ready, rejects when it ends before that. */
  readonly joined: Promise<void>;
  /** A worker has been asked to join for it. */
  toldBefore = false;
  #request: VoiceJoin;
  #settle: { resolve: () => void; reject: (error: GuildmeshError) => void };
  /** Sums of the workers before this one. */
  #earlier = statusAtJoin;
  #current = statusAtJoin;
  #ready = false;
  #endReason: VoiceEndReason | undefined;
  #endListeners: ((reason: VoiceEndReason) => void)[] = [];
  #moveListeners: ((channelId: string) => void)[] = [];
  #hindranceListeners: ((by: Hindrance | undefined) => void)[] = [];
  #hindrance: Hindrance | undefined;
  #coolingListeners: ((problem: GuildmeshError) => void)[] = [];
  #parkedListeners: ((problem: GuildmeshError) => void)[] = [];
  readonly #leave: () => Promise<void>;
  readonly #tellVolume: (percent: number) => void;

  constructor(
    components: {
      leave: (session: GuildVoice) => Promise<void>;
      tellVolume: (session: GuildVoice, percent: number) => void;
    },
    request: VoiceJoin,
    joinId: number,
  ) {
    this.guildId = request.guildId;
    this.joinId = joinId;
    this.#request = request;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.joined = promise;
    this.#settle = { resolve, reject };
    this.#leave = () => components.leave(this);
    this.#tellVolume = (percent) => components.tellVolume(this, percent);
  }

  get channelId(): string {
    return this.#request.channelId;
  }

  /** Where it is now, which a new worker must join. */
  get request(): VoiceJoin {
    return this.#request;
  }

  status(): VoiceStatus {
    const earlier = this.#earlier;
    const current = this.#current;
    const closeCodes = { ...earlier.closeCodes };
    for (const [code, count] of Object.entries(current.closeCodes)) {
      closeCodes[Number(code)] = (closeCodes[Number(code)] ?? 0) + count;
    }
    return {
      ...current,
      state: this.#ready && current.state === 'joining' ? 'reconnecting' : current.state,
      framesPlayed: earlier.framesPlayed + current.framesPlayed,
      framesMissed: earlier.framesMissed + current.framesMissed,
      framesConcealed: earlier.framesConcealed + current.framesConcealed,
      rejoinCount: earlier.rejoinCount + current.rejoinCount,
      closeCodes,
    };
  }

  setVolume(volumePercent: number): void {
    this.#request = { ...this.#request, volumePercent };
    this.#tellVolume(volumePercent);
  }

  leave(): Promise<void> {
    return this.#leave();
  }

  /** Resolves once the connection is ready; leaves when the signal aborts first. Throws its reason, and VOICE_* errors. */
  untilJoined(signal: AbortSignal): Promise<void> {
    return orAborted(signal, this.joined, { abandon: () => void this.leave() });
  }

  onEnded(listener: (reason: VoiceEndReason) => void): void {
    const reason = this.#endReason;
    if (reason) queueMicrotask(() => listener(reason));
    else this.#endListeners.push(listener);
  }

  onMoved(listener: (channelId: string) => void): void {
    this.#moveListeners.push(listener);
  }

  onHindered(listener: (by: Hindrance | undefined) => void): void {
    this.#hindranceListeners.push(listener);
    // Discord reports it together with the entry, before anybody could listen.
    if (this.#hindrance) queueMicrotask(() => listener(this.#hindrance));
  }

  onCooling(listener: (problem: GuildmeshError) => void): void {
    this.#coolingListeners.push(listener);
  }

  onParked(listener: (problem: GuildmeshError) => void): void {
    this.#parkedListeners.push(listener);
  }

  // The methods below are called only by the engine.

  update(status: VoiceStatus): void {
    const wasParked = this.#current.state === 'parked';
    this.#current = status;
    if (wasParked || status.state !== 'parked') return;
    const { guildId, channelId } = this;
    for (const listener of this.#parkedListeners) listener(voiceErrors.VOICE_PARKED({ guildId, channelId }));
  }

  markJoined(): void {
    this.#ready = true;
    this.#settle.resolve();
  }

  markMoved(channelId: string, kind: VoiceJoin['kind']): void {
    this.#request = { ...this.#request, channelId, kind };
    for (const listener of this.#moveListeners) listener(channelId);
  }

  markHindered(by: Hindrance | undefined): void {
    this.#hindrance = by;
    for (const listener of this.#hindranceListeners) listener(by);
  }

  markCooling(problem: GuildmeshError): void {
    for (const listener of this.#coolingListeners) listener(problem);
  }

  /** We left on purpose: rejects pending joins. */
  markLeft(error: GuildmeshError): void {
    this.#settle.reject(error);
  }

  /** Another worker will join again; this one's counts are kept. */
  markWorkerLost(): void {
    const status = this.status();
    this.#earlier = { ...status, rejoinCount: status.rejoinCount + (this.#ready ? 1 : 0) };
    this.#current = statusAtJoin;
  }

  markEnded(reason: VoiceEndReason): void {
    if (this.#endReason) return;
    this.#endReason = reason;
    if (!this.#ready) {
      this.#settle.reject(reason.error);
      return;
    }
    for (const listener of this.#endListeners) listener(reason);
  }
}
