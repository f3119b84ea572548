import { type FileHandle, open } from 'node:fs/promises';
import type { Clock, Timer } from '#core/clock.ts';
import { OggMuxer } from '../ogg/muxer.ts';
import { opusTags, type TagsInit, tagsPage, tagsPageAt } from './comments.ts';
import { recordLimits } from './limits.ts';

export interface PartFileComponents {
  clock: Clock;
  /** The disk failed or is full: nothing more is written. */
  onFailure: (error: unknown) => void;
}

/** One file of a recording while it grows. Writes happen in the background, in order, and are bounded. */
export class PartFile {
  readonly #components: PartFileComponents;
  readonly #file: FileHandle;
  readonly #serial: number;
  readonly #muxer: OggMuxer;
  #writing: Promise<void> = Promise.resolve();
  #unwrittenBytes = 0;
  #sizeBytes = 0;
  #failed = false;
  #syncTimer: Timer | undefined;
  /** Frames that the disk was too slow for. */
  lostFrameCount = 0;

  /** Throws the file system's errors. */
  static async create(
    components: PartFileComponents,
    init: { path: string; serial: number; tags: TagsInit },
  ): Promise<PartFile> {
    const part = new PartFile(components, await open(init.path, 'wx', 0o600), init.serial);
    part.#write(part.#muxer.headers(opusTags(init.tags)));
    await part.#writing;
    part.#scheduleSync();
    return part;
  }

  private constructor(components: PartFileComponents, file: FileHandle, serial: number) {
    this.#components = components;
    this.#file = file;
    this.#serial = serial;
    this.#muxer = new OggMuxer(serial);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get frameCount(): number {
    return this.#muxer.frameCount;
  }

  packet(payload: Uint8Array): void {
    if (this.#failed || this.#unwrittenBytes > recordLimits.unwrittenBytesMax) {
      this.lostFrameCount += 1;
      return;
    }
    const page = this.#muxer.packet(payload);
    if (page) this.#write(page);
  }

  /**
   * Writes the end and the final comments, makes all of it durable and closes the file. False: it must be repaired with
   * `mendPart`.
   */
  async finish(tags: TagsInit): Promise<boolean> {
    this.#syncTimer?.cancel();
    const last = this.#muxer.end();
    if (last) this.#write(last);
    await this.#writing;
    try {
      if (this.#failed) return false;
      const page = tagsPage(this.#serial, tags);
      await this.#file.write(page, 0, page.length, tagsPageAt);
      await this.#file.datasync();
      return true;
    } catch (error) {
      this.#components.onFailure(error);
      return false;
    } finally {
      await this.#file.close();
    }
  }

  #write(bytes: Buffer): void {
    const at = this.#sizeBytes;
    this.#sizeBytes += bytes.length;
    this.#unwrittenBytes += bytes.length;
    this.#writing = this.#writing.then(async () => {
      try {
        if (!this.#failed) await this.#file.write(bytes, 0, bytes.length, at);
      } catch (error) {
        this.#failed = true;
        this.#components.onFailure(error);
      } finally {
        this.#unwrittenBytes -= bytes.length;
      }
    });
  }

  #scheduleSync(): void {
    const sync = async () => {
      await this.#file.datasync();
      this.#scheduleSync();
    };
    this.#syncTimer = this.#components.clock.after(
      recordLimits.syncIntervalMs,
      () => {
        this.#writing = this.#writing.then(sync).catch((error: unknown) => {
          this.#failed = true;
          this.#components.onFailure(error);
        });
      },
      { background: true },
    );
  }
}
