/** What a broadcaster pays per frame and subscriber, by how it spreads its frames. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Benchmark } from '../run.ts';
import { gossipInstalled } from './peers/install.ts';
import { type BroadcasterFigures, type Mode, modes, type Plan, type SubscriberFigures } from './plan.ts';

const counts = [8, 32, 64, 128];
const seconds = 6;
const fan = 16;
const rounds = 3;
/** CPU time of the broadcaster per frame and subscriber, at 128. */
const limits = { liveMicros: 20, batchedMicros: 12 };

interface Row {
  mode: Mode;
  subscribers: number;
  broadcasterMicros: number;
  subscriberMicros: number;
  p50Ms: number;
  p99Ms: number;
  lost: number;
}

export const benchmark: Benchmark = {
  title: 'Broadcaster CPU per frame and subscriber: direct, batched, tree, gossipsub, raw TCP',
  async run() {
    const chosen = modes.filter((mode) => mode !== 'gossipsub' || gossipInstalled());
    const rows: Row[] = [];
    for (const subscribers of counts) {
      const measured = new Map<Mode, Row[]>(chosen.map((mode) => [mode, []]));
      // Interleaved: what else the machine does falls on all alike.
      for (let round = 0; round < rounds; round += 1)
        for (const mode of chosen)
          measured.get(mode)?.push(await measure({ mode, subscribers, seconds, fan }));
      for (const all of measured.values()) rows.push(median(all));
    }
    const report = { rows, ratios: ratiosOf(rows), limits };
    return { report, table: tableOf(rows, report.ratios) };
  },
};

async function measure(plan: Plan): Promise<Row> {
  const broadcaster = start<{ address: string; figures: BroadcasterFigures }>('broadcaster', plan);
  const address = (await broadcaster.line()).address;
  const subscribers = start<{ figures: SubscriberFigures }>('subscribers', plan, address);
  await subscribers.line();
  broadcaster.go();
  // The warm-up of the broadcaster.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  subscribers.go();
  const sent = (await broadcaster.line()).figures;
  subscribers.go();
  const heard = (await subscribers.line()).figures;
  await Promise.all([broadcaster.ended, subscribers.ended]);
  const expected = sent.frames * plan.subscribers;
  return {
    mode: plan.mode,
    subscribers: plan.subscribers,
    broadcasterMicros: sent.cpuMicros / expected,
    subscriberMicros: heard.cpuMicros / expected,
    p50Ms: heard.latencyMs.p50,
    p99Ms: heard.latencyMs.p99,
    // The ends of the two windows are up to three frames apart.
    lost: Math.max(0, expected - heard.received - 4 * plan.subscribers),
  };
}

function start<Line extends object>(program: string, plan: Plan, ...more: string[]) {
  const file = join(import.meta.dirname, `${program}.ts`);
  const child = spawn(process.execPath, [...process.execArgv, file, JSON.stringify(plan), ...more], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const atExit = () => void child.kill('SIGKILL');
  process.once('exit', atExit);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the ${program} ended early`);
      return JSON.parse(value) as Line;
    },
    go: () => void child.stdin.write('\n'),
    ended: once(child, 'exit').then(() => process.off('exit', atExit)),
  };
}

function median(rows: readonly Row[]): Row {
  const sorted = rows.toSorted((a, b) => a.broadcasterMicros - b.broadcasterMicros);
  const row = sorted[Math.floor(sorted.length / 2)] as Row;
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    ...row,
    broadcasterMicros: round(row.broadcasterMicros),
    subscriberMicros: round(row.subscriberMicros),
    p50Ms: round(row.p50Ms),
    p99Ms: round(row.p99Ms),
  };
}

function ratiosOf(rows: readonly Row[]) {
  const micros = (mode: Mode) => rows.find((row) => row.mode === mode && row.subscribers === 128);
  const over = (a: Mode, b: Mode) => {
    const [above, below] = [micros(a)?.broadcasterMicros, micros(b)?.broadcasterMicros];
    return above && below ? Math.round((above / below) * 100) / 100 : undefined;
  };
  return {
    stockOverDirect: over('stock', 'direct'),
    directOverTcp: over('direct', 'tcp'),
    batchedOverTcp: over('batched', 'tcp'),
    directOverBatched: over('direct', 'batched'),
    directOverTree: over('direct', 'tree'),
    gossipsubOverDirect: over('gossipsub', 'direct'),
  };
}

function tableOf(rows: readonly Row[], ratios: object): string {
  const head = ['mode', 'subscribers', 'µs', 'µs each', 'p50 ms', 'p99 ms', 'lost'];
  const lines = rows.map((row) => [
    row.mode,
    row.subscribers,
    row.broadcasterMicros,
    row.subscriberMicros,
    row.p50Ms,
    row.p99Ms,
    row.lost,
  ]);
  const table = [head, ...lines].map((cells) => cells.map((cell) => String(cell).padStart(12)).join(''));
  return [...table, ...Object.entries(ratios).map(([name, ratio]) => `${name} ${ratio}`)].join('\n');
}
