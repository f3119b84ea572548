/** Servers compress bodies on their own. The bytes show whether they are compressed; their label often doesn't. */
import { pipeline, Readable, type Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';

const magicBytes = 4;
/** A body that breaks off is passed on as far as it goes: the interruption is detected below. */
const lenient = { finishFlush: constants.Z_SYNC_FLUSH };

/**
 * The bytes decompressed, if they are gzip, or by the head zstd, zlib or Brotli; else unchanged. The reader bounds the
 * amount: nothing is decompressed that it doesn't ask for. Throws what `bytes` throws, and zlib's errors.
 */
export async function* unpacked(
  bytes: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = bytes[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < magicBytes) {
      const { done, value } = await iterator.next();
      if (done) break;
      seen.push(value);
      length += value.length;
    }
    const all = { [Symbol.asyncIterator]: () => following(seen, iterator) };
    const unpacker = unpackerOf(Buffer.concat(seen), encoding.trim().toLowerCase());
    yield* unpacker ? through(all, unpacker) : all;
  } finally {
    await iterator.return?.();
  }
}

function unpackerOf(start: Buffer, encoding: string): Transform | undefined {
  if (start.length < magicBytes) return undefined;
  if (start[0] === 0x1f && start[1] === 0x8b && start[2] === 8) return createGunzip(lenient);
  if (start.readUInt32LE() === 0xfd2fb528) return createZstdDecompress();
  if (encoding === 'deflate' && start.readUInt16BE() % 31 === 0 && ((start[0] ?? 0) & 15) === 8)
    return createInflate(lenient);
  // Brotli has no mark of its own.
  return encoding === 'br' ? createBrotliDecompress() : undefined;
}

async function* through(bytes: AsyncIterable<Uint8Array>, unpacker: Transform): AsyncGenerator<Uint8Array> {
  pipeline(Readable.from(bytes, { objectMode: true }), unpacker, () => {});
  yield* unpacker;
}

async function* following(seen: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>) {
  yield* seen;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
