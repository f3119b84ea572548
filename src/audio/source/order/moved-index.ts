import { readBoxHeader } from '../../mp4/boxes.ts';

/** Boxes that lead to the positions of the sound: ISO/IEC 14496-12 §8.2 to §8.7. */
const entered: ReadonlySet<string> = new Set(['trak', 'mdia', 'minf', 'stbl']);
const boxesMax = 100_000;
const place32Max = 0xffff_ffff;

export interface Move {
  /** Positions before this one move; positions after it stay. */
  from: number;
  by: number;
}

/**
 * An index (`moov`, header included) for the same sound at another position: each position in it that moves gets
 * another number. Undefined for an index that can't be read or written like this: compressed, damaged, or with
 * positions beyond 4 GiB in 32 bits.
 */
export function movedIndex(index: Buffer, move: Move): Buffer | undefined {
  const moved = Buffer.from(index);
  const top = readBoxHeader(moved, 0);
  if (top?.type !== 'moov') return undefined;
  const stack = [{ at: top.headerBytes, end: moved.length }];
  for (let boxes = 0; boxes < boxesMax; boxes++) {
    const here = stack.at(-1);
    if (!here) return moved;
    if (here.at + 8 > here.end) {
      stack.pop();
      continue;
    }
    const box = readBoxHeader(moved, here.at);
    // Four zeros end a list in QuickTime.
    if (!box || box.sizeBytes > here.end - here.at) {
      if (moved.readUInt32BE(here.at) !== 0) return undefined;
      stack.pop();
      continue;
    }
    const [at, end] = [here.at + box.headerBytes, here.at + box.sizeBytes];
    here.at = end;
    if (box.type === 'cmov') return undefined;
    if (entered.has(box.type)) stack.push({ at, end });
    else if (box.type === 'stco' || box.type === 'co64')
      if (!movePlaces(moved.subarray(at, end), box.type === 'co64', move)) return undefined;
  }
  return undefined;
}

/** §8.7.5: version and flags, a count, and that many positions. */
function movePlaces(content: Buffer, is64: boolean, { by, from }: Move): boolean {
  const width = is64 ? 8 : 4;
  if (content.length < 8) return false;
  const count = content.readUInt32BE(4);
  if (8 + count * width > content.length) return false;
  for (let at = 8; at < 8 + count * width; at += width) {
    const place = is64 ? Number(content.readBigUInt64BE(at)) : content.readUInt32BE(at);
    if (place >= from) continue;
    if (is64) content.writeBigUInt64BE(BigInt(place + by), at);
    else if (place + by > place32Max) return false;
    else content.writeUInt32BE(place + by, at);
  }
  return true;
}
