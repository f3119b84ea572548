/**
 * One 20 ms Opus packet on its way: produced once at the source, passed through unchanged.
 * 48 kHz, one or two channels, exactly 20 ms (checked by TOC byte at the source and at every border).
 */
export interface Frame {
  /** Names one start of one broadcast; a new start has a new id. u32. */
  streamId: number;
  /** Index of the frame since the stream's start. u32, wraps. */
  sequence: number;
  /** Wall clock of the broadcasting hub when the frame entered, milliseconds with a fraction. */
  captureTimeMs: number;
  payload: Uint8Array;
  /** What is heard with it; the same object for all frames until something else begins. Absent: unknown. */
  playing?: Playing | undefined;
}

/** What is heard from a frame on, until another begins. */
export interface Playing {
  /** The stream and the frame that it begins with. */
  streamId: number;
  sequence: number;
  /** What the broadcast is called. */
  name: string;
  /**
   * What plays in it, as its source says: a station's title, the tags of a file; empty where the source names nothing.
   */
  title: string;
}

/** A frame of a stream, by its number. */
export type FramePosition = Pick<Frame, 'streamId' | 'sequence'>;

/** RFC 6716 §3.2.1 and §3.2.5: a frame is at most 1,275 bytes; two 10 ms frames in one packet need a few more. */
export const framePayloadBytesMax = 1_300;
export const frameDurationMs = 20;
export const burstMsMax = 2_000;
/** How much of each stream is kept for new listeners. */
export const burstKept = { spanMs: burstMsMax, countMax: burstMsMax / frameDurationMs } as const;

/**
 * The possible audiences of a broadcast, the smallest first. `server`: people of the guild that started it.
 * `community`: people of all home guilds of this hub. `neighbours`: trusted communities, too.
 */
export const audiences = ['server', 'community', 'neighbours'] as const;
export type Audience = (typeof audiences)[number];

/** As people read it, after “heard by”. */
export const audienceWords: Readonly<Record<Audience, string>> = {
  server: 'people in this server',
  community: 'people in all servers of this community',
  neighbours: 'people in this community and in the communities that it trusts',
};

/** Whether `audience` includes everybody that `other` does. */
export function isAsWideAs(audience: Audience, other: Audience): boolean {
  return audiences.indexOf(audience) >= audiences.indexOf(other);
}

/** When several sources are heard as one, the narrowest audience applies. */
export function narrowestOf(first: Audience, ...others: Audience[]): Audience {
  return others.reduce((narrowest, each) => (isAsWideAs(each, narrowest) ? narrowest : each), first);
}

/** The listener: people of one guild of this hub, or another community, by its peer id. */
export type Listener = { guildId: string } | { peerId: string };

export interface BroadcastInfo {
  /** Stable for the life of the broadcast, unique within its hub: lower-case letters and digits, ≤ 16. */
  id: string;
  title: string;
  /**
   * The programme's name, whatever plays in it. Absent where another community's hub is older than that: see `title`.
   */
  name?: string | undefined;
  startedAtMs: number;
  subscriberCount: number;
  /** Absent where another community's hub is older than audiences; then it is for its neighbours. */
  audience?: Audience | undefined;
  /** Absent when the broadcast is made here. */
  origin?: BroadcastOrigin | undefined;
}

/** The first maker of a broadcast, when another community broadcasts it again. */
export interface BroadcastOrigin {
  /** Peer id of the community that made it. */
  peerId: string;
  community: string;
  broadcastId: string;
  /** Peer ids of the hubs it came through, its maker's first: a hub that finds its own id here has found a loop. */
  path: string[];
}

/**
 * Whether another community may broadcast it again, or feed others with it: only broadcasts for all neighbours may be
 * passed on.
 */
export function mayBePassedOn({ audience }: Pick<BroadcastInfo, 'audience'>): boolean {
  return audience === undefined || audience === 'neighbours';
}

/** A broadcast made here, with what only this hub knows of it. */
export interface OwnBroadcastInfo extends BroadcastInfo {
  /** The guild that started it and owns it. */
  guildId: string;
  audience: Audience;
  /** Peer ids of communities that may hear it beside its audience. They may not pass it on. */
  sharedWith: readonly string[];
  /** Channels whose people are heard in it. */
  liveChannelIds: readonly string[];
}

/** Communities a broadcast may pass through, its maker included. */
export const broadcastHopsMax = 4;

/** Takes frames at the pace they come. Must return at once and never throw: what it can't take it drops and counts. */
export interface FrameSink {
  /** How much of the latest audio it takes at once, before anything new: enough to begin playing without a wait. */
  readonly burstMs?: number | undefined;
  frame(frame: Frame): void;
  /**
   * What came and isn't heard yet is no longer wanted: a player was paused, or skipped. For channels of this hub, which
   * must follow immediately; others hear it after their own buffer.
   */
  flush?(): void;
  /** No frame follows. */
  end(reason: StreamEndReason): void;
}

/**
 * `broadcast-ended`: ended by its owner. `lost`: the connection broke without an end. `revoked`: trust was withdrawn.
 * `narrowed`: the broadcast continues for fewer listeners, and this one is no longer among them.
 * `unserved`: its server is no home of its hub any more; the broadcast is back when it is one again.
 */
export type StreamEndReason =
  | 'broadcast-ended'
  | 'lost'
  | 'revoked'
  | 'narrowed'
  | 'unserved'
  | 'unsubscribed';

export interface FrameSubscription {
  /** Idempotent. */
  cancel(): void;
}

/**
 * The broadcasts of this hub that one listener may hear; the listener can't learn of any others. Offered by the audio
 * service.
 */
export interface BroadcastCatalogue<Info extends BroadcastInfo = BroadcastInfo> {
  list(): Info[];
  /** Throws AUDIO_UNKNOWN_BROADCAST. */
  subscribe(broadcastId: string, sink: FrameSink): FrameSubscription;
}

/** What another community may hear, by its peer id: asked again for each request, and served by the mesh. */
export type OfferedTo = (peerId: string) => BroadcastCatalogue;

/** Offered by audio to services that follow this hub's broadcasts, such as recording. */
export interface GuildBroadcasts {
  /** Broadcasts that people of one guild may hear. */
  catalogueFor(guildId: string): BroadcastCatalogue<OwnBroadcastInfo>;
  /** Called when fewer people than before may hear a broadcast. Returns the unsubscriber. */
  onNarrowed(listener: (broadcastId: string) => void): () => void;
}

/** The broadcasts of other communities: offered by the mesh, used by the audio service. */
export interface RemoteBroadcasts {
  /** Asks one trusted community; bounded in time. Throws MESH_* errors. */
  list(peerId: string, signal: AbortSignal): Promise<BroadcastInfo[]>;
  /**
   * Opens the stream; resolves when the other side accepted. Later `sink.end` reports its end; reconnecting is the
   * caller's task. Throws MESH_* errors.
   */
  subscribe(
    peerId: string,
    broadcastId: string,
    sink: FrameSink,
    signal: AbortSignal,
  ): Promise<FrameSubscription>;
}
