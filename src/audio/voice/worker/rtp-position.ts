import type { ConnectionData } from '@discordjs/voice';

/** Samples in 20 ms at 48 kHz: by how much RTP's timestamp rises with each frame. */
const samplesPerFrame = 960;

/**
 * Moves a connection's place in RTP on. The library wraps only after an increment of its own, and throws when it
 * finds a number beyond the field, so both wrap here: the sequence at 2^16, the timestamp at 2^32.
 */
export function advance(
  position: Pick<ConnectionData, 'sequence' | 'timestamp'>,
  sequenceCount: number,
  frameCount: number,
): void {
  position.sequence = (position.sequence + sequenceCount) & 0xffff;
  position.timestamp = (position.timestamp + frameCount * samplesPerFrame) >>> 0;
}
