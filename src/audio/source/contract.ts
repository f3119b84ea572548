/**
 * What a broadcast can be made from: one contract for a file, a folder, a web radio, another community's broadcast,
 * a live channel, a test tone. Whoever adds a kind adds it to the compliance suite (tests/audio/source/compliance.ts).
 */
import type { Audience, BroadcastOrigin } from '#contracts/audio.ts';
import type { GuildmeshError } from '#core/errors.ts';

/** One 20 ms Opus packet of a source. */
export interface SourceFrame {
  payload: Uint8Array;
  /** Wall clock when this was live, where the source knows it. Absent: it is live when it is sent. */
  captureTimeMs?: number;
  /** Frames of 20 ms that were due before this one and that nobody has: they pass for the listener, too. */
  missedCount?: number;
  /** Silence put in where the sources gave nothing. */
  filler?: true;
  /** What plays with it; one object until another begins. Absent: what the source's events said. */
  playing?: SourcePlaying | undefined;
}

export interface SourcePlaying {
  /** What the source calls itself. */
  name: string;
  /** What plays in it, if it says so; else empty. */
  title: string;
}

/**
 * `file`: gives as fast as it is asked, then ends. `stream`: gives as fast as it is asked or as its sender allows,
 * its end is a loss. `radio`: its sender sets the pace and will not wait.
 */
export type SourcePace = 'file' | 'stream' | 'radio';

/** What of a folder or a list isn't played. */
export interface LeftOut {
  count: number;
  /** All there are; the count is of these. */
  of: number;
  /** Why, each with an example where there is one; a few at most. */
  reasons: readonly string[];
}

export interface SourceFacts {
  /** What the source calls itself. */
  title: string;
  pace: SourcePace;
  /** Its packets arrive as their maker encoded them. */
  passedThrough: boolean;
  /** Of a folder or a list; more may be found out while it plays. Absent where nothing is. */
  leftOut?: () => LeftOut | undefined;
  /** What people should know of how it plays, though it does: a code, a sentence, what to do. */
  notice?: () => GuildmeshError | undefined;
  /** Where it was made first, when another community made it. */
  origin?: BroadcastOrigin;
}

/** Told before the frame that it is about. */
export type SourceEvent =
  /** What the source calls itself: at each start. */
  | { kind: 'name'; title: string }
  /**
   * What begins to play, as the source says it: a station's title, a file's tags, the next link of a chained stream.
   * Empty: it says nothing of what follows.
   */
  | { kind: 'title'; title: string };

/** A chain of sources went on with another one. */
export interface SourceSwitch {
  from: string;
  to: string;
  why: SwitchReason;
}

export type SwitchReason = 'stalled' | 'lost' | 'ended' | 'back' | 'asked';

export interface SourceHealth {
  state: 'idle' | 'opening' | 'flowing' | 'waiting' | 'over';
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
   * Resolves once the source is open and of a known kind; once only. Throws AUDIO_* errors and the signal's reason.
   * The signal bounds the start alone; after a failure nothing is left open.
   */
  start(signal: AbortSignal): Promise<SourceFacts>;
  /**
   * After `start`, for one reader. Ends when a file is over or `stop` was called; throws when the source is lost.
   * Leaving it stops the source.
   */
  frames(): AsyncGenerator<SourceFrame, void, void>;
  health(): SourceHealth;
  /** Frees everything, a reader that waits included; idempotent, at any time. */
  stop(): void;
}

export interface SourceRequest {
  /** As a person typed it. */
  name: string;
  /** The guild it is for: whose channels and library it may be, whose share of decoders it takes. */
  owner: string;
  /** Who will hear it: a live channel's people are told. */
  audience: Audience;
  /** Folders and playlists: in random order. */
  shuffle: boolean;
  /** Folders and playlists: again from the start. A single file is started again by whoever holds it. */
  loop: boolean;
  /** Brought to this loudness; absent: as it is. LUFS, EBU R 128. */
  loudnessLufs?: number | undefined;
  /** Played into channels of this hub and offered to nobody: it can't come round to its maker. */
  onlyHere?: boolean | undefined;
  /** The lists that have led here, the outermost first. */
  lists?: readonly string[];
  onEvent: (event: SourceEvent) => void;
}
