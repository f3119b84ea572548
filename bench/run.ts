/** `npm run --silent bench -- NAME [--json]`: measures, prints a table, or JSON. Without a name: what there is. */

export interface Measurement {
  what: string;
  value: number;
  unit: string;
  /** The figure it is held against, measured in the same run or set as a limit. */
  against: { what: string; value: number };
}

export interface Benchmark {
  summary: string;
  run(): Promise<Measurement[]>;
}

const benchmarks: Record<string, () => Promise<Benchmark>> = {
  footprint: async () => (await import('./footprint/footprint.ts')).footprint,
};

const [name, ...flags] = process.argv.slice(2);
const load = name === undefined ? undefined : benchmarks[name];
if (!load || flags.some((flag) => flag !== '--json')) {
  process.stdout.write('Use: npm run --silent bench -- NAME [--json]\n');
  for (const [known, benchmark] of Object.entries(benchmarks)) {
    process.stdout.write(`  ${known}: ${(await benchmark()).summary}\n`);
  }
  process.exitCode = name === undefined ? 0 : 2;
} else {
  const measurements = await (await load()).run();
  const withRatio = measurements.map((row) => ({ ...row, ratio: round(row.value / row.against.value) }));
  process.stdout.write(flags.includes('--json') ? `${JSON.stringify(withRatio)}\n` : tableOf(withRatio));
}

function tableOf(rows: readonly (Measurement & { ratio: number })[]): string {
  const lines = rows.map(({ what, value, unit, against, ratio }) =>
    [
      what.padEnd(44),
      `${round(value)} ${unit}`.padStart(12),
      `${against.what} ${against.value}`.padStart(18),
      `× ${ratio}`.padStart(9),
    ].join(''),
  );
  return `${lines.join('\n')}\n`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
