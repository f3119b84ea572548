import type { CommunityDirectory } from '#contracts/communities.ts';
import type { Programmes } from '../broadcast/programmes.ts';
import { type BroadcastTarget, streamKeyOf } from '../reference.ts';
import type { SourceSwitch } from '../source/contract.ts';
import type { LibraryFolders } from '../source/library-folders.ts';
import { ProgrammeStream } from './programme-stream.ts';
import { type PooledStream, SharedStream, type StreamComponents, type StreamOver } from './shared-stream.ts';
import { listKeyOf } from './source-list.ts';

export interface StreamPoolComponents extends StreamComponents {
  communities: CommunityDirectory;
  programmes: Programmes;
  library: LibraryFolders;
}

export interface StreamPoolInit {
  /** Another source of a list is heard. */
  onSwitch: (streamKey: string, event: SourceSwitch) => void;
}

/** A broadcast and its fallbacks. */
export interface ListTarget {
  sources: readonly string[];
  title: string;
  owner: string;
}

export interface StreamLease {
  readonly stream: PooledStream;
  /** Calls back when nothing more comes, at once if that is so already; not after the release. */
  onOver(listener: (reason: StreamOver) => void): void;
  /** Idempotent; the last one closes the stream. */
  release(): void;
}

interface Entry {
  stream: PooledStream;
  leaseCount: number;
  overListeners: Set<(reason: StreamOver) => void>;
}

/** Streams by key, counted: the first lease opens one, the last release closes it. */
export class StreamPool {
  readonly #components: StreamPoolComponents;
  readonly #init: StreamPoolInit;
  readonly #streams = new Map<string, Entry>();

  constructor(components: StreamPoolComponents, init: StreamPoolInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Resolves once subscribed. Throws what subscribing throws, and the signal's reason. */
  lease(target: BroadcastTarget, signal: AbortSignal): Promise<StreamLease> {
    const key = streamKeyOf(target);
    return this.#lease(key, signal, (onOver) => new SharedStream(this.#components, target, onOver));
  }

  /** Resolves once any of the sources gives sound. Throws what ProgrammeStream.open throws, and the signal's reason. */
  leaseList(target: ListTarget, signal: AbortSignal): Promise<StreamLease> {
    const { communities, library } = this.#components;
    const key = listKeyOf(communities, target.sources, library.of(target.owner));
    return this.#lease(key, signal, (onOver) => {
      return new ProgrammeStream(this.#components, {
        ...target,
        key,
        onOver,
        onSwitch: (event) => this.#init.onSwitch(key, event),
      });
    });
  }

  /** A community connected: its streams needn't wait. */
  retryNow(peerId: string): void {
    for (const { stream } of this.#streams.values()) {
      if (stream.peerId === peerId) stream.retryNow();
    }
  }

  async #lease(
    key: string,
    signal: AbortSignal,
    create: (onOver: (reason: StreamOver) => void) => PooledStream,
  ): Promise<StreamLease> {
    signal.throwIfAborted();
    const entry = this.#streams.get(key) ?? this.#add(key, create);
    entry.leaseCount++;
    let released = false;
    let told: ((reason: StreamOver) => void) | undefined;
    const release = () => {
      if (released) return;
      released = true;
      if (told) entry.overListeners.delete(told);
      if (--entry.leaseCount > 0) return;
      this.#streams.delete(key);
      entry.stream.close();
    };
    signal.addEventListener('abort', release, { once: true });
    try {
      await entry.stream.open();
      signal.throwIfAborted();
      const onOver: StreamLease['onOver'] = (listener) => {
        told = listener;
        entry.overListeners.add(listener);
        if (entry.stream.over) listener(entry.stream.over);
      };
      return { stream: entry.stream, onOver, release };
    } catch (error) {
      release();
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', release);
    }
  }

  #add(key: string, create: (onOver: (reason: StreamOver) => void) => PooledStream): Entry {
    const overListeners: Entry['overListeners'] = new Set();
    const stream = create((reason) => {
      for (const listener of [...overListeners]) listener(reason);
    });
    const entry = { stream, leaseCount: 0, overListeners };
    this.#streams.set(key, entry);
    return entry;
  }
}
