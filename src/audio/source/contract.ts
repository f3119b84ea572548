/**
 * What a broadcast can be made from: one contract for a file, a folder, a web radio, another community's broadcast, a
 * live channel, a test tone. A new kind must be added to the compliance suite (tests/audio/source/compliance.ts).
 */
import type { Audience, BroadcastOrigin } from '#contracts/audio.ts';
import type { GuildmeshError } from '#core/errors.ts';

/** One 20 ms Opus packet of a source. */
export interface SourceFrame {
  payload: Uint8Array;
  /** Wall clock when this was live, if the source knows it. Absent: it is live when it is sent. */
  captureTimeMs?: number;
  /** Frames of 20 ms that were due before this one and that are lost: their time passes for the listener, too. */
  missedCount?: number;
  /** Silence inserted where the sources gave nothing. */
  filler?: true;
  /** What plays with it; the same object until something else begins. Absent: see the source's events. */
  playing?: SourcePlaying | undefined;
  /** Dropped, wherever it waits, once its source has reported a later turn. */
  turn?: number;
  /** Called when it was sent to the listeners. */
  onSent?: () => void;
}

export interface SourcePlaying {
  /** The source's own name. */
  name: string;
  /** What plays in it, if known; else empty. */
  title: string;
}

/**
 * `file`: delivers as fast as it is read, then ends. `stream`: delivers as fast as it is read or as its sender allows;
 * its end is a loss. `radio`: its sender sets the pace and will not wait.
 */
export type SourcePace = 'file' | 'stream' | 'radio';

/** One item of a folder or a playlist. */
export interface CollectionItem {
  /** A library file, or an http(s) address. */
  name: string;
  /** The same content in other places, for when it can't be played here. */
  others?: readonly string[];
  /** Its title in the playlist. */
  title?: string | undefined;
}

/** What isn't played of a folder or a list. */
export interface LeftOut {
  count: number;
  /** Number of all entries; `count` is among these. */
  of: number;
  /** A few of the reasons, each with an example where there is one. */
  reasons: readonly string[];
}

export interface SourceFacts {
  /** The source's own name. */
  title: string;
  pace: SourcePace;
  /** Its packets arrive as their maker encoded them. */
  passedThrough: boolean;
  /** For a folder or a list; the answer may grow while it plays. Absent where nothing is left out. */
  leftOut?: () => LeftOut | undefined;
  /** What people should know of how it plays, although it does: a code, a sentence, what to do. */
  notice?: () => GuildmeshError | undefined;
  /** Its first maker, when another community made it. */
  origin?: BroadcastOrigin;
  /** It waits for others to fill it: it has time limits of its own, and reports when it rests. */
  isQueue?: true;
}

/** What a file is, by its tags. */
export interface ItemFacts {
  /** Never empty. */
  title: string;
  artist?: string | undefined;
  album?: string | undefined;
  durationMs?: number | undefined;
  coverId?: string | undefined;
}

/** Comes before the frame that it is about. */
export type SourceEvent =
  /** The source's own name: at each start. */
  | { kind: 'name'; title: string }
  /**
   * What begins to play, as the source says: a station's title, a file's tags, the next link of a chained stream.
   * Empty: nothing is known of what follows.
   */
  | { kind: 'title'; title: string }
  /** The tags of the file that begins to play. */
  | { kind: 'item'; facts: ItemFacts }
  /** Somebody skipped, paused or sought in a queue: frames of earlier turns are dropped. */
  | { kind: 'turn'; turn: number }
  /**
   * `empty`: a queue has nothing to play for now, which is neither a loss nor an end. `held`: nothing else is to be
   * heard either. `no`: it has something again.
   */
  | { kind: 'rests'; how: 'empty' | 'held' | 'no' };

/** A chain of sources continued with another one. */
export interface SourceSwitch {
  from: string;
  to: string;
  why: SwitchReason;
}

export type SwitchReason = 'stalled' | 'lost' | 'ended' | 'back' | 'asked';

export interface SourceHealth {
  /** `resting`, `held`: a queue, see SourceEvent. */
  state: 'idle' | 'opening' | 'flowing' | 'waiting' | 'resting' | 'held' | 'over';
  framesGiven: number;
  /** Monotonic; absent before the first frame. */
  lastFrameAtMs?: number;
  /** Why it doesn't flow, if it doesn't. */
  problem?: GuildmeshError;
}

/** One start of one source. Constructing it does no I/O. */
export interface AudioSource {
  /** As a person typed it. */
  readonly name: string;
  /**
   * Resolves once the source is open and of a known kind; once only. Throws AUDIO_* errors and the signal's reason. The
   * signal bounds only the start; after a failure nothing is left open.
   */
  start(signal: AbortSignal): Promise<SourceFacts>;
  /**
   * After `start`, for one reader. Ends when a file is over or `stop` was called; throws when the source is lost.
   * Leaving it stops the source.
   */
  frames(): AsyncGenerator<SourceFrame, void, void>;
  health(): SourceHealth;
  /** Frees everything, including a waiting reader; idempotent, at any time. */
  stop(): void;
}

export interface SourceRequest {
  /** As a person typed it. */
  name: string;
  /** The guild it is for: it may use that guild's channels and library, and takes part of its decoders. */
  owner: string;
  /** The audience: people of a live channel are notified of it. */
  audience: Audience;
  /** Folders and playlists: in random order. */
  shuffle: boolean;
  /** Folders and playlists: restart at the end. The owner of a single file restarts it. */
  loop: boolean;
  /** Brings it to this loudness; absent: unchanged. LUFS, EBU R 128. */
  loudnessLufs?: number | undefined;
  /** Played into channels of this hub and offered to nobody: it can't come back to its maker. */
  onlyHere?: boolean | undefined;
  /**
   * Where a file begins, as exactly as its format allows. Ignored by what is live, by folders and by lists.
   */
  startAtMs?: number | undefined;
  /** The lists that led here, the outermost first. */
  lists?: readonly string[];
  /** The one queue that may be opened by its name: only its player can pass it in. */
  queue?: RequestedQueue | undefined;
  onEvent: (event: SourceEvent) => void;
}

/** A queue, for the player that it belongs to. */
export interface RequestedQueue {
  /** `queue:<player id>` */
  name: string;
  /** Begins with what is wanted now. `close` frees everything. */
  open(request: SourceRequest): { facts: SourceFacts; frames: AsyncIterable<SourceFrame>; close(): void };
}
