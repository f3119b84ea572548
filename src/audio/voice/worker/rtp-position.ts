import type { ConnectionData } from '@discordjs/voice';
import { frameDurationMs } from '#contracts/audio.ts';
import { sendPauseMsMax } from '../limits.ts';

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

/**
 * Turns that a channel had none of in the time since its last one, the one now due not counted. They have passed for
 * the listener too: a timestamp that lags behind makes Discord's clients hold ever more audio back. What the frame
 * clock is about to catch up with, turn by turn, doesn't count.
 */
export function turnsPassed(sinceLastTurnMs: number): number {
  return sinceLastTurnMs > sendPauseMsMax ? Math.floor(sinceLastTurnMs / frameDurationMs) - 1 : 0;
}
