/** RFC 6716 §3.2.1: no frame within a packet is longer. */
const innerFrameBytesMax = 1_275;

/**
 * Whether the frames inside an Opus packet fill it exactly, as RFC 6716 §3.4 (R1 to R7) demands of every packet. Reads
 * only lengths and decodes nothing: packets that break these rules are made to exploit faults of decoders.
 */
export function isWellFormed(packet: Uint8Array): boolean {
  const [toc] = packet;
  if (toc === undefined) return false;
  const body = packet.subarray(1);
  switch (toc & 0b11) {
    case 0:
      return body.length <= innerFrameBytesMax;
    case 1:
      return body.length % 2 === 0 && body.length / 2 <= innerFrameBytesMax;
    case 2:
      return fitsVariable(body, 2);
    default:
      return fitsCounted(body);
  }
}

/** Code 3: a count, padding where announced, and frames of one or of several lengths. */
function fitsCounted(body: Uint8Array): boolean {
  const [head] = body;
  if (head === undefined) return false;
  const count = head & 0b11_1111;
  const rest = head & 0b0100_0000 ? withoutPadding(body.subarray(1)) : body.subarray(1);
  if (count === 0 || !rest) return false;
  if (head & 0b1000_0000) return fitsVariable(rest, count);
  return rest.length % count === 0 && rest.length / count <= innerFrameBytesMax;
}

/** All lengths but the last are given. */
function fitsVariable(body: Uint8Array, count: number): boolean {
  let offset = 0;
  let taken = 0;
  for (let index = 1; index < count; index += 1) {
    const first = body[offset];
    const second = body[offset + 1];
    if (first === undefined || (first >= 252 && second === undefined)) return false;
    const length = first < 252 ? first : (second ?? 0) * 4 + first;
    if (length > innerFrameBytesMax) return false;
    offset += first < 252 ? 1 : 2;
    taken += length;
  }
  const last = body.length - offset - taken;
  return last >= 0 && last <= innerFrameBytesMax;
}

/** Undefined when more padding is announced than there are bytes. */
function withoutPadding(body: Uint8Array): Uint8Array | undefined {
  let offset = 0;
  let padding = 0;
  for (;;) {
    const byte = body[offset];
    if (byte === undefined) return undefined;
    offset += 1;
    padding += byte === 255 ? 254 : byte;
    if (byte !== 255) break;
  }
  const end = body.length - padding;
  return end < offset ? undefined : body.subarray(offset, end);
}
