import { z } from 'zod';

/** A failure as people are shown it: what happened, and the next step. */
export const problemView = z.object({ code: z.string(), message: z.string(), next: z.string() });
