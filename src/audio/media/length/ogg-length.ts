/** How long an Ogg file plays: the position of its last page, in the clock that its first page names. RFC 3533. */
import { type OggClock, oggClockOf } from '../../ogg/clock.ts';
import { OggPageReader, pageBytesMax } from '../../ogg/page-reader.ts';

/** How much of the end holds a whole page for certain. */
export const oggEndBytes = 2 * pageBytesMax;

interface Beginning extends OggClock {
  serial: number;
}

/** Undefined for several streams after or beside one another: the end doesn't say how long the others are. */
export function oggDurationMs(start: Buffer, end: Buffer): number | undefined {
  const beginnings: (Beginning | undefined)[] = [];
  eachPage(start, ({ body, first, serial }) => {
    const clock = first ? oggClockOf(Buffer.from(body)) : undefined;
    if (first) beginnings.push(clock && { ...clock, serial });
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
