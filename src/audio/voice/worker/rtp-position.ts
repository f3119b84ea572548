import type { ConnectionData } from '@discordjs/voice';

export type RtpPosition = Pick<ConnectionData, 'sequence' | 'timestamp'>;

/** Samples in 20 ms at 48 kHz: RTP's timestamp rises by this with each frame. */
const samplesPerFrame = 960;

/**
 * Advances a connection's RTP position. The library wraps only after an increment of its own, and throws when it finds
 * a number beyond the field, so both wrap here: the sequence at 2^16, the timestamp at 2^32.
 */
export function advance(position: RtpPosition, sequenceCount: number, frameCount: number): void {
  position.sequence = (position.sequence + sequenceCount) & 0xffff;
  position.timestamp = (position.timestamp + frameCount * samplesPerFrame) >>> 0;
}

/**
 * Keeps RTP's time with the frame clock. Turns without a packet (skipped by a late clock, parked, or spent on resuming)
 * have passed for the listener too: a timestamp that lags behind makes Discord's clients hold ever more audio back.
 * Turns are counted, not measured: the clock skips some after pauses of any length.
 */
export class RtpTime {
  #position: RtpPosition | undefined;
  #turn = 0;

  /** Called before the packet of a turn. A position not seen before starts here. */
  reach(position: RtpPosition, turn: number): void {
    if (position === this.#position) advance(position, 0, turn - this.#turn - 1);
    this.#position = position;
    this.#turn = turn;
  }
}
