import type { PublisherContext } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';

/** Refuses with the next step where the target has no such credential. */
export function required(context: PublisherContext, name: string): string {
  const value = context.credential(name);
  if (value) return value;
  throw new Refused({
    state: 'authorisation-lost',
    reason: `the credential ${name} is missing; connect the target`,
  });
}
