import { z } from 'zod';
import { stepReader } from '../shared/step-codec.ts';

const webhookPayload = z.object({
  /** What is posted, without the bytes of inlined artifacts. */
  event: z.object({
    id: z.string(),
    type: z.literal('publication'),
    createdAt: z.string(),
    title: z.string(),
    body: z.string(),
    text: z.string(),
    tags: z.array(z.string()),
    link: z.string().optional(),
    artifacts: z.array(
      z.object({
        cid: z.string(),
        name: z.string(),
        mediaType: z.string(),
        sizeBytes: z.number(),
        altText: z.string().optional(),
        url: z.string().optional(),
      }),
    ),
  }),
  inlineBytesMax: z.number(),
  /** Absent: only the status of the receiver's answer counts. */
  showResultAddress: z.literal(true).optional(),
  /** 0: the receiver promises nothing. */
  dedupeWindowMs: z.number(),
});
export type WebhookPayload = z.output<typeof webhookPayload>;
export const payloadOf = stepReader(webhookPayload);
