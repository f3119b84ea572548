import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import { OggMuxer } from '../../ogg/muxer.ts';
import { plainTags } from '../../opus/headers.ts';
import { type CacheEntry, entryOf } from './entry.ts';
import { cacheLimits } from './limits.ts';

export interface CacheWriterInit {
  /** Without the extension. */
  path: string;
  serial: number;
  /** Whether that many more bytes have room. */
  room: (bytes: number) => boolean;
}

/** Writes what plays, page by page, at the pace it plays. Throws the file system's errors. */
export class CacheWriter {
  readonly #init: CacheWriterInit;
  readonly #file: FileHandle;
  readonly #muxer: OggMuxer;
  readonly #pages: [number, number][] = [];
  readonly #titles: [number, string][] = [];
  #sizeBytes = 0;
  #pageFirstFrame = 0;
  #closed = false;
  #committed = false;

  static async create(init: CacheWriterInit): Promise<CacheWriter> {
    const writer = new CacheWriter(init, await open(partOf(init.path), 'wx', 0o600));
    await writer.#write(writer.#muxer.headers(plainTags()));
    return writer;
  }

  private constructor(init: CacheWriterInit, file: FileHandle) {
    this.#init = init;
    this.#file = file;
    this.#muxer = new OggMuxer(init.serial);
  }

  title(text: string): void {
    if (this.#titles.length < cacheLimits.titlesMax) this.#titles.push([this.#muxer.frameCount, text]);
  }

  /** False: there is no room for more, and it is to be discarded. */
  async packet(payload: Uint8Array): Promise<boolean> {
    const frame = this.#muxer.frameCount;
    if (frame >= cacheLimits.framesMax) return false;
    const page = this.#muxer.packet(payload);
    if (!page) return true;
    const written = await this.#page(page);
    this.#pageFirstFrame = frame;
    return written;
  }

  /** Undefined: nothing was played, or there is no room. */
  async commit(): Promise<CacheEntry | undefined> {
    const last = this.#muxer.end();
    if (!last || !(await this.#page(last))) {
      await this.discard();
      return undefined;
    }
    await this.#close();
    const [pages, titles, sizeBytes] = [this.#pages, this.#titles, this.#sizeBytes];
    const entry = entryOf({ frameCount: this.#muxer.frameCount, sizeBytes, pages, titles });
    const { path } = this.#init;
    await rename(partOf(path), `${path}.opus`);
    // An entry is there once this file is: a crash before it leaves what the next start removes.
    await writeFile(`${path}.json.part`, JSON.stringify(entry), { mode: 0o600 });
    await rename(`${path}.json.part`, `${path}.json`);
    this.#committed = true;
    return entry;
  }

  /** Also after a `commit` that failed: what it has left is removed. Idempotent, and without effect after one. */
  async discard(): Promise<void> {
    if (this.#committed) return;
    await this.#close();
    const { path } = this.#init;
    const written = [partOf(path), `${path}.opus`, `${path}.json.part`];
    for (const name of written) await rm(name, { force: true, recursive: true });
  }

  async #page(page: Buffer): Promise<boolean> {
    if (!this.#init.room(page.length)) return false;
    this.#pages.push([this.#sizeBytes, this.#pageFirstFrame]);
    await this.#write(page);
    return true;
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#file.write(bytes, 0, bytes.length, this.#sizeBytes);
    this.#sizeBytes += bytes.length;
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#file.close();
  }
}

function partOf(path: string): string {
  return `${path}.opus.part`;
}
