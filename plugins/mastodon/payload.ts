import { z } from 'zod';
import type { Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/transport.ts';

/** What a step carries: fixed at approval, so that execute needs no options. */
export const payloadOf = {
  media: reader(
    z.object({
      instance: z.string(),
      cid: z.string(),
      mediaType: z.string(),
      sizeBytes: z.number(),
      name: z.string(),
      altText: z.string(),
    }),
  ),
  mediaReady: reader(z.object({ instance: z.string(), media: z.string() })),
  status: reader(
    z.object({
      instance: z.string(),
      text: z.string(),
      media: z.array(z.string()),
      visibility: z.string(),
      sensitive: z.boolean(),
      language: z.string().optional(),
      contentWarning: z.string().optional(),
    }),
  ),
};
export type MediaPayload = ReturnType<typeof payloadOf.media>;
export type StatusPayload = ReturnType<typeof payloadOf.status>;

function reader<T>(schema: z.ZodType<T>): (step: Step) => T {
  return (step) => {
    const read = schema.safeParse(step.payload);
    if (read.success) return read.data;
    throw new Refused({
      state: 'rejected',
      reason: `the step “${step.id}” was made by another version of this publisher: edit the publication`,
    });
  };
}
