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
  /** What is heard with it; one object for all frames until another begins. Absent: nobody said. */
  playing?: Playing | undefined;
}

/** What is heard from a frame on, until another begins. */
export interface Playing {
  /** The stream and the frame that it begins with. */
  streamId: number;
  sequence: number;
  /** What the broadcast is called. */
  name: string;
  /** What plays in it, as its source says: a station's title, the tags of a file; empty: nothing is said. */
  title: string;
}

/** A frame of a stream, by its number. */
export type FramePosition = Pick<Frame, 'streamId' | 'sequence'>;

/** RFC 6716 §3.2.1 and §3.2.5: a frame is at most 1,275 bytes; two 10 ms frames in one packet need a few more. */
export const framePayloadBytesMax = 1_300;
export const frameDurationMs = 20;
export const burstMsMax = 2_000;
/** Kept of each stream for those that begin to hear it. */
export const burstKept = { spanMs: burstMsMax, countMax: burstMsMax / frameDurationMs } as const;

/**
 * Who may hear a broadcast, the fewest first. `server`: people of the guild that started it. `community`: of all home
 * guilds of this hub. `neighbours`: of the communities that are trusted, too.
 */
export const audiences = ['server', 'community', 'neighbours'] as const;
export type Audience = (typeof audiences)[number];

/** As people read it, after “heard by”. */
export const audienceWords: Readonly<Record<Audience, string>> = {
  server: 'people in this server',
  community: 'people in all servers of this community',
  neighbours: 'people in this community and in the communities that it trusts',
};

/** Whether `audience` takes in everybody that `other` does. */
export function isAsWideAs(audience: Audience, other: Audience): boolean {
  return audiences.indexOf(audience) >= audiences.indexOf(other);
}

/** Of several sources that are heard as one, the narrowest decides. */
export function narrowestOf(first: Audience, ...others: Audience[]): Audience {
  return others.reduce((narrowest, each) => (isAsWideAs(each, narrowest) ? narrowest : each), first);
}

/** Who listens: people of one guild of this hub, or another community. */
export type Listener = { guildId: string } | 'neighbour';

export interface BroadcastInfo {
  /** Stable for the life of the broadcast, unique within its hub: lower-case letters and digits, ≤ 16. */
  id: string;
  title: string;
  /** What it is called, whatever plays in it. Absent where another community's hub is older than that: see `title`. */
  name?: string | undefined;
  startedAtMs: number;
  subscriberCount: number;
  /** Absent where another community's hub is older than audiences: for its neighbours. */
  audience?: Audience | undefined;
  /** Absent when the broadcast is made here. */
  origin?: BroadcastOrigin | undefined;
}

/** Who made a broadcast first, when another community broadcasts it again. */
export interface BroadcastOrigin {
  /** Of the community that made it. */
  peerId: string;
  community: string;
  broadcastId: string;
  /** Peer ids it came through, its maker's first: one that finds itself here has found a loop. */
  path: string[];
}

/** Whether another community may broadcast it again, or feed others with it: nothing that isn't for all neighbours is. */
export function mayBePassedOn({ audience }: Pick<BroadcastInfo, 'audience'>): boolean {
  return audience === undefined || audience === 'neighbours';
}

/** One that is made here, as only this hub knows it. */
export interface OwnBroadcastInfo extends BroadcastInfo {
  /** Whose it is: the guild that started it. */
  guildId: string;
  audience: Audience;
  /** Channels whose people are heard in it. */
  liveChannelIds: readonly string[];
}

/** Communities a broadcast may pass through, its maker included. */
export const broadcastHopsMax = 4;

/** Takes frames at the pace they come. Must return at once and never throw: what it can't take it drops and counts. */
export interface FrameSink {
  /** How much of what was sent last it takes at once, before anything new: enough to begin playing without a wait. */
  readonly burstMs?: number | undefined;
  frame(frame: Frame): void;
  /** No frame follows. */
  end(reason: StreamEndReason): void;
}

/**
 * `broadcast-ended`: cleanly by its owner. `lost`: connection gone without an end. `revoked`: trust withdrawn.
 * `narrowed`: it goes on, for fewer people than before, and no longer for this one.
 */
export type StreamEndReason = 'broadcast-ended' | 'lost' | 'revoked' | 'narrowed' | 'unsubscribed';

export interface FrameSubscription {
  /** Idempotent. */
  cancel(): void;
}

/**
 * The broadcasts of this hub that one listener may hear: to it there are no others. Offered by the audio service; what
 * is for neighbours is served by the mesh.
 */
export interface BroadcastCatalogue<Info extends BroadcastInfo = BroadcastInfo> {
  list(): Info[];
  /** Throws AUDIO_UNKNOWN_BROADCAST. */
  subscribe(broadcastId: string, sink: FrameSink): FrameSubscription;
}

/** Offered by audio to what follows broadcasts of this hub: a recording, for one. */
export interface GuildBroadcasts {
  /** What people of one guild may hear. */
  catalogueFor(guildId: string): BroadcastCatalogue<OwnBroadcastInfo>;
  /** Called when fewer people than before may hear a broadcast. Returns the unsubscriber. */
  onNarrowed(listener: (broadcastId: string) => void): () => void;
}

/** The broadcasts of other communities: offered by the mesh, used by the audio service. */
export interface RemoteBroadcasts {
  /** Asks one trusted community; bounded in time. Throws MESH_* errors. */
  list(peerId: string, signal: AbortSignal): Promise<BroadcastInfo[]>;
  /**
   * Opens the stream; resolves when the other side accepted. Afterwards `sink.end` tells when it is over;
   * reconnecting is the caller's business. Throws MESH_* errors.
   */
  subscribe(
    peerId: string,
    broadcastId: string,
    sink: FrameSink,
    signal: AbortSignal,
  ): Promise<FrameSubscription>;
}
