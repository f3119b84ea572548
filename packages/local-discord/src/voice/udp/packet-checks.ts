import type { RtpPacket } from './rtp.ts';

const samplesPerFrame = 960;

export interface PacketVerdict {
  /** Sequence numbers that were skipped before this packet. */
  gaps: number;
  /** It was there before, or comes too late. */
  repeated: boolean;
  /** What the transport's rules forbid. */
  problems: string[];
}

/** Follows one speaker's packets and says what is wrong with each: nonce, sequence, timestamp. */
export class PacketChecks {
  #last: { sequence: number; timestamp: number; nonce: number } | undefined;

  check(packet: RtpPacket): PacketVerdict {
    const nonce = packet.nonce.readUInt32BE(0);
    const last = this.#last;
    const { sequence, timestamp } = packet;
    if (last === undefined) {
      this.#last = { sequence, timestamp, nonce };
      return { gaps: 0, repeated: false, problems: [] };
    }
    const problems: string[] = [];
    // Wraps after 2^32 packets, 2.7 years of sound.
    if (nonce <= last.nonce) problems.push(`nonce ${nonce} does not rise above ${last.nonce}`);
    const steps = (sequence - last.sequence) & 0xffff;
    if (steps === 0 || steps >= 0x8000) {
      problems.push(`sequence ${sequence} after ${last.sequence}`);
      return { gaps: 0, repeated: true, problems };
    }
    if (!isStep(last.timestamp, timestamp, steps)) {
      problems.push(`timestamp ${timestamp} after ${last.timestamp}, ${steps} packets on`);
    }
    this.#last = { sequence, timestamp, nonce: Math.max(nonce, last.nonce) };
    return { gaps: steps - 1, repeated: false, problems };
  }
}

/** A pause may advance the timestamp by more frames than were sent, never by fewer, never by part of one. */
function isStep(before: number, after: number, steps: number): boolean {
  // @discordjs/voice starts again at 0 instead of wrapping.
  if (after === 0 && before >= 2 ** 32 - samplesPerFrame) return true;
  const advance = (after - before) >>> 0;
  return advance % samplesPerFrame === 0 && advance >= steps * samplesPerFrame && advance < 2 ** 31;
}
