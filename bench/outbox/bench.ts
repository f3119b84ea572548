import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type PrivatePostgres, postgresFolder, startPostgres } from '../../tests/support/postgres.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import type { Benchmark } from '../run.ts';
import { type Latencies, measureLatencies, type Spread } from './latency.ts';
import type { Order } from './worker.ts';

const deliveriesCount = 20_000;
/** The baseline flushes for each write: it would take minutes for as many. */
const baselineCount = 1_000;
const pendingCount = 100_000;
const postgresWorkers = 4;

interface Figures {
  deliveriesPerSecond: number;
  recoveryMs: number;
  rssMiB: number;
  workers: number;
  /** One transaction per write, everything else alike. */
  baseline: { deliveriesPerSecond: number; ratio: number };
}

type Place = Pick<Order, 'file' | 'postgresUrl'>;
type Answer = Record<string, number>;

export const benchmark: Benchmark = {
  title:
    'Durable deliveries per second: enqueued, claimed, attempted and settled; recovery with 100,000 pending; latencies',
  async run() {
    const sqlite = await measureSqlite();
    const postgres = postgresFolder() ? await measurePostgres() : undefined;
    const latencies = await measureLatencies();
    const table = `${tableOf({ sqlite, postgres })}\n\n${latencyTable(latencies)}`;
    return { report: { sqlite, ...(postgres ? { postgres } : {}), ...latencies }, table };
  },
};

async function measureSqlite(): Promise<Figures> {
  using folder = temporaryFolder();
  let count = 0;
  return await measure(1, async () => ({ file: join(folder.path, `${++count}.db`), postgresUrl: undefined }));
}

async function measurePostgres(): Promise<Figures> {
  const server: PrivatePostgres = await startPostgres({ durable: true });
  try {
    return await measure(postgresWorkers, async () => ({
      file: undefined,
      postgresUrl: (await server.database()).reveal(),
    }));
  } finally {
    await server.stop();
  }
}

async function measure(workers: number, place: () => Promise<Place>): Promise<Figures> {
  const grouped = await deliver(workers, deliveriesCount, true, await place());
  const baseline = await deliver(workers, baselineCount, false, await place());
  const full = { ...(await place()), worker: 'a', grouped: true };
  await startWorker({ ...full, work: 'fill', count: pendingCount }).ended;
  const [recovered] = await startWorker({ ...full, work: 'recover' }).ended;
  return {
    deliveriesPerSecond: Math.round(grouped.perSecond),
    recoveryMs: Math.round(recovered?.recoveryMs ?? Number.NaN),
    rssMiB: Math.round(grouped.rssBytes / 1024 / 1024),
    workers,
    baseline: {
      deliveriesPerSecond: Math.round(baseline.perSecond),
      ratio: Math.round((grouped.perSecond / baseline.perSecond) * 10) / 10,
    },
  };
}

async function deliver(workers: number, count: number, grouped: boolean, place: Place) {
  const each = Math.ceil(count / workers);
  const running = Array.from({ length: workers }, (_, index) =>
    startWorker({
      ...place,
      worker: `w${index}`,
      grouped,
      work: 'deliver',
      count: each,
      total: each * workers,
    }),
  );
  await Promise.all(running.map(({ ready }) => ready));
  for (const { go } of running) go();
  const answers = await Promise.all(running.map(({ ended }) => ended));
  const measured = answers.map((lines) => lines.at(-1) as Answer);
  return {
    // The slowest decides.
    perSecond: (each * workers) / (Math.max(...measured.map(({ tookMs }) => tookMs ?? Number.NaN)) / 1_000),
    rssBytes: Math.max(...measured.map(({ rssBytes }) => rssBytes ?? Number.NaN)),
  };
}

function startWorker(order: Order) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker.ts'), JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ready = Promise.withResolvers<void>();
  const lines: Answer[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => {
    const answer = JSON.parse(line);
    if (answer.ready) ready.resolve();
    else lines.push(answer);
  });
  const atExit = () => void child.kill('SIGKILL');
  process.once('exit', atExit);
  const ended = Promise.all([once(child, 'exit'), once(output, 'close')]).then(([[code]]) => {
    process.off('exit', atExit);
    if (code === 0) return lines;
    const failure = new Error(`a worker of the benchmark ended with ${code}`);
    ready.reject(failure);
    throw failure;
  });
  ready.promise.catch(() => undefined);
  return { ready: ready.promise, go: () => void child.stdin.write('\n'), ended };
}

function latencyTable({ firstDeliveryMs, scheduleErrorMs }: Latencies): string {
  const row = (name: string, { p50, p99 }: Spread) => `${name.padEnd(44)} p50 ${p50} ms, p99 ${p99} ms`;
  return [
    row('First delivery leaves after its approval', firstDeliveryMs),
    row('Planned delivery leaves off its time', scheduleErrorMs),
  ].join('\n');
}

function tableOf(figures: Record<string, Figures | undefined>): string {
  const head = ['', 'deliveries/s', 'one by one/s', 'ratio', 'recovery ms', 'RSS MiB', 'workers'];
  const rows = Object.entries(figures).flatMap(([name, one]) =>
    one
      ? [
          [
            name,
            one.deliveriesPerSecond,
            one.baseline.deliveriesPerSecond,
            one.baseline.ratio,
            one.recoveryMs,
            one.rssMiB,
            one.workers,
          ].map(String),
        ]
      : [],
  );
  return [head, ...rows].map((cells) => cells.map((cell) => cell.padStart(13)).join('')).join('\n');
}
