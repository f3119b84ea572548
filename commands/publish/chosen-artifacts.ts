import { artifactList } from '#contracts/actions/artifacts.ts';
import type { CommandContext, CommandInput } from '#contracts/command.ts';
import { fitsPattern } from '#core/text/label-pattern.ts';
import { suggestedOption } from '../definition.ts';
import { commandErrors } from '../errors.ts';

const names = ['artifact', 'artifact-two', 'artifact-three', 'artifact-four', 'artifact-five'] as const;
const ordinals = ['An', 'A second', 'A third', 'A fourth', 'A fifth'];
const listedMax = 100;

/** Options for files that are stored already. */
export const artifactOptions = names.map((name, index) =>
  suggestedOption(name, `${ordinals[index]} artifact, or a pattern of labels: app-1.2.0-*`, {
    lengthMax: 200,
  }),
);

export function isArtifactOption(name: string | undefined): boolean {
  return names.some((each) => each === name);
}

export function namesArtifacts(options: CommandInput['options']): boolean {
  return names.some((name) => options[name] !== undefined);
}

/**
 * Content ids: of the chosen artifact, of a label, or of all labels that a pattern fits; of several artifacts with one
 * label the newest. Throws DISCORD_NO_ARTIFACT.
 */
export async function chosenArtifacts(
  context: CommandContext,
  options: CommandInput['options'],
): Promise<{ cid: string }[]> {
  const cids = new Set<string>();
  for (const name of names) {
    const wanted = options[name]?.toString().trim();
    if (wanted) for (const cid of await artifactsCalled(context, wanted)) cids.add(cid);
  }
  return [...cids].map((cid) => ({ cid }));
}

async function artifactsCalled(context: CommandContext, wanted: string): Promise<string[]> {
  if (/^[0-9a-f]{64}$/.test(wanted)) return [wanted];
  // The longest part without a wildcard narrows it down.
  const search = wanted.split(/[*?]/).toSorted((a, b) => b.length - a.length)[0] ?? '';
  const { artifacts } = await context.perform(artifactList, {
    ...{ guildId: context.guildId, limit: listedMax },
    search: search.trim(),
  });
  const newest = new Map<string, string>();
  // Newest first.
  for (const { label, cid } of artifacts)
    if (fitsPattern(wanted, label) && !newest.has(label)) newest.set(label, cid);
  if (newest.size === 0) throw commandErrors.DISCORD_NO_ARTIFACT({ wanted: wanted.slice(0, 100) });
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cid]) => cid);
}
