import { z } from 'zod';
import { valueWithoutHostFacts } from '#core/text/host-facts.ts';
import { defineAction } from '../action.ts';

export const findingView = z.object({
  id: z.string(),
  level: z.enum(['ok', 'warning', 'problem']),
  text: z.string(),
  fix: z.string().optional(),
  plain: z.string().optional(),
});

export const doctorRun = defineAction({
  name: 'doctor.run',
  summary: 'Examine permissions, dependencies and reachability, and say how to mend each problem.',
  input: z.strictObject({ guildId: z.string(), channelId: z.string().optional() }),
  output: z.object({ findings: z.array(findingView) }),
  scope: 'guild',
  access: 'member',
  effect: 'read',
  belowManager: ({ findings }) => ({ findings: findings.map(plainly) }),
});

/** The finding without addresses, paths and the weaknesses of a program. */
function plainly({ fix, plain, text, ...finding }: z.output<typeof findingView>) {
  const shown = plain === undefined ? { text, ...(fix !== undefined && { fix }) } : { text: plain };
  const unnumbered = Object.entries(shown).map(([key, sentence]) => [key, sentence.replace(weakness, '…')]);
  return valueWithoutHostFacts({ ...finding, ...shown, ...Object.fromEntries(unnumbered) });
}

/** Numbers of known weaknesses, whatever finding forgets to have a plain sentence. */
const weakness = /\bCVE-\d{4}-\d{4,}\b/gi;
