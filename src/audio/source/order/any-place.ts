import type { FileHandle } from 'node:fs/promises';

/** A file that can be read from any place of it. */
export interface AnyPlace {
  /** Absent: unknown. */
  readonly sizeBytes: number | undefined;
  /** Going to a place is known to cost next to nothing. */
  readonly isCheap: boolean;
  /** It lies on this machine: reading much of it takes next to no time. */
  readonly isNear?: boolean;
  /**
   * From a byte on to its end; one reader at a time. `skipBytesMax`: how much may be read to get there where only the
   * whole is available; more is SkipTooLong.
   */
  from(start: number, skipBytesMax?: number): AsyncGenerator<Uint8Array, void, void>;
  /** Idempotent. */
  close(): void;
}

/** Getting to a place would need more reading than the reader allows. */
export class SkipTooLong extends Error {
  override readonly name = 'SkipTooLong';
}

const pieceBytes = 65_536;

/** A file of this machine. */
export class LocalFile implements AnyPlace {
  readonly isCheap = true;
  readonly isNear = true;
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  #closed = false;

  constructor(handle: FileHandle, sizeBytes: number) {
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
  }

  async *from(start: number): AsyncGenerator<Uint8Array, void, void> {
    for (let at = start; !this.#closed; ) {
      const { bytesRead, buffer } = await this.#handle.read({
        buffer: Buffer.allocUnsafe(pieceBytes),
        position: at,
      });
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#handle.close().catch(() => {});
  }
}
