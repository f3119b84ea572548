import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { Rounds } from '#core/rounds.ts';
import type { ArtifactFiles } from './artifact-files.ts';
import type { FileArtifactStore } from './artifact-store.ts';
import type { CidLock } from './cid-lock.ts';
import type { LabelKey, RetentionRows } from './retention-rows.ts';
import { sweepRowsMax } from './retention-rows.ts';

/** Between two rounds. */
export const roundMs = 10 * 60_000;
/**
 * A condemned artifact is removed this much later: anything that looked it up before has named it in a delivery by
 * then.
 */
export const reprieveMs = 5 * 60_000;
/** Bytes are read and checked against their content id this often. */
export const verifyEveryMs = 7 * 86_400_000;
/** Read for that in one round, so that a big store doesn't burden the disk. */
export const verifyBytesPerRoundMax = 4 * 1024 ** 3;
/** An unfinished file, or one without a row, that was untouched for this long belongs to no running put. */
export const strayMs = 60 * 60_000;
const dayMs = 86_400_000;

export interface CaretakerComponents {
  files: ArtifactFiles;
  rows: RetentionRows;
  store: FileArtifactStore;
  lock: CidLock;
  clock: Clock;
  logger: Logger;
  /** Whether a delivery that is still open needs the bytes. */
  isReferenced: (cid: string) => Promise<boolean>;
}

export interface CaretakerInit {
  /** 0: kept permanently. */
  retentionDays: number;
  /** Other hubs put files into the same folder. */
  isShared: boolean;
}

/** Removes artifacts out of retention and files without an owner, and finds damaged bytes. */
export class Caretaker {
  readonly #components: CaretakerComponents;
  readonly #init: CaretakerInit;
  readonly #rounds: Rounds;

  constructor(components: CaretakerComponents, init: CaretakerInit) {
    this.#components = components;
    this.#init = init;
    this.#rounds = new Rounds(components, {
      everyMs: roundMs,
      run: (signal) => this.#runRound(signal),
      failed: (err) => components.logger.error({ err }, 'artifact round failed'),
    });
  }

  async start(signal: AbortSignal): Promise<void> {
    // Nothing is being put yet: a hub alone on the folder may remove everything unfinished.
    await this.sweepStrays(signal, this.#init.isShared ? strayMs : 0);
    this.#rounds.beginLater();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Unfinished files and files without a row, left by processes that ended during a put or a removal. */
  async sweepStrays(signal: AbortSignal, olderMs: number = strayMs): Promise<void> {
    const { files, rows, lock, logger } = this.#components;
    const temporaryCount = await files.sweepTemporary(olderMs);
    let strayCount = 0;
    for await (const cids of files.listed()) {
      for (const cid of await rows.unknown(cids)) {
        signal.throwIfAborted();
        const isWanted = async () => (await rows.unknown([cid])).length === 0;
        if (await lock.hold(cid, () => files.remove(cid, isWanted, olderMs))) strayCount++;
      }
    }
    if (temporaryCount + strayCount > 0)
      logger.info({ temporaryCount, strayCount }, 'left-over artifact files removed');
  }

  /**
   * In two steps, `reprieveMs` apart: hidden, then removed. Artifacts that an open delivery references are never
   * touched.
   */
  async sweepExpired(signal: AbortSignal): Promise<void> {
    const { rows, clock } = this.#components;
    for (const key of await rows.condemned(clock.nowMs() - reprieveMs)) {
      signal.throwIfAborted();
      await this.#execute(key);
    }
    if (this.#init.retentionDays === 0) return;
    const beforeMs = clock.nowMs() - this.#init.retentionDays * dayMs;
    let last: LabelKey | undefined;
    for (;;) {
      const expired = await rows.expired(beforeMs, last);
      for (const key of expired) {
        signal.throwIfAborted();
        if (!(await this.#components.isReferenced(key.cid))) await rows.condemn(key, beforeMs, clock.nowMs());
      }
      last = expired.at(-1);
      if (expired.length < sweepRowsMax) return;
    }
  }

  /** Reads what was not read for long, and marks damaged bytes. */
  async verify(signal: AbortSignal): Promise<void> {
    const { rows, store, clock } = this.#components;
    const beforeMs = clock.nowMs() - verifyEveryMs;
    for (let readBytes = 0; readBytes < verifyBytesPerRoundMax; ) {
      const row = await rows.unverified(beforeMs);
      if (!row) return;
      try {
        for await (const _ of store.open(row.cid)) signal.throwIfAborted();
        await rows.markVerified(row.cid, clock.nowMs());
      } catch (error) {
        signal.throwIfAborted();
        this.#components.logger.error({ err: error, cid: row.cid }, 'artifact could not be verified');
        // Reading marked damaged bytes; any other failure is not retried in this round.
        await rows.markVerified(row.cid, clock.nowMs());
      }
      readBytes += Number(row.size_bytes);
    }
  }

  async #execute(key: LabelKey): Promise<void> {
    const { rows, files, lock, isReferenced } = this.#components;
    if (await isReferenced(key.cid)) return rows.acquit(key);
    await lock.hold(key.cid, async () => {
      if (!(await rows.remove(key))) return;
      // Another hub put it again meanwhile: then there is a row again, and the file stays.
      await files.remove(key.cid, async () => (await rows.unknown([key.cid])).length === 0);
    });
  }

  async #runRound(signal: AbortSignal): Promise<void> {
    await this.sweepExpired(signal);
    await this.sweepStrays(signal);
    await this.verify(signal);
  }
}
