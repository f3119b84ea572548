/** Frame sequences are u32 and wrap: differences are taken modulo 2^32 and read as signed. */

/** How many frames `to` lies after `from`; negative when before. */
export function sequenceDistance(from: number, to: number): number {
  return (to - from) | 0;
}

export function sequenceAfter(sequence: number, count: number): number {
  return (sequence + count) >>> 0;
}
