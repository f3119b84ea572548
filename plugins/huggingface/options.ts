import { z } from 'zod';
import { fieldWords } from '#contracts/field-words.ts';

export const huggingfaceOptions = z.strictObject({
  kind: z
    .enum(['model', 'dataset', 'space'])
    .default('dataset')
    .register(fieldWords, {
      label: 'What it is',
      choices: { model: 'A model', dataset: 'A dataset', space: 'A space' },
    }),
  /** "owner/name" */
  repo: z
    .string()
    .max(193)
    .regex(/^(?!.*(?:--|\.\.))[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/, 'must look like owner/name')
    .register(fieldWords, { label: 'Repository', example: 'acme/news' }),
  branch: z
    .string()
    .max(200)
    .regex(/^(?![-/.])(?!.*\.\.)[\w./-]+$/, 'must be a branch name')
    .default('main')
    .register(fieldWords, { label: 'Branch', isMore: true }),
  /** Where the text goes. `{date} {year} {month} {day} {slug} {key}` */
  path: z.string().min(1).max(300).default('posts/{date}-{slug}.md').register(fieldWords, {
    label: 'File of the text',
    help: 'May have {date}, {year}, {month}, {day}, {slug} and {key}',
    isMore: true,
  }),
  mediaFolder: z.string().min(1).max(300).default('posts/media/{key}').register(fieldWords, {
    label: 'Folder of the files',
    help: 'May have {date}, {slug} and {key}',
    isMore: true,
  }),
  /** Makes the repository when there is none. */
  create: z.boolean().default(false).register(fieldWords, {
    label: 'Make it when there is none',
    isMore: true,
  }),
  visibility: z
    .enum(['public', 'private'])
    .default('public')
    .register(fieldWords, {
      label: 'A new one is',
      choices: { public: 'Public', private: 'Private' },
      isMore: true,
    }),
  /** Spaces only. */
  sdk: z
    .enum(['static', 'gradio', 'docker', 'streamlit'])
    .default('static')
    .register(fieldWords, {
      label: 'A new space runs',
      choices: { static: 'Plain pages', gradio: 'Gradio', docker: 'Docker', streamlit: 'Streamlit' },
      isMore: true,
    }),
  license: z.string().max(60).optional().register(fieldWords, {
    label: 'Licence',
    example: 'cc-by-4.0',
    isMore: true,
  }),
});

export type HuggingfaceOptions = z.output<typeof huggingfaceOptions>;
