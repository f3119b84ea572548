import { createHash } from 'node:crypto';
import type { Step } from '#contracts/publisher.ts';

/** Fits where platforms accept a key of ours: Discord's nonce has room for 25 characters. */
const keyDigits = 24;

/** Identifies one delivery of one revision everywhere: the same three values always give the same key. */
export function deliveryKeyOf(publicationId: string, targetId: string, revision: number): string {
  return digest([publicationId, targetId, revision]).slice(0, keyDigits);
}

/** `round` counts from 0: one that was given up may be followed by another. */
export function takeBackKeyOf(deliveryId: string, round: number): string {
  return digest(['take back', deliveryId, round]).slice(0, keyDigits);
}

/** The first step uses the delivery's key, the others keys derived from it. */
export function stepKeyOf(key: string, stepId: string, ordinal: number): string {
  return ordinal === 0 ? key : digest([key, stepId]).slice(0, keyDigits);
}

/** What people approve and the runner compares before it sends: independent of the order of properties. */
export function stepsHashOf(steps: readonly Step[]): string {
  return digest(steps);
}

function digest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]),
  );
}
