import { createHash } from 'node:crypto';

/**
 * The intentional delay of a slot: the same in every computation, below `windowMs`, spread evenly over schedules and
 * slots.
 */
export function jitterOf(scheduleId: string, slotMs: number, windowMs: number): number {
  if (windowMs < 1) return 0;
  const digest = createHash('sha256').update(`${scheduleId}:${slotMs}`).digest();
  return digest.readUIntBE(0, 6) % Math.floor(windowMs);
}
