/**
 * What is read of a server's answers. Other software that speaks Mastodon's API leaves fields out or fills them in its
 * own way: such a field counts as not there, only what identifies a thing must be.
 */
import { z } from 'zod';

const figure = z.number().optional().catch(undefined);

export const status = z.object({
  id: z.string(),
  url: z.string().nullable().catch(null),
  /** HTML */
  content: z.string().catch(''),
  created_at: z.string().catch(''),
});
export type Status = z.output<typeof status>;

export const account = z.object({
  id: z.string(),
  acct: z.string().catch(''),
  /** This and `moved` come from other software. Mastodon itself refuses such accounts (`require_user!`). */
  suspended: z.boolean().optional().catch(undefined),
  /** Its posts reach followers only. */
  limited: z.boolean().optional().catch(undefined),
  /** The account's new place: the old one can't post any more. */
  moved: z.object({ acct: z.string() }).nullish().catch(undefined),
});
export type Account = z.output<typeof account>;

export const instance = z.object({
  configuration: z
    .object({
      statuses: z
        .object({ max_characters: figure, max_media_attachments: figure })
        .optional()
        .catch(undefined),
      media_attachments: z
        .object({ image_size_limit: figure, video_size_limit: figure })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type Instance = z.output<typeof instance>;
