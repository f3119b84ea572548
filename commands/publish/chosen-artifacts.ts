import { artifactList } from '#contracts/actions/artifacts.ts';
import type { CommandContext, CommandInput } from '#contracts/command.ts';
import { fitsPattern } from '#core/text/label-pattern.ts';
import { commandErrors } from '../errors.ts';
import { artifactNames } from './artifact-options.ts';

const listedMax = 100;

/**
 * Content ids: of the chosen artifact, of a label, or of all labels that a pattern fits; of several artifacts with one
 * label the newest. Throws DISCORD_NO_ARTIFACT.
 */
export async function chosenArtifacts(
  context: CommandContext,
  options: CommandInput['options'],
): Promise<{ cid: string }[]> {
  const cids = new Set<string>();
  for (const name of artifactNames) {
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
    guildId: context.guildId,
    limit: listedMax,
    search: search.trim(),
  });
  const newest = new Map<string, string>();
  // Newest first.
  for (const { label, cid } of artifacts)
    if (fitsPattern(wanted, label) && !newest.has(label)) newest.set(label, cid);
  if (newest.size === 0) throw commandErrors.DISCORD_NO_ARTIFACT({ wanted: wanted.slice(0, 100) });
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cid]) => cid);
}
