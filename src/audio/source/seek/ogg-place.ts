import { pageChecksum } from '../../ogg/checksum.ts';
import { oggClockOf } from '../../ogg/clock.ts';
import { pageBytesMax } from '../../ogg/page-reader.ts';
import type { AnyPlace } from '../order/any-place.ts';
import { PlaceReader } from '../order/place-reader.ts';

const headerBytes = 27;
/** What precedes the sound: tags may hold a picture. */
const headBytesMax = 1_048_576;
/** Whole pages lie in this much, wherever it begins. */
const lookedAtBytes = 2 * pageBytesMax;
const looksMax = 40;
const unfinished = 0xffff_ffff_ffff_ffffn;

export interface OggPlace {
  /** Everything before the sound, which a decoder needs first. */
  head: Buffer;
  atBytes: number;
  atMs: number;
}

interface Page {
  at: number;
  sizeBytes: number;
  serial: number;
  granule: bigint;
}

/**
 * The last page that begins at a time or before, found by halving; undefined for a file of several streams, or one that
 * can't be read from any place.
 */
export async function oggPlace(file: AnyPlace, ms: number): Promise<OggPlace | undefined> {
  const { isCheap, sizeBytes } = file;
  if (!isCheap || sizeBytes === undefined) return undefined;
  const head = await headOf(file);
  const clock = head && oggClockOf(head.first);
  if (!head || !clock) return undefined;
  const wanted = BigInt(Math.floor((ms * clock.rate) / 1_000) + clock.skipped);
  const begin = { atBytes: head.bytes.length, granule: BigInt(clock.skipped) };
  const found = await halved(file, { begin, sizeBytes, serial: head.serial, wanted });
  if (!found) return undefined;
  const atMs = ((Number(found.granule) - clock.skipped) * 1_000) / clock.rate;
  return { head: head.bytes, atBytes: found.atBytes, atMs: Math.max(0, atMs) };
}

/** A place between two pages, and the time that has passed there. */
interface Passed {
  atBytes: number;
  granule: bigint;
}

/** The last one at a position or before; undefined where a page is of another stream. */
async function halved(
  file: AnyPlace,
  { begin, serial, sizeBytes, wanted }: { begin: Passed; serial: number; sizeBytes: number; wanted: bigint },
): Promise<Passed | undefined> {
  let before = begin;
  let to = sizeBytes;
  for (let look = 0; look < looksMax && before.atBytes < to; look++) {
    const from = before.atBytes;
    const middle = to - from > lookedAtBytes ? Math.floor((from + to) / 2) : from;
    const pages = await pagesAt(file, middle, to);
    if (pages.some((page) => page.serial !== serial)) return undefined;
    const passed = pages.findLast(({ granule }) => granule <= wanted);
    if (passed) before = { atBytes: passed.at + passed.sizeBytes, granule: passed.granule };
    // All of this part was seen, or the place lies between two of its pages.
    if (middle === from || (passed && passed !== pages.at(-1))) break;
    if (!passed) to = middle;
  }
  return before;
}

/** Pages before the first that ends a packet of sound; undefined where a second stream begins among them. */
async function headOf(file: AnyPlace): Promise<{ bytes: Buffer; first: Buffer; serial: number } | undefined> {
  const reader = new PlaceReader(file.from(0));
  try {
    let first: Page | undefined;
    let bodyAt = 0;
    for (let at = 0; at < headBytesMax; ) {
      const held = await reader.peek(at + pageBytesMax);
      const page = pageAt(held, at, 0);
      if (!page || (first && page.serial !== first.serial)) return undefined;
      if (first && page.granule !== 0n && page.granule !== unfinished) {
        const body = Buffer.from(held.subarray(bodyAt, first.sizeBytes));
        return { bytes: Buffer.from(held.subarray(0, at)), first: body, serial: first.serial };
      }
      first ??= page;
      bodyAt ||= headerBytes + (held[26] ?? 0);
      at += page.sizeBytes;
    }
    return undefined;
  } finally {
    await reader.leave();
  }
}

/** Pages that end a packet, from a place on; none behind `to`. */
async function pagesAt(file: AnyPlace, from: number, to: number): Promise<Page[]> {
  const reader = new PlaceReader(file.from(from));
  try {
    const bytes = (await reader.peek(lookedAtBytes)).subarray(0, lookedAtBytes);
    const pages: Page[] = [];
    for (let at = bytes.indexOf('OggS'); at >= 0 && from + at < to; ) {
      const page = pageAt(bytes, at, from);
      if (page && page.granule !== unfinished) pages.push(page);
      at = bytes.indexOf('OggS', page ? at + page.sizeBytes : at + 1);
    }
    return pages;
  } finally {
    await reader.leave();
  }
}

/** Undefined where no whole page begins. */
function pageAt(bytes: Buffer, at: number, offset: number): Page | undefined {
  if (at + headerBytes > bytes.length || bytes.toString('latin1', at, at + 4) !== 'OggS') return undefined;
  const lacingEnd = at + headerBytes + (bytes[at + 26] ?? 0);
  const end = bytes.subarray(at + headerBytes, lacingEnd).reduce((sum, lace) => sum + lace, lacingEnd);
  if (end > bytes.length || pageChecksum(bytes, at, end) !== bytes.readUInt32LE(at + 22)) return undefined;
  return {
    at: offset + at,
    sizeBytes: end - at,
    serial: bytes.readUInt32LE(at + 14),
    granule: bytes.readBigUInt64LE(at + 6),
  };
}
