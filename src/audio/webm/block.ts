import { readSize } from './elements.ts';

/** RFC 9559 §10.3. */
const lacings = { none: 0, xiph: 1, fixed: 2, ebml: 3 } as const;

export interface Block {
  trackNumber: number;
  /** Views into the block. */
  packets: Uint8Array[];
}

/** The packets of a block, laced or not. Undefined when its lengths don't add up: then none of it is valid. */
export function readBlock(bytes: Uint8Array): Block | undefined {
  const track = readSize(bytes, 0);
  if (!track) return undefined;
  const flagsAt = track.end + 2;
  const flags = bytes[flagsAt];
  if (flags === undefined) return undefined;
  const packets = readLaces((flags >> 1) & 3, bytes, flagsAt + 1);
  return packets && { trackNumber: track.value, packets };
}

function readLaces(lacing: number, bytes: Uint8Array, at: number): Uint8Array[] | undefined {
  if (lacing === lacings.none) return [bytes.subarray(at)];
  const last = bytes[at];
  if (last === undefined) return undefined;
  const count = last + 1;
  if (lacing === lacings.fixed) return fixedLaces(bytes.subarray(at + 1), count);
  const sizes = lacing === lacings.xiph ? xiphSizes(bytes, at + 1, count) : ebmlSizes(bytes, at + 1, count);
  return sizes && cut(bytes, sizes.end, sizes.sizes);
}

function fixedLaces(content: Uint8Array, count: number): Uint8Array[] | undefined {
  const size = content.length / count;
  if (!Number.isInteger(size)) return undefined;
  return Array.from({ length: count }, (_, index) => content.subarray(index * size, (index + 1) * size));
}

interface Sizes {
  /** Sizes of all laces but the last, which takes the rest. */
  sizes: number[];
  end: number;
}

function xiphSizes(bytes: Uint8Array, start: number, count: number): Sizes | undefined {
  const sizes: number[] = [];
  let at = start;
  while (sizes.length < count - 1) {
    let size = 0;
    let byte: number | undefined;
    do {
      byte = bytes[at++];
      if (byte === undefined) return undefined;
      size += byte;
    } while (byte === 255);
    sizes.push(size);
  }
  return { sizes, end: at };
}

/** The first size is absolute, each further one is its difference to the one before, shifted to be unsigned. */
function ebmlSizes(bytes: Uint8Array, start: number, count: number): Sizes | undefined {
  const sizes: number[] = [];
  let at = start;
  while (sizes.length < count - 1) {
    const read = readSize(bytes, at);
    if (!read || !Number.isFinite(read.value)) return undefined;
    const before = sizes.at(-1);
    const size =
      before === undefined ? read.value : before + read.value - (2 ** (7 * (read.end - at) - 1) - 1);
    if (size < 0) return undefined;
    sizes.push(size);
    at = read.end;
  }
  return { sizes, end: at };
}

function cut(bytes: Uint8Array, start: number, sizes: readonly number[]): Uint8Array[] | undefined {
  const packets: Uint8Array[] = [];
  let at = start;
  for (const size of sizes) {
    if (at + size > bytes.length) return undefined;
    packets.push(bytes.subarray(at, at + size));
    at += size;
  }
  packets.push(bytes.subarray(at));
  return packets;
}
