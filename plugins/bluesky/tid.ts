import { createHash } from 'node:crypto';

const letters = '234567abcdefghijklmnopqrstuvwxyz';

/**
 * The record key of a step: https://atproto.com/specs/tid, 53 bits of microseconds and 10 bits of clock. Made from the
 * publication's instant and key, so that each attempt names the same record.
 */
export function recordKey(createdAtMs: number, key: string): string {
  const digest = createHash('sha256').update(key).digest();
  const micros = BigInt(Math.floor(createdAtMs)) * 1_000n + BigInt(digest.readUInt16BE(0) % 1_000);
  let value = ((micros & ((1n << 53n) - 1n)) << 10n) | BigInt(digest.readUInt16BE(2) & 0x3ff);
  let text = '';
  for (let at = 0; at < 13; at += 1) {
    text = letters.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}
