import { z } from 'zod';

export const huggingfaceOptions = z.strictObject({
  kind: z.enum(['model', 'dataset', 'space']).default('dataset'),
  /** "owner/name" */
  repo: z
    .string()
    .max(193)
    .regex(/^(?!.*(?:--|\.\.))[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/, 'must look like owner/name'),
  branch: z
    .string()
    .max(200)
    .regex(/^(?![-/.])(?!.*\.\.)[\w./-]+$/, 'must be a branch name')
    .default('main'),
  /** Where the text goes. `{date} {year} {month} {day} {slug} {key}` */
  path: z.string().min(1).max(300).default('posts/{date}-{slug}.md'),
  mediaFolder: z.string().min(1).max(300).default('posts/media/{key}'),
  /** Makes the repository when there is none. */
  create: z.boolean().default(false),
  visibility: z.enum(['public', 'private']).default('public'),
  /** Spaces only. */
  sdk: z.enum(['static', 'gradio', 'docker', 'streamlit']).default('static'),
  license: z.string().max(60).optional(),
});

export type HuggingfaceOptions = z.output<typeof huggingfaceOptions>;
