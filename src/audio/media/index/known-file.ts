import { z } from 'zod';

/** What was read of a file, and the file that it was read of: one that changed is read again. */
export const knownFile = z.object({
  sizeBytes: z.number(),
  changedMs: z.number(),
  title: z.string().min(1),
  artist: z.string().optional(),
  album: z.string().optional(),
  durationMs: z.number().optional(),
});
export type KnownFile = z.output<typeof knownFile>;
