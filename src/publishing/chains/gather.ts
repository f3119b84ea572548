import type { z } from 'zod';
import { type chainGather, gatheredFilesMax, gatherHoursMax } from '#contracts/actions/chains.ts';
import type { ArtifactInfo, ArtifactStore } from '#contracts/artifacts.ts';
import { fitted } from '#core/text/label-pattern.ts';
import type { Chain, ChainRun } from './chain.ts';

export type Gather = z.output<typeof chainGather>;

export interface GatherVerdict {
  state: 'gathering' | 'running' | 'stopped';
  /** What is waited for, or why it stopped. */
  reason?: string;
}

/** Undefined where each artifact is a run of its own. */
export function gatherOf({ trigger }: Pick<Chain, 'trigger'>): Gather | undefined {
  return trigger.kind === 'artifact' ? trigger.gather : undefined;
}

/** Whether a label belongs to what this chain gathers, and its version. */
export function gatherFit(
  { trigger }: Pick<Chain, 'trigger'>,
  label: string,
): { version?: string } | undefined {
  if (trigger.kind !== 'artifact') return undefined;
  for (const pattern of [trigger.label, ...(trigger.gather?.expected ?? [])]) {
    const fit = fitted(pattern, label);
    if (fit) return fit;
  }
  return undefined;
}

/** What happens to a gathering now. */
export function gatherVerdict(
  chain: Pick<Chain, 'trigger'>,
  run: ChainRun,
  labels: readonly string[],
  nowMs: number,
): GatherVerdict {
  const gather = gatherOf(chain);
  if (!gather || run.artifacts.length >= gatheredFilesMax) return { state: 'running' };
  const isOver = nowMs - run.startedAtMs >= gatherHoursMax * 3_600_000;
  if (!gather.expected) {
    const quietMs = gather.quietMinutes * 60_000;
    if (isOver || nowMs - run.updatedAtMs >= quietMs) return { state: 'running' };
    const minutes = counted(gather.quietMinutes, 'minute');
    const reason = `${counted(labels.length, 'file')} so far; it begins ${minutes} after the last`;
    return { state: 'gathering', reason };
  }
  const missing = gather.expected.filter(
    (pattern) => !labels.some((label) => isOf(pattern, label, run.label)),
  );
  if (missing.length === 0) return { state: 'running' };
  const came = `${gather.expected.length - missing.length} of ${gather.expected.length} files have come`;
  if (!isOver) return { state: 'gathering', reason: `${came}; missing: ${missing.join(', ')}` };
  return {
    state: 'stopped',
    reason: `${came} within ${gatherHoursMax} hours; missing: ${missing.join(', ')}. /chain resume lets it go on with those that are there.`,
  };
}

export async function labelsOf(artifacts: Pick<ArtifactStore, 'get'>, run: ChainRun): Promise<string[]> {
  return (await infosOf(artifacts, run)).map(({ label }) => label);
}

export async function infosOf(artifacts: Pick<ArtifactStore, 'get'>, run: ChainRun): Promise<ArtifactInfo[]> {
  const infos = await Promise.all(run.artifacts.map((cid) => artifacts.get(cid, run.guildId)));
  return infos.filter((info) => info !== undefined);
}

/** A file without a version belongs to whatever is gathered. */
function isOf(pattern: string, label: string, version: string): boolean {
  const fit = fitted(pattern, label);
  return fit !== undefined && (fit.version === undefined || fit.version === version);
}

function counted(amount: number, one: string): string {
  return `${amount} ${one}${amount === 1 ? '' : 's'}`;
}
