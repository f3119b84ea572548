/** How long an Ogg file plays: the position of its last page, in the clock that its first page names. RFC 3533. */
import { OggPageReader, pageBytesMax } from '../../ogg/page-reader.ts';

/** How much of the end holds a whole page for certain. */
export const oggEndBytes = 2 * pageBytesMax;

interface Beginning {
  serial: number;
  rate: number;
  /** Samples that a decoder throws away at the start. */
  skipped: number;
}

/** Undefined for several streams after or beside one another: the end doesn't say how long the others are. */
export function oggDurationMs(start: Buffer, end: Buffer): number | undefined {
  const beginnings: (Beginning | undefined)[] = [];
  eachPage(start, ({ body, first, serial }) => {
    if (first) beginnings.push(beginningOf(Buffer.from(body), serial));
  });
  const [only] = beginnings;
  if (!only || beginnings.length !== 1) return undefined;
  let last: bigint | undefined;
  let isWhole = true;
  eachPage(end, ({ granule, serial }) => {
    if (serial !== only.serial) isWhole = false;
    else if (granule >= 0n) last = granule;
  });
  if (!isWhole || last === undefined) return undefined;
  const samples = Number(last) - only.skipped;
  return samples > 0 ? Math.round((samples * 1_000) / only.rate) : undefined;
}

function eachPage(bytes: Buffer, onPage: Parameters<OggPageReader['push']>[1]): void {
  new OggPageReader().push(bytes, onPage);
}

function beginningOf(packet: Buffer, serial: number): Beginning | undefined {
  const isCalled = (name: string, at: number) => packet.toString('latin1', at, at + name.length) === name;
  // RFC 7845 §4: always 48 kHz, whatever the input had.
  if (isCalled('OpusHead', 0) && packet.length >= 12)
    return { serial, rate: 48_000, skipped: packet.readUInt16LE(10) };
  if (isCalled('vorbis', 1) && packet.length >= 16) return known(serial, packet.readUInt32LE(12));
  // https://xiph.org/flac/ogg_mapping.html: nine bytes, then the stream info with its header.
  if (isCalled('FLAC', 1) && packet.length >= 30) return known(serial, packet.readUInt32BE(27) >>> 12);
  if (isCalled('Speex', 0) && packet.length >= 40) return known(serial, packet.readUInt32LE(36));
  return undefined;
}

function known(serial: number, rate: number): Beginning | undefined {
  return rate > 0 ? { serial, rate, skipped: 0 } : undefined;
}
