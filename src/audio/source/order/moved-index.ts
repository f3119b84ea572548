import { type BoxHeader, readBoxHeader } from '../../mp4/boxes.ts';

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
    const box = boxIn(moved, here);
    if (box === 'damaged') return undefined;
    if (box === 'none') {
      stack.pop();
      continue;
    }
    const content = { at: here.at + box.headerBytes, end: here.at + box.sizeBytes };
    here.at = content.end;
    if (entered.has(box.type)) stack.push(content);
    else if (!movedIn(box.type, moved.subarray(content.at, content.end), move)) return undefined;
  }
  return undefined;
}

function boxIn(bytes: Buffer, { at, end }: { at: number; end: number }): BoxHeader | 'none' | 'damaged' {
  if (at + 8 > end) return 'none';
  const box = readBoxHeader(bytes, at);
  if (box && box.sizeBytes <= end - at) return box;
  // Four zeros end a list in QuickTime.
  return bytes.readUInt32BE(at) === 0 ? 'none' : 'damaged';
}

/** Moves the places in it, if any are; false for what can't be moved. */
function movedIn(type: string, content: Buffer, move: Move): boolean {
  if (type === 'cmov') return false;
  return (type !== 'stco' && type !== 'co64') || movePlaces(content, type === 'co64', move);
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
