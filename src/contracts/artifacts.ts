import type { ArtifactReader } from './publisher.ts';

/** Bytes with a content id. What it was called is only a label: it never becomes a path. */
export interface ArtifactInfo {
  /** sha-256 of the bytes, lower-case hex. */
  cid: string;
  sizeBytes: number;
  mediaType: string;
  label: string;
  guildId: string | undefined;
  /** `command`, `message`, `thread`, `folder`, `upload`, `recording`, … */
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
}

/**
 * Content-addressed store. Any part of the hub may put finished work here (recordings will); the same bytes are kept
 * once. Listeners hear of each arrival after it is durable.
 */
export interface ArtifactStore extends ArtifactReader {
  /** Throws ARTIFACT_TOO_LARGE, ARTIFACT_QUOTA_REACHED, ARTIFACT_DISK_FULL; then nothing is kept. */
  put(draft: ArtifactDraft, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<ArtifactInfo>;
  get(cid: string): Promise<ArtifactInfo | undefined>;
  list(filter: { guildId?: string; search?: string; limit: number }): Promise<ArtifactInfo[]>;
  onArrival(listener: (artifact: ArtifactInfo) => void): () => void;
}
