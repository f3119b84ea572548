import { z } from 'zod';
import type { Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/transport.ts';

const auth = z.enum(['oauth1', 'oauth2']);
const mediaPayload = z.object({
  auth,
  cid: z.string(),
  mediaType: z.string(),
  category: z.enum(['tweet_image', 'tweet_gif', 'tweet_video']),
  sizeBytes: z.number(),
});
export type MediaPayload = z.output<typeof mediaPayload>;

/** What a step carries: fixed at approval, so that execute needs no options. */
export const payloadOf = {
  media: reader(mediaPayload),
  mediaReady: reader(z.object({ auth, media: z.string() })),
  altText: reader(z.object({ auth, media: z.string(), text: z.string() })),
  post: reader(
    z.object({
      auth,
      text: z.string(),
      /** Ids of steps. */
      media: z.array(z.string()),
      replyTo: z.string().optional(),
      /** Of a thread: how many posts come, and which this is. */
      part: z.number(),
      partCount: z.number(),
      madeWithAi: z.boolean(),
      replySettings: z.enum(['following', 'mentionedUsers', 'subscribers', 'verified']).optional(),
    }),
  ),
};
export type PostPayload = ReturnType<typeof payloadOf.post>;

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
