import { z } from 'zod';

export const webhookOptions = z.strictObject({
  /** Where artifacts can be had: `{cid}` and `{name}` are filled in. Absent: only small ones go along. */
  artifactUrl: z
    .string()
    .max(1_000)
    .refine(
      (text) => URL.canParse(text.replace('{cid}', 'x').replace('{name}', 'x')) && /^https?:/.test(text),
      {
        error: 'must be an http or https address',
      },
    )
    .refine((text) => text.includes('{cid}'), { error: 'must contain {cid}' })
    .optional(),
  /** Artifacts up to this size go along in base64; 0 never. */
  inlineBytesMax: z.int().min(0).max(1_048_576).default(65_536),
  /**
   * Whether the receiver's answer may say where the result is to be seen. Members see that address, so it must not be
   * one that only some may know.
   */
  showResultAddress: z.boolean().default(false),
  /**
   * `server-key`: the receiver promises to do nothing twice for one Idempotency-Key. `none`: whether a lost answer had
   * landed is for a person to say.
   */
  dedupe: z.enum(['server-key', 'none']).default('none'),
  /** How long the receiver remembers a key. */
  dedupeWindowMinutes: z
    .int()
    .min(1)
    .max(7 * 24 * 60)
    .default(24 * 60),
});

export type WebhookOptions = z.output<typeof webhookOptions>;
