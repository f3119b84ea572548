import { gatheredFilesMax } from '#contracts/actions/chains.ts';
import type { ArtifactInfo, ArtifactStore } from '#contracts/artifacts.ts';
import type { Clock } from '#core/clock.ts';
import type { Chain, ChainRun } from './chain.ts';
import type { ChainStore } from './chain-store.ts';
import { infosOf } from './gather.ts';

/** Others may change the run between reading and writing. */
const triesMax = 5;

export interface GatheringComponents {
  store: ChainStore;
  artifacts: Pick<ArtifactStore, 'get'>;
  clock: Pick<Clock, 'nowMs'>;
}

/**
 * Adds an arrival to the gathering of its version, and returns that run. A file of the same name replaces the older
 * one. `'known'`: it was added before; undefined: nothing is gathered for it.
 */
export async function joinGathering(
  { store, artifacts, clock }: GatheringComponents,
  chain: Chain,
  artifact: ArtifactInfo,
  version: string | undefined,
): Promise<ChainRun | 'known' | undefined> {
  for (let tries = 0; tries < triesMax; tries++) {
    if (await store.holds(chain.id, artifact.cid)) return 'known';
    if (version !== undefined && (await isSuperseded({ store, artifacts }, chain, artifact, version)))
      return 'known';
    const open = await store.gatherings(chain.id);
    const run = await wanted(open, artifacts, version);
    if (!run) return undefined;
    const infos = await infosOf(artifacts, run);
    const replaced = infos.filter(({ label }) => label === artifact.label).map(({ cid }) => cid);
    const kept = run.artifacts.filter((cid) => !replaced.includes(cid));
    if (kept.length >= gatheredFilesMax) return undefined;
    const next = { label: version ?? run.label, artifacts: [...kept, artifact.cid] };
    const nowMs = clock.nowMs();
    if (await store.gatherInto(run, next, nowMs)) return { ...run, ...next, updatedAtMs: nowMs };
  }
  throw new Error(`chain ${chain.id} changes too fast`);
}

/**
 * The gathering of the same version; a file without a version joins the newest, and one with a version joins gatherings
 * that have none yet.
 */
async function wanted(
  open: readonly ChainRun[],
  artifacts: Pick<ArtifactStore, 'get'>,
  version: string | undefined,
): Promise<ChainRun | undefined> {
  if (version === undefined) return open[0];
  const same = open.find(({ label }) => label === version);
  if (same) return same;
  for (const run of open)
    if ((await infosOf(artifacts, run)).some(({ label }) => label === run.label)) return run;
  return undefined;
}

/** Found again at a start, though a newer file of its name has been published since. */
async function isSuperseded(
  { store, artifacts }: Pick<GatheringComponents, 'store' | 'artifacts'>,
  chain: Chain,
  artifact: ArtifactInfo,
  version: string,
): Promise<boolean> {
  for (const run of await store.labelled(chain.id, version)) {
    const newer = (await infosOf(artifacts, run)).some(
      ({ label, createdAtMs }) => label === artifact.label && createdAtMs > artifact.createdAtMs,
    );
    if (newer) return true;
  }
  return false;
}
