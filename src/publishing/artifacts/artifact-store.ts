import { createHash } from 'node:crypto';
import type {
  ArtifactDraft,
  ArtifactFilter,
  ArtifactInfo,
  ArtifactStore,
  KeptArtifact,
} from '#contracts/artifacts.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { errnoOf } from '#storage/files/errno.ts';
import type { ArtifactFiles, TemporaryFile } from './artifact-files.ts';
import type { ArtifactIndex } from './artifact-index.ts';
import type { CidLock } from './cid-lock.ts';
import { artifactErrors } from './errors.ts';
import { checkedLabel } from './label.ts';
import { sniffBytes, sniffMediaType, statedMediaType } from './media-type.ts';
import type { RetentionRows } from './retention-rows.ts';
import { steadyBytes } from './steady-bytes.ts';

/** Artifacts being stored at the same time, in this process. */
export const putsMax = 64;
/** Share of one guild, so that none keeps the others' uploads out. */
export const putsPerGuildMax = 32;
/** A source that gives nothing for this long is given up. */
export const stallMs = 60_000;

export interface FileArtifactStoreComponents {
  files: ArtifactFiles;
  index: ArtifactIndex;
  rows: RetentionRows;
  lock: CidLock;
  clock: Clock;
  logger: Logger;
}

export interface FileArtifactStoreInit {
  artifactBytesMax: number;
}

/** A running put: what it has written counts against the limits before it has a row. */
interface Intake {
  guildId: string | undefined;
  bytes: number;
}

/** Content-addressed bytes in files, with their labels in the database. */
export class FileArtifactStore implements ArtifactStore {
  readonly #components: FileArtifactStoreComponents;
  readonly #init: FileArtifactStoreInit;
  readonly #intakes = new Set<Intake>();
  readonly #listeners = new Set<(artifact: ArtifactInfo) => void>();

  constructor(components: FileArtifactStoreComponents, init: FileArtifactStoreInit) {
    this.#components = components;
    this.#init = init;
  }

