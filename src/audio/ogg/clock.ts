import { isOpusHead } from '../opus/headers.ts';

/** How the positions of an Ogg stream count. */
export interface OggClock {
  /** Per second. */
  rate: number;
  /** Samples that a decoder throws away at the start. */
  skipped: number;
}

/** By the first packet of a stream: Vorbis I §4.2.2, Ogg FLAC mapping 1.0, Speex §7.1, RFC 7845 §4 and §5.1. */
export function oggClockOf(head: Buffer): OggClock | undefined {
  if (isOpusHead(head) && head.length >= 12) return { rate: 48_000, skipped: head.readUInt16LE(10) };
  const rate = rateOf(head);
  return rate ? { rate, skipped: 0 } : undefined;
}

function rateOf(head: Buffer): number | undefined {
  if (head.length >= 16 && head.toString('latin1', 0, 7) === '\x01vorbis') return head.readUInt32LE(12);
  if (head.length >= 30 && head.toString('latin1', 0, 5) === '\x7fFLAC') return head.readUIntBE(27, 3) >> 4;
  if (head.length >= 40 && head.toString('latin1', 0, 5) === 'Speex') return head.readUInt32LE(36);
  return undefined;
}
