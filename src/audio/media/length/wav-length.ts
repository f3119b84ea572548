/** How long a WAV plays: the size of its data by its byte rate. RIFF, RF64 (EBU Tech 3306). */

const unknownSize = 0xffff_ffff;

export function wavDurationMs(start: Buffer, sizeBytes: number | undefined): number | undefined {
  const kind = start.toString('latin1', 0, 4);
  if ((kind !== 'RIFF' && kind !== 'RF64') || start.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  let byteRate = 0;
  let longSize: number | undefined;
  for (let at = 12; at + 8 <= start.length; ) {
    const name = start.toString('latin1', at, at + 4);
    const size = start.readUInt32LE(at + 4);
    const content = at + 8;
    if (name === 'ds64' && content + 16 <= start.length)
      longSize = Number(start.readBigUInt64LE(content + 8));
    if (name === 'fmt ' && content + 12 <= start.length) byteRate = start.readUInt32LE(content + 8);
    if (name === 'data') return duration(dataBytes(size, content, longSize, sizeBytes), byteRate);
    at = content + size + (size % 2);
  }
  return undefined;
}

/** A recorder that was cut off, or a pipe, has left zero or the largest number as the size. */
function dataBytes(
  size: number,
  content: number,
  longSize: number | undefined,
  sizeBytes: number | undefined,
): number | undefined {
  const rest = sizeBytes === undefined ? undefined : sizeBytes - content;
  const said = size === unknownSize ? longSize : size;
  if (!said) return rest;
  return rest === undefined ? said : Math.min(said, rest);
}

function duration(bytes: number | undefined, byteRate: number): number | undefined {
  return bytes && bytes > 0 && byteRate > 0 ? Math.round((bytes * 1_000) / byteRate) : undefined;
}
