import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'vite';
import { type PrivatePostgres, postgresFolder, startPostgres } from '../../support/postgres.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type RoundInit, type RoundResult, runRound } from './round.ts';

export interface FaultsInit {
  kills: number;
  /** Ends the killing early; the report then says how many there were. */
  limitMs: number;
}

export interface FaultsReport extends RoundResult {
  control: { kills: number; duplicated: number };
  killsPerMinute: number;
  engines: Record<string, RoundResult & { processes: number }>;
  /** Nothing lost, nothing doubled, and the control, which sends blindly, did double. */
  ok: boolean;
}

/** A fresh database for each: what a hub examines at its start stays small. */
const killsPerRound = 250;
/** Rounds at once on each engine. */
const parallel = { sqlite: 1, postgres: 1 };
const postgresProcesses = 3;
const controlShare = 0.04;
const controlKillsMin = 40;
const controlKillsMax = 200;

/**
 * Kills workers on SQLite (one process) and on Postgres (three), half of the number each, then runs the control. The
 * databases don't wait for the disk: a killed process loses nothing that it has written, only a machine without power
 * does.
 */
export async function runOutboxFaults(init: FaultsInit): Promise<FaultsReport> {
  using folder = temporaryFolder();
  const script = await bundleWorker(folder.path);
  const postgres = postgresFolder() ? await startPostgres({ durable: false }) : undefined;
  const cacheFolder = join(folder.path, 'cache');
  await fillCompileCache(script, cacheFolder);
  const startedAtMs = Date.now();
  const common = { script, cacheFolder, endsAtMs: startedAtMs + init.limitMs };
  try {
    const onPostgres = postgres ? Math.floor(init.kills / 2) : 0;
    const [sqlite, shared] = await Promise.all([
      runLanes(parallel.sqlite, init.kills - onPostgres, { ...common, workers: 1, lookUpBeforeRetry: true }),
      runLanes(
        parallel.postgres,
        onPostgres,
        { ...common, workers: postgresProcesses, lookUpBeforeRetry: true },
        postgres,
      ),
    ]);
    const tookMs = Date.now() - startedAtMs;
    const kills = Math.round(Math.min(controlKillsMax, Math.max(controlKillsMin, init.kills * controlShare)));
    const blind = { ...common, endsAtMs: Date.now() + init.limitMs, workers: 1, lookUpBeforeRetry: false };
    const control = await runLanes(parallel.sqlite, kills, blind);
    const total = sum([sqlite, shared]);
    return {
      ...total,
      control: { kills: control.kills, duplicated: control.duplicated },
      killsPerMinute: Math.round(total.kills / (tookMs / 60_000)),
      engines: {
        sqlite: { processes: 1, ...sqlite },
        ...(postgres ? { postgres: { processes: postgresProcesses, ...shared } } : {}),
      },
      ok: total.lost === 0 && total.duplicated === 0 && control.duplicated > 0,
    };
  } finally {
    await postgres?.stop();
  }
}

async function runLanes(
  lanes: number,
  kills: number,
  init: Omit<RoundInit, 'kills' | 'postgresUrl'>,
  postgres?: PrivatePostgres,
): Promise<RoundResult> {
  const results: RoundResult[] = [];
  let left = kills;
  async function lane(): Promise<void> {
    while (left > 0 && Date.now() < init.endsAtMs) {
      const share = Math.min(left, killsPerRound, Math.ceil(kills / lanes));
      left -= share;
      results.push(await runRound({ ...init, kills: share, postgresUrl: await postgres?.database() }));
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane));
  return sum(results);
}

function sum(results: readonly RoundResult[]): RoundResult {
  const total: RoundResult = {
    effectsUnderFire: 0,
    kills: 0,
    publications: 0,
    delivered: 0,
    lost: 0,
    duplicated: 0,
    unknownForHuman: 0,
  };
  for (const result of results)
    for (const name of Object.keys(total) as (keyof RoundResult)[]) total[name] += result[name];
  return total;
}

/** In one file a worker loads several times faster, and loading is most of what a short life costs. */
async function bundleWorker(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(import.meta.dirname, 'worker.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node24',
      rollupOptions: { output: { entryFileNames: 'worker.mjs' } },
    },
    ssr: { noExternal: true },
  });
  return join(folder, 'worker.mjs');
}

/** Only a process that ends by itself leaves its compiled code behind, which none of the others does. */
async function fillCompileCache(script: string, cacheFolder: string): Promise<void> {
  const child = spawn(process.execPath, [script, 'http://127.0.0.1:9'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: cacheFolder },
    timeout: 20_000,
  });
  child.stdin.end();
  await once(child, 'exit');
}
