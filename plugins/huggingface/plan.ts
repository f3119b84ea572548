/** Payloads of the steps, as `render` writes them and `execute` and `find` read them. */
import { z } from 'zod';
import { stepReader } from '../shared/step-codec.ts';

const repoPlan = z.object({ type: z.enum(['model', 'dataset', 'space']), name: z.string() });
export type RepoPlan = z.output<typeof repoPlan>;

const createPlan = repoPlan.extend({
  visibility: z.enum(['public', 'private']),
  sdk: z.enum(['static', 'gradio', 'docker', 'streamlit']).exactOptional(),
  license: z.string().exactOptional(),
});
export type CreatePlan = z.output<typeof createPlan>;

const commitPlan = repoPlan.extend({
  branch: z.string(),
  title: z.string(),
  marker: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      text: z.string().exactOptional(),
      cid: z.string().exactOptional(),
      sizeBytes: z.number().exactOptional(),
    }),
  ),
});
export type CommitPlan = z.output<typeof commitPlan>;

export const planOf = { repository: stepReader(createPlan), commit: stepReader(commitPlan) };
