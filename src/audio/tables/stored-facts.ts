import { z } from 'zod';

const storedFacts = z.object({
  title: z.string().min(1),
  artist: z.string().optional(),
  album: z.string().optional(),
  durationMs: z.number().optional(),
  coverId: z.string().optional(),
});
/** What is known of a file, as a column `facts` holds it in JSON. */
export type StoredFacts = z.output<typeof storedFacts>;

/** Undefined: that can't be read. */
export function factsIn(json: string): StoredFacts | undefined {
  try {
    return storedFacts.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
