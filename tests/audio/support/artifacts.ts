import { createHash } from 'node:crypto';
import type { SoundArtifacts } from '#audio/source/artifact-source.ts';
import type { ArtifactFilter, ArtifactInfo } from '#contracts/artifacts.ts';

/** Artifacts in memory, as the store gives them. */
export class MemoryArtifacts implements SoundArtifacts {
  readonly #kept: (ArtifactInfo & { bytes: Buffer })[] = [];
  openCount = 0;

  put(guildId: string | undefined, label: string, bytes: Buffer, source = 'player upload'): string {
    const cid = createHash('sha256').update(bytes).digest('hex');
    const info = { cid, sizeBytes: bytes.length, mediaType: 'audio/ogg', label, guildId, source };
    this.#kept.push({ ...info, createdAtMs: this.#kept.length, bytes });
    return cid;
  }

  async get(cid: string, guildId?: string): Promise<ArtifactInfo | undefined> {
    return this.#kept.find(
      (kept) =>
        kept.cid === cid && (guildId === undefined || kept.guildId === undefined || kept.guildId === guildId),
    );
  }

  async list({ guildId, exceptSource }: ArtifactFilter): Promise<ArtifactInfo[]> {
    return this.#kept.filter((kept) => kept.guildId === guildId && kept.source !== exceptSource);
  }

  async *open(cid: string, startBytes = 0): AsyncGenerator<Uint8Array> {
    const found = this.#kept.find((kept) => kept.cid === cid);
    if (!found) throw new Error('not here');
    this.openCount++;
    try {
      for (let at = startBytes; at < found.bytes.length; at += 4_096)
        yield found.bytes.subarray(at, at + 4_096);
    } finally {
      this.openCount--;
    }
  }
}
