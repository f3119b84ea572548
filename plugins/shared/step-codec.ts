import type { z } from 'zod';
import type { Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';

/**
 * Reads what a step carries. Steps are written when a publication is made and run days later, perhaps by another version
 * of the publisher: a schema must go on accepting what the version before wrote, so new fields are optional. What it
 * can't read is rejected, with what a person does.
 */
export function stepReader<T>(schema: z.ZodType<T>): (step: Step) => T {
  return (step) => {
    const read = schema.safeParse(step.payload);
    if (read.success) return read.data;
    throw unreadable(step);
  };
}

/** Of a step that this version can't run: its kind is unknown, or what it carries. */
export function unreadable(step: Step): Refused {
  return new Refused({
    state: 'rejected',
    reason: `the step “${step.id}” was made by another version of this publisher: edit the publication`,
  });
}