  async put(
    draft: ArtifactDraft,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<KeptArtifact> {
    const label = checkedLabel(draft.label);
    const mediaType = statedMediaType(draft.mediaType);
    this.#requirePlace(draft.guildId);
    const intake: Intake = { guildId: draft.guildId, bytes: 0 };
    this.#intakes.add(intake);
    try {
      const file = await this.#components.files.create();
      try {
        const head = await this.#fill(file, intake, bytes, signal);
        const cid = await sealed(file, draft.expectedCid);
        const { guildId, source, yields = false } = draft;
        const artifact = { cid, sizeBytes: file.sizeBytes, label, guildId, source };
        return await this.#keep(file, { ...artifact, mediaType: mediaType ?? sniffMediaType(head) }, yields);
      } finally {
        await file.discard();
      }
    } finally {
      this.#intakes.delete(intake);
    }
  }

  #requirePlace(guildId: string | undefined): void {
    const own = [...this.#intakes].filter((intake) => intake.guildId === guildId).length;
    if (this.#intakes.size >= putsMax || (guildId !== undefined && own >= putsPerGuildMax))
      throw artifactErrors.ARTIFACT_BUSY({ putsMax, putsPerGuildMax });
  }

  get(cid: string, guildId?: string): Promise<ArtifactInfo | undefined> {
    return this.#components.index.find(cid, guildId);
  }

  async isKept(cid: string): Promise<boolean> {
    const row = await this.#components.index.content(cid);
    return row !== undefined && row.damaged_at_ms === null;
  }

  list(filter: ArtifactFilter): Promise<ArtifactInfo[]> {
    return this.#components.index.list(filter);
  }

  forget(cid: string, guildId: string, source: string): Promise<void> {
    const { clock, index } = this.#components;
    return index.condemn({ cid, guildId, source }, clock.nowMs());
  }

  onArrival(listener: (artifact: ArtifactInfo) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Throws ARTIFACT_NOT_FOUND or ARTIFACT_DAMAGED. Reading from start to end checks the bytes against the content id: a
   * reader that gets the last chunk without an error has the right bytes.
   */
  async *open(cid: string, startBytes = 0): AsyncGenerator<Uint8Array, void> {
    const { files, index } = this.#components;
    const row = await index.content(cid);
    if (!row) throw artifactErrors.ARTIFACT_NOT_FOUND({ cid });
    if (row.damaged_at_ms !== null) throw artifactErrors.ARTIFACT_DAMAGED({ cid });
    const leftBytes = Number(row.size_bytes) - startBytes;
    const hash = createHash('sha256');
    let readBytes = 0;
    let last: Uint8Array | undefined;
    try {
      for await (const chunk of files.read(cid, startBytes)) {
        // One chunk behind: the end is returned only once it is known to be right.
        if (last) yield last;
        readBytes += chunk.byteLength;
        if (startBytes === 0) hash.update(chunk);
        last = chunk;
      }
    } catch (error) {
      throw await this.#readFailure(cid, error);
    }
    const isRight = readBytes === Math.max(0, leftBytes) && (startBytes > 0 || hash.digest('hex') === cid);
    if (!isRight) throw await this.#damaged(cid);
    if (last) yield last;
  }

  async #readFailure(cid: string, error: unknown): Promise<unknown> {
    const reason = errnoOf(error);
    if (reason === 'ENOENT') return this.#damaged(cid);
    return reason ? artifactErrors.ARTIFACT_IO_FAILED({ reason }, { cause: error }) : error;
  }

  async read(cid: string, bytesMax: number): Promise<Uint8Array> {
    const row = await this.#components.index.content(cid);
    if (row && Number(row.size_bytes) > bytesMax) throw artifactErrors.ARTIFACT_TOO_LARGE({ bytesMax });
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.open(cid)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async #fill(
    file: TemporaryFile,
    intake: Intake,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { artifactBytesMax } = this.#init;
    const head: Uint8Array[] = [];
    let headBytes = 0;
    await this.#requireRoom(intake);
    let roomCheckedAtBytes = 0;
    for await (const chunk of steadyBytes(this.#components.clock, bytes, stallMs, signal)) {
      if (intake.bytes + chunk.byteLength > artifactBytesMax)
        throw artifactErrors.ARTIFACT_TOO_LARGE({ bytesMax: artifactBytesMax });
      intake.bytes += chunk.byteLength;
      if (intake.bytes - roomCheckedAtBytes >= roomCheckBytes || roomCheckedAtBytes === 0) {
        await this.#requireRoom(intake);
        roomCheckedAtBytes = intake.bytes;
      }
      if (headBytes < sniffBytes) head.push(chunk.slice(0, sniffBytes - headBytes));
      headBytes += chunk.byteLength;
      await file.write(chunk);
    }
    if (intake.bytes === 0) throw artifactErrors.ARTIFACT_EMPTY();
    return Buffer.concat(head);
  }

  /** What several puts have written so far counts together, or they would fill the disk beyond the limit first. */
  async #requireRoom(intake: Intake): Promise<void> {
    const intakes = [...this.#intakes];
    const all = intakes.reduce((sum, { bytes }) => sum + bytes, 0);
    const ofGuild = intakes
      .filter(({ guildId }) => guildId === intake.guildId)
      .reduce((sum, { bytes }) => sum + bytes, 0);
    await this.#components.index.requireRoom(intake.guildId, ofGuild, all);
  }

  async #keep(
    file: TemporaryFile,
    artifact: Omit<ArtifactInfo, 'createdAtMs'>,
    yields: boolean,
  ): Promise<KeptArtifact> {
    const { lock, clock, index, logger } = this.#components;
    const info: ArtifactInfo = { ...artifact, createdAtMs: clock.nowMs() };
    const { isNew } = await lock.hold(info.cid, async () => {
      await file.keep(info.cid);
      try {
        return await index.record(info, yields);
      } catch (error) {
        await this.#takeBack(info.cid);
        throw isGuildmeshError(error, 'STORAGE_FULL')
          ? artifactErrors.ARTIFACT_DISK_FULL(undefined, { cause: error })
          : error;
      }
    });
    logger.info({ cid: info.cid, sizeBytes: info.sizeBytes, source: info.source, isNew }, 'artifact kept');
    if (isNew) this.#tell(info);
    return { ...info, isNew };
  }

  /** The file got its name but no row. If it can't be removed now, the next sweep finds it. */
  async #takeBack(cid: string): Promise<void> {
    const { files, index, logger } = this.#components;
    try {
      await files.remove(cid, async () => (await index.content(cid)) !== undefined);
    } catch (error) {
      logger.warn({ err: error, cid }, 'artifact without a row is left to the sweep');
    }
  }

  #tell(artifact: ArtifactInfo): void {
    for (const listener of this.#listeners) {
      try {
        listener(artifact);
      } catch (error) {
        this.#components.logger.error({ err: error, cid: artifact.cid }, 'artifact listener failed');
      }
    }
  }

  async #damaged(cid: string): Promise<Error> {
    const { rows, clock, logger } = this.#components;
    await rows.markDamaged(cid, clock.nowMs());
    logger.error({ cid }, 'artifact is damaged');
    return artifactErrors.ARTIFACT_DAMAGED({ cid });
  }
}

/** How much is written between two checks of the limits. */
const roomCheckBytes = 8 * 1024 * 1024;

async function sealed(file: TemporaryFile, expected: string | undefined): Promise<string> {
  const found = await file.seal();
  if (expected !== undefined && expected.toLowerCase() !== found)
    throw artifactErrors.ARTIFACT_DIGEST_MISMATCH({ expected: expected.toLowerCase(), found });
  return found;
}
