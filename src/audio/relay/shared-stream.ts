import type { RelayView } from '#contracts/actions/relay.ts';
import type {
  BroadcastCatalogue,
  FramePosition,
  FrameSink,
  FrameSubscription,
  Playing,
  RemoteBroadcasts,
  StreamEndReason,
} from '#contracts/audio.ts';
import { backoffMs } from '#core/backoff.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { type BroadcastTarget, streamKeyOf } from '../reference.ts';
import type { VoiceEngine, VoiceStream } from '../voice-contract.ts';
import { PlayingLine } from './playing-line.ts';

const resubscribeBackoff = { baseMs: 250, ceilingMs: 5_000 };
const subscribeTimeoutMs = 10_000;
/** A restarted hub has its broadcasts again by then; one still unknown has ended. */
export const unknownGraceMs = 60_000;

export interface StreamComponents {
  voice: VoiceEngine;
  remote: RemoteBroadcasts;
  /** All broadcasts of our own: callers that lease a stream for a guild have checked that it may hear it. */
  own: BroadcastCatalogue;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export type StreamOver = 'broadcast-ended' | 'revoked' | 'narrowed' | 'unserved';

/** Sound on its way to channels: counted, opened and closed by the pool. */
export interface PooledStream {
  readonly key: string;
  /** The community this stream comes from, if any. */
  readonly peerId: string | undefined;
  readonly connected: boolean;
  /** Why nothing more comes, until it is opened again. */
  readonly over: StreamOver | undefined;
  /** What plays with the frame that is heard, or with the newest. */
  playingAt(heard: FramePosition | undefined): Playing | undefined;
  /** For a list: its sources, with the one that is heard. */
  readonly sources?: RelayView['sources'];
  /** Shared by all callers meanwhile; after a failure, or once it is over, the next caller retries. */
  open(): Promise<void>;
  retryNow(): void;
  /** For a list: see Broadcast.next. */
  next?(signal: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * One subscription and one jitter buffer for all channels that relay the same broadcast; resubscribes automatically.
 */
export class SharedStream implements PooledStream {
  readonly key: string;
  readonly #target: BroadcastTarget;
  readonly #components: StreamComponents;
  readonly #onOver: (reason: StreamOver) => void;
  readonly #voice: VoiceStream;
  readonly #playing = new PlayingLine();
  readonly #closing = new AbortController();
  #subscription: FrameSubscription | undefined;
  #opening: Promise<void> | undefined;
  #over: StreamOver | undefined;
  /** Counts subscriptions: events of an earlier one are ignored. */
  #generation = 0;
  #wake: (() => void) | undefined;

  constructor(components: StreamComponents, target: BroadcastTarget, onOver: (reason: StreamOver) => void) {
    this.key = streamKeyOf(target);
    this.#target = target;
    this.#components = components;
    this.#onOver = onOver;
    this.#voice = components.voice.openStream(this.key);
  }

  get peerId(): string | undefined {
    return this.#target.community?.peerId;
  }

  get connected(): boolean {
    return this.#subscription !== undefined;
  }

  get over(): StreamOver | undefined {
    return this.#over;
  }

  playingAt(heard: FramePosition | undefined): Playing | undefined {
    return this.#playing.at(heard);
  }

  /** Subscribes if that isn't done; shared by all callers meanwhile. Throws MESH_* and AUDIO_* errors. */
  open(): Promise<void> {
    this.#opening ??= this.#subscribe().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  /** The other side is there again: skip the rest of the pause. */
  retryNow(): void {
    this.#wake?.();
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new Error('no channel relays this stream any more'));
    this.#generation++;
    this.#subscription?.cancel();
    this.#subscription = undefined;
    this.#voice.close();
  }

  async #subscribe(): Promise<void> {
    const { clock, own, remote, voice } = this.#components;
    const { broadcastId, community } = this.#target;
    const generation = ++this.#generation;
    let endedEarly = false;
    const sink: FrameSink = {
      burstMs: voice.burstMs,
      frame: (frame) => {
        if (generation !== this.#generation) return;
        this.#playing.frame(frame);
        this.#voice.frame(frame);
      },
      flush: () => {
        if (generation === this.#generation) this.#voice.flush();
      },
      end: (reason) => {
        endedEarly = true;
        if (generation === this.#generation) this.#ended(reason);
      },
    };
    const late = () => new DeadlinePassed('subscribing took too long');
    const subscription = community
      ? await withDeadline(
          clock,
          subscribeTimeoutMs,
          this.#closing.signal,
          (signal) => remote.subscribe(community.peerId, broadcastId, sink, signal),
          { late },
        )
      : own.subscribe(broadcastId, sink);
    if (endedEarly) return;
    if (generation !== this.#generation) {
      subscription.cancel();
      return;
    }
    this.#subscription = subscription;
    this.#over = undefined;
  }

  #ended(reason: StreamEndReason): void {
    this.#subscription = undefined;
    this.#voice.interrupted();
    if (reason !== 'lost' && reason !== 'unsubscribed') this.#finish(reason);
    else if (!this.#closing.signal.aborted) {
      void this.#resubscribe().catch((err: unknown) => {
        if (!this.#closing.signal.aborted) this.#components.logger.error({ err }, 'resubscribing ended');
      });
    }
  }

  #finish(reason: StreamOver): void {
    this.#over = reason;
    this.#opening = undefined;
    this.#onOver(reason);
  }

  async #resubscribe(): Promise<void> {
    const { chance, clock, logger } = this.#components;
    const { signal } = this.#closing;
    let unknownSinceMs: number | undefined;
    for (let attempt = 0; ; attempt++) {
      await this.#pause(backoffMs(chance, resubscribeBackoff, attempt));
      try {
        await this.#subscribe();
        return;
      } catch (error) {
        signal.throwIfAborted();
        logger.debug({ err: error, stream: this.key, attempt }, 'stream not back yet');
        unknownSinceMs = isUnknownBroadcast(error) ? (unknownSinceMs ?? clock.monotonicMs()) : undefined;
      }
      if (unknownSinceMs !== undefined && clock.monotonicMs() - unknownSinceMs > unknownGraceMs)
        return this.#finish('broadcast-ended');
    }
  }

  async #pause(delayMs: number): Promise<void> {
    const wake = new AbortController();
    this.#wake = () => wake.abort();
    const { signal } = this.#closing;
    await this.#components.clock
      .sleep(delayMs, AbortSignal.any([signal, wake.signal]))
      .catch(() => signal.throwIfAborted());
    this.#wake = undefined;
  }
}

/** Our own code, or the mesh's code for the same answer of another hub. */
export function isUnknownBroadcast(error: unknown): boolean {
  return isGuildmeshError(error) && /UNKNOWN_BROADCAST|BROADCAST_UNKNOWN/.test(error.code);
}
