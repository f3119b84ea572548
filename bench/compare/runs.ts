import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openCommunities } from '#demo/communities.ts';
import type { PerformCost } from './perform-cost.ts';
import type { Tree } from './trees.ts';

const run = promisify(execFile);
const performCostPath = fileURLToPath(new URL('./perform-cost.ts', import.meta.url));
const restMs = 5_000;
const performTimeoutMs = 120_000;
/** Starting, meeting and ending, beside what is listened to. */
const demoOverheadMs = 90_000;

export interface HubRun {
  readyMs: number;
  idleMiB: number;
}

/** One hub on a local Discord, both with empty state. */
export async function hubRun({ entryPath, name }: Tree): Promise<HubRun> {
  const directory = await mkdtemp(join(tmpdir(), 'guildmesh-compare-'));
  const communities = await openCommunities({
    entryPath,
    stateDirectory: directory,
    groupedByMdns: false,
    environment: { PATH: process.env.PATH ?? '', GUILDMESH_LOG_LEVEL: 'error' },
    onLogLine: (hub, line) => process.stderr.write(`${name}, ${hub}: ${line}\n`),
  });
  try {
    const { readyMs } = await communities.north.start();
    await new Promise((resolve) => setTimeout(resolve, restMs));
    return { readyMs, idleMiB: (await communities.north.memory()) / 2 ** 20 };
  } finally {
    if (communities.north.pid !== undefined) await communities.north.stop();
    await communities.playground.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

export async function performRun({ folder }: Tree): Promise<PerformCost> {
  const { stdout } = await run(process.execPath, [performCostPath, folder], { timeout: performTimeoutMs });
  return JSON.parse(stdout);
}

export interface DemoRun {
  ok: boolean;
  framesLost: number;
  framesHeard: number;
}

/** Each checkout with its own local Discord, as people run it. */
export async function demoRun({ entryPath, folder }: Tree, seconds: number): Promise<DemoRun> {
  const words = [...process.execArgv, entryPath, 'demo', '--seconds', String(seconds), '--json'];
  const options = { cwd: folder, timeout: seconds * 1_000 + demoOverheadMs };
  // A demo that isn't well ends with 1, and says why all the same.
  const { stdout } = await run(process.execPath, words, options).catch((error: { stdout?: string }) => ({
    stdout: error.stdout || '{}',
  }));
  const report = JSON.parse(stdout) as {
    ok?: boolean;
    channels?: { framesLost: number; framesHeard: number }[];
  };
  const sum = (of: 'framesLost' | 'framesHeard') =>
    (report.channels ?? []).reduce((total, channel) => total + channel[of], 0);
  return { ok: report.ok === true, framesLost: sum('framesLost'), framesHeard: sum('framesHeard') };
}
