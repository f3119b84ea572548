/** `npm run --silent bench -- NAME --json`: runs bench/NAME/bench.ts; without a name lists them. */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** What each bench/NAME/bench.ts exports. */
export interface Benchmark {
  title: string;
  run(): Promise<{ report: object; table: string }>;
}

// What was started ends with us: at the exit that a signal alone would skip.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const [name] = positionals;
const file = join(import.meta.dirname, name ?? '', 'bench.ts');
if (name !== undefined && /^[a-z-]+$/.test(name) && existsSync(file)) {
  const { benchmark } = (await import(file)) as { benchmark: Benchmark };
  const { report, table } = await benchmark.run();
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : '');
  (values.json ? process.stderr : process.stdout).write(`${table}\n`);
} else {
  for (const path of globSync('*/bench.ts', { cwd: import.meta.dirname }).sort()) {
    const { benchmark } = (await import(join(import.meta.dirname, path))) as { benchmark: Benchmark };
    process.stdout.write(`${path.split('/')[0]?.padEnd(12)} ${benchmark.title}\n`);
  }
  process.exitCode = name === undefined ? 0 : 2;
}
