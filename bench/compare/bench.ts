/** This checkout beside another commit, in turn on the same machine: is anything of the main path worse? */
import type { Benchmark, BenchmarkOptions } from '../run.ts';
import { inTurn, type Pair, type Side, series } from './in-turn.ts';
import { loads } from './loads.ts';
import { type DemoRun, demoRun, hubRun, performRun } from './runs.ts';
import { type Comparison, compare } from './statistics.ts';
import { ourTree, type Tree, treeOf } from './trees.ts';

const runsDefault = 10;
const demoSecondsDefault = 30;
const demosPerTree = 2;

interface Figure extends Comparison {
  what: string;
  unit: string;
  values: Record<Side, number[]>;
}

export const benchmark: Benchmark = {
  title: 'demo, ready time, memory at rest, the CPU of perform, or other loads, beside another commit',
  options: {
    against: 'the commit to compare with (HEAD~1)',
    runs: `runs of each, in turn (${runsDefault})`,
    seconds: `of each demo; 0: none (${demoSecondsDefault})`,
    loads: `${Object.keys(loads).join(', ')}, with commas: their programs in both, instead of the hub`,
  },
  async run(options) {
    const { chosen, runs, seconds } = read(options);
    using other = treeOf(options.against ?? 'HEAD~1');
    const trees: Pair<Tree> = { ours: ourTree(), theirs: other };
    const figures = chosen ? await measureLoads(trees, runs, chosen) : await measure(trees, runs);
    const demos: Pair<DemoRun[]> = { ours: [], theirs: [] };
    if (seconds > 0)
      await inTurn(demosPerTree, async (side) => demos[side].push(await demoRun(trees[side], seconds)));
    const report = {
      ...{ ours: trees.ours.name, theirs: trees.theirs.name, runs, seconds, demos, figures },
      ok: demos.ours.every(isWhole) && figures.every(({ verdict }) => verdict !== 'worse'),
    };
    process.exitCode = report.ok ? 0 : 1;
    return { report, table: tableOf(report) };
  },
};

function read(options: BenchmarkOptions) {
  const runs = Number(options.runs ?? runsDefault);
  const seconds = Number(options.seconds ?? demoSecondsDefault);
  if (!Number.isInteger(runs) || runs < 1 || !(seconds >= 0))
    throw new Error('--runs and --seconds take numbers');
  const chosen = options.loads?.split(',').map((name) => name.trim());
  const unknown = chosen?.find((name) => !Object.hasOwn(loads, name));
  if (unknown !== undefined)
    throw new Error(`--loads takes ${Object.keys(loads).join(', ')}, not ${unknown}`);
  return { chosen, runs, seconds };
}

async function measureLoads(trees: Pair<Tree>, runs: number, chosen: readonly string[]): Promise<Figure[]> {
  const figures = new Map<string, Pick<Figure, 'what' | 'unit' | 'values'>>();
  for (const name of chosen)
    await inTurn(runs, async (side) => {
      for (const [what, { unit, value }] of Object.entries((await loads[name]?.(trees[side])) ?? {})) {
        if (!figures.has(what)) figures.set(what, { what, unit, values: series() });
        figures.get(what)?.values[side].push(value);
      }
    });
  return [...figures.values()].map(compared);
}

function compared(figure: Pick<Figure, 'what' | 'unit' | 'values'>): Figure {
  return { ...figure, ...compare(figure.values.ours, figure.values.theirs) };
}

async function measure(trees: Pair<Tree>, runs: number): Promise<Figure[]> {
  const figures = [
    { what: 'ready', unit: 'ms', values: series() },
    { what: 'memory at rest', unit: 'MiB', values: series() },
    { what: 'perform, a read', unit: 'µs CPU', values: series() },
    { what: 'perform, a write', unit: 'µs CPU', values: series() },
  ] as const;
  const [ready, idle, reading, writing] = figures;
  // Files and compiled code are read into memory first, of both.
  await inTurn(1, async (side) => [await hubRun(trees[side]), await performRun(trees[side])]);
  await inTurn(runs, async (side) => {
    const { idleMiB, readyMs } = await hubRun(trees[side]);
    ready.values[side].push(readyMs);
    idle.values[side].push(idleMiB);
    const { readMicros, writeMicros } = await performRun(trees[side]);
    reading.values[side].push(readMicros);
    writing.values[side].push(writeMicros);
  });
  return figures.map(compared);
}

function isWhole({ framesHeard, framesLost, ok }: DemoRun): boolean {
  return ok && framesLost === 0 && framesHeard > 0;
}

function tableOf(report: {
  ours: string;
  theirs: string;
  demos: Pair<DemoRun[]>;
  figures: Figure[];
}): string {
  const { demos, figures, ours, theirs } = report;
  const demo = (runs: DemoRun[]) =>
    runs.map(
      ({ framesHeard, framesLost, ok }) => `${framesLost} lost of ${framesHeard}${ok ? '' : ', NOT WELL'}`,
    );
  return [
    `ours ${ours}, theirs ${theirs}`,
    ...figures.map(lineOf),
    ...(demos.ours.length > 0
      ? [`demo, ours    ${demo(demos.ours).join('; ')}`, `demo, theirs  ${demo(demos.theirs).join('; ')}`]
      : []),
  ].join('\n');
}

function lineOf({ interval: [low, high], ours, ratio, theirs, unit, verdict, what }: Figure): string {
  const values = `${ours.toFixed(1)} / ${theirs.toFixed(1)} ${unit}`;
  const range = `× ${ratio.toFixed(3)}  95 %: ${low.toFixed(3)} to ${high.toFixed(3)}`;
  return `${what.padEnd(20)}${values.padStart(26)}   ${range}  ${verdict}`;
}
