/** Loads of other benchmarks, each in the checkout it belongs to: its own programs, as they stand there. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import type { Tree } from './trees.ts';

/** By what they are called in the table; more is worse in each. */
export type LoadFigures = Record<string, { value: number; unit: string }>;

export type Load = (tree: Tree) => Promise<LoadFigures>;

const voiceTimeoutMs = 120_000;
const voicePlan = ['--modes', 'ours,limit', '--channels', '50', '--seconds', '6', '--dave', 'on', '--json'];
const fanoutModes = ['direct', 'batched', 'tree'];
const fanoutPlan = { subscribers: 64, seconds: 6, fan: 16 };
/** As the benchmark waits for the broadcaster to be warm. */
const fanoutWarmUpMs = 2_000;
const deliveries = 10_000;

export const loads: Readonly<Record<string, Load>> = { voice, fanout, outbox };

/** CPU per packet to 50 encrypted channels; `limit` does nothing but seal and send, so it shows the machine. */
async function voice({ folder }: Tree): Promise<LoadFigures> {
  const words = [...process.execArgv, 'bench/run.ts', 'voice', ...voicePlan];
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    ...{ cwd: folder, timeout: voiceTimeoutMs },
  });
  const { rows } = JSON.parse(stdout) as { rows: { mode: string; cpuMicrosPerPacket: number }[] };
  return Object.fromEntries(
    rows.map(({ cpuMicrosPerPacket, mode }) => [
      `voice, ${mode}`,
      { value: cpuMicrosPerPacket, unit: 'µs a packet' },
    ]),
  );
}

/** CPU of the broadcaster per frame and subscriber. */
async function fanout(tree: Tree): Promise<LoadFigures> {
  const figures: LoadFigures = {};
  for (const mode of fanoutModes)
    figures[`fanout, ${mode}`] = { value: await fanoutMicros(tree, mode), unit: 'µs a frame' };
  return figures;
}

async function fanoutMicros(tree: Tree, mode: string): Promise<number> {
  const plan = JSON.stringify({ mode, ...fanoutPlan });
  using broadcaster = program<{ address: string; figures: { cpuMicros: number; frames: number } }>(
    tree,
    'bench/fanout/broadcaster.ts',
    [plan],
  );
  const { address } = await broadcaster.line();
  using subscribers = program(tree, 'bench/fanout/subscribers.ts', [plan, address]);
  await subscribers.line();
  broadcaster.go();
  await new Promise((resolve) => setTimeout(resolve, fanoutWarmUpMs));
  subscribers.go();
  const { figures } = await broadcaster.line();
  subscribers.go();
  await Promise.all([broadcaster.ended, subscribers.ended]);
  return figures.cpuMicros / figures.frames / fanoutPlan.subscribers;
}

/** Time until all are enqueued, claimed, attempted and settled, each durable, on SQLite. */
async function outbox(tree: Tree): Promise<LoadFigures> {
  using folder = temporaryFolder();
  const order = { file: join(folder.path, 'outbox.db'), worker: 'w0', grouped: true, work: 'deliver' };
  const counts = { count: deliveries, total: deliveries };
  using worker = program<{ tookMs: number }>(tree, 'bench/outbox/worker.ts', [
    JSON.stringify({ ...order, ...counts }),
  ]);
  await worker.line();
  worker.go();
  const { tookMs } = await worker.line();
  await worker.ended;
  return { 'outbox, a delivery': { value: (tookMs * 1_000) / deliveries, unit: 'µs' } };
}

/** A program of the checkout that prints lines of JSON and goes on at each line it gets. */
function program<Line extends object>({ folder, name }: Tree, file: string, words: readonly string[]) {
  const child = spawn(process.execPath, [...process.execArgv, file, ...words], {
    ...{ cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] as const },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${file} of ${name} ended early`);
      return JSON.parse(value) as Line;
    },
    go: () => void child.stdin.write('\n'),
    ended: once(child, 'exit'),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}
