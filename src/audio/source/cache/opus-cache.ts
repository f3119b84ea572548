/**
 * What was decoded once, kept as 20 ms Ogg Opus: the second play needs no decoder, knows its length and starts at any
 * second. Nothing depends on it: without room, with a damaged entry or a failing disk, sound is decoded again.
 */
import { open, readdir, readFile, rm, stat, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { frameDurationMs } from '#contracts/audio.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { makeFolder } from '#storage/files/make-folder.ts';
import { requirePlainFolder } from '#storage/files/plain-folder.ts';
import type { CacheWriter, CacheWriterInit } from './cache-writer.ts';
import { cachedPackets, DamagedEntry } from './cached-sound.ts';
import { type CacheEntry, entrySchema, nameParts } from './entry.ts';
import { cacheLimits } from './limits.ts';

export interface OpusCacheComponents {
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface OpusCacheInit {
  folder: string;
  /** 0: nothing is kept. Absent: the smaller of 2 GiB and 5 % of the free disk. */
  bytesMax: number | undefined;
}

export interface CachedSound {
  durationMs: number;
  titles: CacheEntry['titles'];
  /** Throws DamagedEntry; then the entry is gone. What else it throws, such as EMFILE, may pass. */
  packets(fromFrame?: number): AsyncGenerator<Uint8Array, void, void>;
}

/** A sound that is being written. */
export interface KeptSound {
  title(text: string): void;
  packet(payload: Uint8Array): Promise<void>;
  /** It ended: from now on it is found. */
  commit(): Promise<void>;
  /** Idempotent, and without effect after `commit`. */
  discard(): Promise<void>;
}

export class OpusCache {
  readonly #components: OpusCacheComponents;
  readonly #init: OpusCacheInit;
  /** Sizes, the longest unused first. */
  readonly #sizes = new Map<string, number>();
  readonly #writing = new Map<string, number>();
  #bytesMax = 0;
  #starting: Promise<void> | undefined;
  #stopping = false;
  #warned = false;

  constructor(components: OpusCacheComponents, init: OpusCacheInit) {
    this.#components = components;
    this.#init = init;
  }

  /**
   * Finds what is there, and removes what a crash left; until then nothing is found or kept. Never throws: without its
   * folder nothing ever is.
   */
  start(): Promise<void> {
    this.#starting = this.#start().catch((err: unknown) => void this.#warn(err));
    return this.#starting;
  }

  /** Resolves once nothing is looked for any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#starting;
  }

  async #start(): Promise<void> {
    const { folder } = this.#init;
    makeFolder(folder, 0o700);
    requirePlainFolder(folder);
    const bytesMax = this.#init.bytesMax ?? (await usualBytesMax(folder));
    await this.#look();
    // Whatever was written while it looked would have seemed to be left by a crash.
    this.#bytesMax = bytesMax;
    await this.#evict();
  }

  get sizeBytes(): number {
    return sum(this.#sizes) + sum(this.#writing);
  }

  /** Undefined: it isn't there. */
  async find(key: string): Promise<CachedSound | undefined> {
    const sizeBytes = this.#sizes.get(key);
    if (sizeBytes === undefined) return undefined;
    const entry = await this.#entry(key);
    if (entry === 'broken') await this.#remove(key);
    if (!entry || entry === 'broken') return undefined;
    this.#sizes.delete(key);
    this.#sizes.set(key, sizeBytes);
    const now = this.#components.clock.nowMs() / 1_000;
    await utimes(this.#path(key, 'json'), now, now).catch(() => {});
    return {
      durationMs: entry.frameCount * frameDurationMs,
      titles: entry.titles,
      packets: (fromFrame) => this.#packets(key, entry, fromFrame),
    };
  }

  /** Undefined: it is being written already, or nothing more can be. */
  async keep(key: string): Promise<KeptSound | undefined> {
    const { writersMax } = cacheLimits;
    if (this.#bytesMax === 0 || this.#sizes.has(key) || this.#writing.has(key)) return undefined;
    if (this.#writing.size >= writersMax) return undefined;
    this.#writing.set(key, 0);
    const serial = Buffer.from(this.#components.chance.bytes(4)).readUInt32LE();
    const init = {
      path: join(this.#init.folder, key),
      serial,
      room: (bytes: number) => this.#room(key, bytes),
    };
    const writer = await create(init).catch((err: unknown) => this.#warn(err));
    if (!writer) {
      this.#writing.delete(key);
      return undefined;
    }
    return this.#kept(key, writer);
  }

  #kept(key: string, writer: CacheWriter): KeptSound {
    let over = false;
    const discard = async () => {
      over = true;
      await writer.discard().catch((err: unknown) => this.#warn(err));
      // Only now another one may write to its files.
      this.#writing.delete(key);
    };
    const guarded = async (write: () => Promise<boolean>) => {
      if (over) return;
      const going = await write().catch((err: unknown) => {
        this.#warn(err);
        return false;
      });
      if (!going) await discard();
    };
    return {
      title: (text) => writer.title(text),
      packet: (payload) => guarded(() => writer.packet(payload)),
      commit: () =>
        guarded(async () => {
          const entry = await writer.commit();
          if (!entry) return false;
          over = true;
          this.#writing.delete(key);
          this.#sizes.set(key, entry.sizeBytes);
          await this.#evict();
          return true;
        }),
      discard: () => (over ? Promise.resolve() : discard()),
    };
  }

  async *#packets(key: string, entry: CacheEntry, fromFrame: number | undefined) {
    try {
      const file = await open(this.#path(key, 'opus'));
      yield* cachedPackets(file, entry, fromFrame);
    } catch (error) {
      if (!(error instanceof DamagedEntry || isGone(error))) throw error;
      // The next time it is opened, it is decoded.
      await this.#remove(key);
      throw error instanceof DamagedEntry ? error : new DamagedEntry('gone', { cause: error });
    }
  }

  /** Undefined: it can't be read now. `broken`: nor ever. */
  async #entry(key: string): Promise<CacheEntry | 'broken' | undefined> {
    try {
      return parsed(await readFile(this.#path(key, 'json'), 'utf8')) ?? 'broken';
    } catch (error) {
      return isGone(error) ? 'broken' : undefined;
    }
  }

  /** Makes room for what is written; what is longest unused goes first. */
  #room(key: string, bytes: number): boolean {
    const written = (this.#writing.get(key) ?? 0) + bytes;
    if (sum(this.#writing) + bytes > this.#bytesMax) return false;
    this.#writing.set(key, written);
    void this.#evict();
    return true;
  }

  async #evict(): Promise<void> {
    for (const key of this.#sizes.keys()) {
      if (this.sizeBytes <= this.#bytesMax) return;
      await this.#remove(key);
    }
  }

  async #remove(key: string): Promise<void> {
    this.#sizes.delete(key);
    const remove = (kind: string) => rm(this.#path(key, kind), { force: true });
    await Promise.all([remove('json'), remove('opus')]).catch((err: unknown) => this.#warn(err));
  }

  async #look(): Promise<void> {
    const { folder } = this.#init;
    const found: { key: string; sizeBytes: number; usedAtMs: number }[] = [];
    const names = await readdir(folder);
    const whole = new Set(names);
    for (const name of names) {
      if (this.#stopping) return;
      const parts = nameParts(name);
      const other = parts && `${parts.key}.${parts.kind === 'json' ? 'opus' : 'json'}`;
      if (!other || !whole.has(other)) await rm(join(folder, name), { force: true, recursive: true });
      else if (parts.kind === 'opus') {
        const { size } = await stat(join(folder, name));
        const { mtimeMs } = await stat(join(folder, other));
        found.push({ key: parts.key, sizeBytes: size, usedAtMs: mtimeMs });
      }
    }
    for (const { key, sizeBytes } of found.sort((a, b) => a.usedAtMs - b.usedAtMs))
      this.#sizes.set(key, sizeBytes);
  }

  #path(key: string, kind: string): string {
    return join(this.#init.folder, `${key}.${kind}`);
  }

  /** Once: a disk that failed fails again. */
  #warn(err: unknown): undefined {
    if (!this.#warned) this.#components.logger.warn({ err }, 'decoded sound is not kept');
    this.#warned = true;
    return undefined;
  }
}

/** Its code loads with the first sound that is kept. */
async function create(init: CacheWriterInit): Promise<CacheWriter> {
  const { CacheWriter } = await import('./cache-writer.ts');
  return CacheWriter.create(init);
}

function parsed(text: string): CacheEntry | undefined {
  try {
    return entrySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Other errors say nothing of the file: too many are open, or the disk is busy. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function usualBytesMax(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.floor(Math.min(cacheLimits.bytesDefaultMax, bavail * bsize * cacheLimits.freeDiskShare));
}

function sum(sizes: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const size of sizes.values()) total += size;
  return total;
}
