import { z } from 'zod';
import { stepReader } from '../shared/step-codec.ts';

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
  media: stepReader(mediaPayload),
  mediaReady: stepReader(z.object({ auth, media: z.string() })),
  delete: stepReader(z.object({ auth, postId: z.string() })),
  altText: stepReader(z.object({ auth, media: z.string(), text: z.string() })),
  post: stepReader(
    z.object({
      auth,
      text: z.string(),
      /** Ids of steps. */
      media: z.array(z.string()),
      replyTo: z.string().optional(),
      /** In a thread: the number of this post and the number of all. */
      part: z.number(),
      partCount: z.number(),
      madeWithAi: z.boolean(),
      replySettings: z.enum(['following', 'mentionedUsers', 'subscribers', 'verified']).optional(),
    }),
  ),
};
export type PostPayload = ReturnType<typeof payloadOf.post>;
