import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#core/clock.ts';
import { turns } from '#core/turns.ts';
import { makeFolder } from '#storage/files/make-folder.ts';
import type { Cover } from './contract.ts';

export const coversBytesMax = 64 * 1_048_576;
/** When there is no room, the oldest go until this share of the limit is used: not for each picture again. */
const keptShare = 0.9;
const nameOf = /^[0-9a-f]{64}\.jpg$/;

/**
 * Pictures of at most 512 px and 256 KiB as files by their content id, in a folder whose contents may be lost. The
 * oldest go when there is no room; a cover that is read counts as new.
 */
export class CoverStore {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #folder: string;
  readonly #bytesMax: number;
  readonly #inTurn = turns();
  /** Bytes of all files; undefined until they were first counted. */
  #usedBytes: number | undefined;

  constructor({ clock }: { clock: Pick<Clock, 'nowMs'> }, init: { folder: string; bytesMax?: number }) {
    this.#clock = clock;
    this.#folder = init.folder;
    this.#bytesMax = init.bytesMax ?? coversBytesMax;
  }

  /** Returns its content id. Throws the file system's errors. */
  keep(picture: Uint8Array): Promise<string> {
    const coverId = createHash('sha256').update(picture).digest('hex');
    return this.#inTurn('covers', async () => {
      if (await this.#touch(coverId)) return coverId;
      makeFolder(this.#folder, 0o700);
      const path = this.#pathOf(coverId);
      await writeFile(`${path}.new`, picture, { mode: 0o600 });
      await rename(`${path}.new`, path);
      await this.#touch(coverId);
      this.#usedBytes = (this.#usedBytes ?? (await this.#count()) - picture.length) + picture.length;
      if (this.#usedBytes > this.#bytesMax) await this.#makeRoom();
      return coverId;
    });
  }

  /** Undefined: it is gone. */
  async read(coverId: string): Promise<Cover | undefined> {
    if (!nameOf.test(`${coverId}.jpg`)) return undefined;
    const bytes = await readFile(this.#pathOf(coverId)).catch(() => undefined);
    if (!bytes) return undefined;
    await this.#touch(coverId);
    return { mediaType: 'image/jpeg', bytes };
  }

  async #touch(coverId: string): Promise<boolean> {
    const now = this.#clock.nowMs() / 1_000;
    return utimes(this.#pathOf(coverId), now, now).then(
      () => true,
      () => false,
    );
  }

  async #count(): Promise<number> {
    return (await this.#files()).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async #makeRoom(): Promise<void> {
    const files = (await this.#files()).sort((a, b) => a.atMs - b.atMs);
    let used = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { name, bytes } of files) {
      if (used <= this.#bytesMax * keptShare) break;
      await rm(join(this.#folder, name), { force: true });
      used -= bytes;
    }
    this.#usedBytes = used;
  }

  /** What was interrupted while it was written goes with the oldest. */
  async #files(): Promise<{ name: string; bytes: number; atMs: number }[]> {
    const found = [];
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const stats = await stat(join(this.#folder, name)).catch(() => undefined);
      if (stats) found.push({ name, bytes: stats.size, atMs: stats.mtimeMs });
    }
    return found;
  }

  #pathOf(coverId: string): string {
    return join(this.#folder, `${coverId}.jpg`);
  }
}
