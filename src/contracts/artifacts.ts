import { type Audience, audiences } from './audio.ts';
import type { ArtifactReader } from './publisher.ts';

/** The audience of a recorded broadcast, and whether people of a channel are heard in it. */
export interface RecordingPromise {
  audience: Audience;
  live: boolean;
}

/**
 * The `source` of a recording's artifact, which carries its promise: `recording`, `recording for server`, `live
 * recording for community`.
 */
export function recordingSource({ audience, live }: RecordingPromise): string {
  if (live) return `live recording for ${audience}`;
  return audience === 'neighbours' ? 'recording' : `recording for ${audience}`;
}

/**
 * The `source` of what people gave a player: only sound to be played. It starts no chain and is in no list of what
 * could be published, which would show it to others than its owner.
 */
export const playerUpload = 'player upload';

/**
 * Undefined where nothing was promised: for anything but recordings, and for recordings of a broadcast for all
 * neighbours without people of a channel.
 */
export function promiseOf(source: string): RecordingPromise | undefined {
  const [, live, word] = /^(live )?recording for (\w+)$/.exec(source) ?? [];
  const audience = audiences.find((each) => each === word);
  return audience && { audience, live: live !== undefined };
}

/** Bytes with a content id. Their name is only a label: it never becomes a path. */
export interface ArtifactInfo {
  /** sha-256 of the bytes, lower-case hex. */
  cid: string;
  sizeBytes: number;
  mediaType: string;
  label: string;
  guildId: string | undefined;
  /** `command`, `message`, `thread`, `folder`, `upload`, `playerUpload`, what `recordingSource` gives, … */
  source: string;
  createdAtMs: number;
}

export interface ArtifactDraft {
  label: string;
  /** Sniffed from the bytes where absent or `application/octet-stream`. */
  mediaType?: string;
  guildId?: string;
  source: string;
  /** The bytes must have this sha-256, else ARTIFACT_DIGEST_MISMATCH. */
  expectedCid?: string;
  /** Where the guild has these bytes already, their label, media type and source stay as they are. */
  yields?: true;
}

export interface KeptArtifact extends ArtifactInfo {
  /** False: the guild had these bytes already. They get the new label, and their retention period restarts. */
  isNew: boolean;
}

/** Artifacts that something will still publish: they outlive their retention. */
export interface PlannedArtifacts {
  includes(cid: string): Promise<boolean>;
}

export interface ArtifactFilter {
  guildId?: string;
  /** A part of the label, or the start of a content id. */
  search?: string;
  /** Those of this source are left out. */
  exceptSource?: string;
  limit: number;
}

/** Files that people attached to an interaction. */
export interface AttachmentReader {
  /** From Discord's own hosts only. Throws ARTIFACT_ATTACHMENT_REFUSED, _FAILED; gives exactly `sizeBytes`. */
  open(url: string, sizeBytes: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/**
 * Content-addressed store. Any part of the hub may put finished work here; the same bytes are kept once. Listeners are
 * called for what is new to its guild, after it is durable.
 */
export interface ArtifactStore extends ArtifactReader {
  /** Throws ARTIFACT_TOO_LARGE, ARTIFACT_QUOTA_REACHED, ARTIFACT_DISK_FULL; then nothing is kept. */
  put(draft: ArtifactDraft, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<KeptArtifact>;
  /** With a guild: only artifacts of that guild, and those that the hub stored for all its guilds. */
  get(cid: string, guildId?: string): Promise<ArtifactInfo | undefined>;
  /** Its record exists, and its bytes are not known to be damaged; the bytes are not read. */
  isKept(cid: string): Promise<boolean>;
  list(filter: ArtifactFilter): Promise<ArtifactInfo[]>;
  /** A guild no longer keeps what it has by this source alone: hidden at once, and removed unless a delivery needs it. */
  forget(cid: string, guildId: string, source: string): Promise<void>;
  onArrival(listener: (artifact: ArtifactInfo) => void): () => void;
}
