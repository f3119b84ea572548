import { z } from 'zod';
import { stepReader } from '../shared/step-codec.ts';

const postPayload = z.object({
  service: z.string(),
  rkey: z.string(),
  text: z.string(),
  facets: z.array(
    z.object({
      byteStart: z.number(),
      byteEnd: z.number(),
      kind: z.enum(['link', 'tag', 'mention']),
      value: z.string(),
    }),
  ),
  /** Ids of the steps that upload them. */
  images: z.array(z.object({ step: z.string(), alt: z.string() })),
  card: z.object({ uri: z.string(), title: z.string(), description: z.string() }).optional(),
  language: z.string().optional(),
});
export type PostPayload = z.output<typeof postPayload>;

/** What a step carries: fixed at approval, so that execute needs no options. */
export const payloadOf = {
  image: stepReader(
    z.object({ service: z.string(), cid: z.string(), mediaType: z.string(), sizeBytes: z.number() }),
  ),
  post: stepReader(postPayload),
};
