/** `npm run --silent bench -- NAME --json`: runs bench/NAME/bench.ts; without a name lists them. */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

export type BenchmarkOptions = Record<string, string | undefined>;

/** What each bench/NAME/bench.ts exports. */
export interface Benchmark {
  title: string;
  /** Options of its own, each with a value: the name, and what it means. */
  options?: Record<string, string>;
  run(options: BenchmarkOptions): Promise<{ report: object; table: string }>;
}

// What was started ends with us: at the exit that a signal alone would skip.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const name = process.argv.slice(2).find((argument) => !argument.startsWith('-'));
const file = join(import.meta.dirname, name ?? '', 'bench.ts');
if (name !== undefined && /^[a-z-]+$/.test(name) && existsSync(file)) {
  const { benchmark } = (await import(file)) as { benchmark: Benchmark };
  const { json, ...options } = parse(benchmark);
  const { report, table } = await benchmark.run(options as BenchmarkOptions);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : '');
  (json ? process.stderr : process.stdout).write(`${table}\n`);
} else {
  for (const path of globSync('*/bench.ts', { cwd: import.meta.dirname }).sort()) {
    const { benchmark } = (await import(join(import.meta.dirname, path))) as { benchmark: Benchmark };
    process.stdout.write(`${path.split('/')[0]?.padEnd(12)} ${benchmark.title}\n`);
    for (const [option, meaning] of Object.entries(benchmark.options ?? {}))
      process.stdout.write(`${' '.repeat(13)}--${option.padEnd(12)} ${meaning}\n`);
  }
  process.exitCode = name === undefined ? 0 : 2;
}

function parse(benchmark: Benchmark) {
  const options: ParseArgsOptionsConfig = { json: { type: 'boolean', default: false } };
  for (const option of Object.keys(benchmark.options ?? {})) options[option] = { type: 'string' };
  return parseArgs({ allowPositionals: true, options }).values;
}
