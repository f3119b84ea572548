import { z } from 'zod';
import { fieldWords } from '#contracts/field-words.ts';

export const webhookOptions = z.strictObject({
  /** Where artifacts can be downloaded: `{cid}` and `{name}` are filled in. Absent: only small ones are sent along. */
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
    .optional()
    .register(fieldWords, {
      label: 'Where files can be downloaded',
      help: 'An address with {cid} and {name}; empty: only small files are sent along',
      isMore: true,
    }),
  /** Artifacts up to this size are sent along in base64; 0 never. */
  inlineBytesMax: z.int().min(0).max(1_048_576).default(65_536).register(fieldWords, {
    label: 'Send files along up to this size',
    unit: 'bytes',
    isMore: true,
  }),
  /**
   * Whether the receiver's answer may give the address of the result. Members see that address, so it must not be a
   * confidential one.
   */
  showResultAddress: z.boolean().default(false).register(fieldWords, {
    label: 'Show the address the receiver answers with',
    help: 'Members see it',
    isMore: true,
  }),
  /**
   * `server-key`: the receiver promises to do nothing twice for one Idempotency-Key. `none`: a person decides whether
   * an attempt without an answer landed.
   */
  dedupe: z
    .enum(['server-key', 'none'])
    .default('none')
    .register(fieldWords, {
      label: 'The receiver ignores a repeated key',
      help: 'Whether it does nothing twice for one Idempotency-Key',
      choices: { 'server-key': 'Yes', none: 'No' },
      isMore: true,
    }),
  /** How long the receiver remembers a key. */
  dedupeWindowMinutes: z
    .int()
    .min(1)
    .max(7 * 24 * 60)
    .default(24 * 60)
    .register(fieldWords, { label: 'How long it remembers a key', unit: 'minutes', isMore: true }),
});

export type WebhookOptions = z.output<typeof webhookOptions>;
