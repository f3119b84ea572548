import { z } from 'zod';
import { stepReader } from '../shared/step-codec.ts';

/** What a step carries: fixed at approval, so that execute needs no options. */
export const payloadOf = {
  media: stepReader(
    z.object({
      instance: z.string(),
      cid: z.string(),
      mediaType: z.string(),
      sizeBytes: z.number(),
      name: z.string(),
      altText: z.string(),
    }),
  ),
  mediaReady: stepReader(z.object({ instance: z.string(), media: z.string() })),
  status: stepReader(
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
  delete: stepReader(z.object({ instance: z.string(), statusId: z.string() })),
};
export type MediaPayload = ReturnType<typeof payloadOf.media>;
export type StatusPayload = ReturnType<typeof payloadOf.status>;
