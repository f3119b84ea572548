/** Ogg's CRC-32 (RFC 3533 §6): polynomial 0x04c11db7, not reflected, start 0, no final inversion. */

const polynomial = 0x04c11db7;
const checksumAt = 22;
const checksumEnd = 26;
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let register = byte << 24;
  for (let bit = 0; bit < 8; bit++)
    register = register & 0x80000000 ? (register << 1) ^ polynomial : register << 1;
  return register >>> 0;
});

/** Checksum of the page at `start`; its own checksum field counts as zero. */
export function pageChecksum(bytes: Uint8Array, start: number, end: number): number {
  let register = 0;
  for (let at = start; at < end; at++) {
    const inField = at - start >= checksumAt && at - start < checksumEnd;
    const byte = inField ? 0 : (bytes[at] ?? 0);
    register = (register << 8) ^ (table[((register >>> 24) ^ byte) & 0xff] ?? 0);
  }
  return register >>> 0;
}
