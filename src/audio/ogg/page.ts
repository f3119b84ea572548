import { pageChecksum } from './checksum.ts';

/** RFC 3533 §6. */
export const pageHeaderBytes = 27;
const segmentsMax = 255;
const checksumAt = 22;
const flagsAt = 5;
export const pageFlags = { continued: 1, first: 2, last: 4 } as const;

export interface PageInit {
  serial: number;
  sequence: number;
  /** Samples at 48 kHz up to the end of the last packet that ends here, pre-skip included. */
  granule: bigint;
  flags: number;
  /** Whole packets, as many as `fits` allows. */
  packets: readonly Uint8Array[];
}

export function lacingCount(packet: Uint8Array): number {
  return Math.floor(packet.length / 255) + 1;
}

export function fits(segmentCount: number, packet: Uint8Array): boolean {
  return segmentCount + lacingCount(packet) <= segmentsMax;
}

/** One page with its checksum. */
export function pageOf({ serial, sequence, granule, flags, packets }: PageInit): Buffer {
  const lacing = packets.flatMap(lacingOf);
  const bodyBytes = packets.reduce((sum, packet) => sum + packet.length, 0);
  const page = Buffer.alloc(pageHeaderBytes + lacing.length + bodyBytes);
  page.write('OggS', 0, 'latin1');
  page[flagsAt] = flags;
  page.writeBigInt64LE(granule, 6);
  page.writeUInt32LE(serial, 14);
  page.writeUInt32LE(sequence, 18);
  page[26] = lacing.length;
  page.set(lacing, pageHeaderBytes);
  let at = pageHeaderBytes + lacing.length;
  for (const packet of packets) {
    page.set(packet, at);
    at += packet.length;
  }
  return sealed(page);
}

/** The page with the end-of-stream flag set. Changes the given bytes. */
export function asLastPage(page: Buffer): Buffer {
  page[flagsAt] = (page[flagsAt] ?? 0) | pageFlags.last;
  return sealed(page);
}

function sealed(page: Buffer): Buffer {
  page.writeUInt32LE(pageChecksum(page, 0, page.length), checksumAt);
  return page;
}

function lacingOf(packet: Uint8Array): number[] {
  return [...new Array<number>(lacingCount(packet) - 1).fill(255), packet.length % 255];
}
