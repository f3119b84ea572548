import type { z } from 'zod';
import type { Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';

/**
 * Reads the payload of a step. Steps are written when a publication is made and run days later, perhaps by another
 * version of the publisher: a schema must continue to accept what the previous version wrote, so new fields are
 * optional. A payload it can't read is rejected, with the next step for a person.
 */
export function stepReader<T>(schema: z.ZodType<T>): (step: Step) => T {
  return (step) => {
    const read = schema.safeParse(step.payload);
    if (read.success) return read.data;
    throw unreadable(step);
  };
}

/** For a step that this version can't run: its kind or its payload is unknown. */
export function unreadable(step: Step): Refused {
  return new Refused({
    state: 'rejected',
    reason: `the step “${step.id}” was made by another version of this publisher: edit the publication`,
  });
}
