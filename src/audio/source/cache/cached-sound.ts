import type { FileHandle } from 'node:fs/promises';
import { pageChecksum } from '../../ogg/checksum.ts';
import { pageHeaderBytes } from '../../ogg/page.ts';
import type { CacheEntry } from './entry.ts';

const checksumAt = 22;
const lacingCountAt = 26;

/** The bytes are not what was written. */
export class DamagedEntry extends Error {
  override readonly name = 'DamagedEntry';
}

/** The packets of an entry from a frame on, page by page. Throws DamagedEntry. Closes the file. */
export async function* cachedPackets(
  file: FileHandle,
  { pages, sizeBytes }: CacheEntry,
  fromFrame = 0,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    const first = Math.max(
      0,
      pages.findLastIndex(([, frame]) => frame <= fromFrame),
    );
    for (const [index, [at, firstFrame]] of pages.entries()) {
      if (index < first) continue;
      const end = pages[index + 1]?.[0] ?? sizeBytes;
      let frame = firstFrame;
      for (const packet of packetsOf(await read(file, at, end))) if (frame++ >= fromFrame) yield packet;
    }
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, at: number, end: number): Promise<Buffer> {
  const page = Buffer.alloc(Math.max(0, end - at));
  const { bytesRead } = await file.read(page, 0, page.length, at);
  const sound =
    bytesRead === page.length &&
    page.length >= pageHeaderBytes &&
    pageChecksum(page, 0, page.length) === page.readUInt32LE(checksumAt);
  if (!sound) throw new DamagedEntry('a page of the cache is damaged');
  return page;
}

/** Whole packets: our muxer lets none go on in the next page. */
function* packetsOf(page: Buffer): Generator<Uint8Array> {
  const lacingEnd = pageHeaderBytes + page.readUInt8(lacingCountAt);
  let [from, at] = [lacingEnd, lacingEnd];
  for (const lacing of page.subarray(pageHeaderBytes, lacingEnd)) {
    at += lacing;
    if (lacing === 255) continue;
    yield page.subarray(from, at);
    from = at;
  }
}
