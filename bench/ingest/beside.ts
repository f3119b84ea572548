/** The rows of this benchmark beside those of another commit, pair by pair, each by the checkout's own program. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inTurn, type Pair, series } from '../compare/in-turn.ts';
import { type Comparison, compare } from '../compare/statistics.ts';
import { ourTree, type Tree, treeOf } from '../compare/trees.ts';

const run = promisify(execFile);
const runTimeoutMs = 5 * 60_000;

interface Row {
  source: string;
  mode: 'ours' | 'plain';
  firstFrameMs: number;
  gapP99Ms?: number;
}

interface Figure extends Comparison {
  source: string;
  what: 'first frame' | 'p99 gap';
  values: Pair<number[]>;
}

export async function beside(revision: string, pairs: number) {
  using other = treeOf(revision);
  const trees: Pair<Tree> = { ours: ourTree(), theirs: other };
  const values = new Map<string, Pair<number[]>>();
  await inTurn(pairs, async (side) => {
    for (const { source, mode, firstFrameMs, gapP99Ms } of await rowsOf(trees[side])) {
      if (mode !== 'ours') continue;
      add(`${source}\tfirst frame`, firstFrameMs);
      if (gapP99Ms !== undefined) add(`${source}\tp99 gap`, gapP99Ms);
    }
    function add(name: string, value: number): void {
      const pair = values.get(name) ?? series();
      values.set(name, pair);
      pair[side].push(value);
    }
  });
  const figures = [...values]
    .filter(([, { ours, theirs }]) => ours.length > 0 && theirs.length > 0)
    .map(([name, pair]): Figure => {
      const [source = '', what] = name.split('\t');
      return { source, what: what as Figure['what'], values: pair, ...compare(pair.ours, pair.theirs) };
    });
  const alone = [...values].flatMap(([name, { theirs }]) =>
    theirs.length === 0 ? [name.split('\t')[0]] : [],
  );
  const report = { ours: trees.ours.name, theirs: trees.theirs.name, pairs, figures, onlyOurs: alone };
  const head = `ours ${report.ours}, theirs ${report.theirs}, medians of ${pairs} pairs, ms`;
  const last = alone.length > 0 ? [`measured here alone: ${alone.join('; ')}`] : [];
  return { report, table: [head, ...figures.map(lineOf), ...last].join('\n') };
}

async function rowsOf({ folder }: Tree): Promise<Row[]> {
  const words = [...process.execArgv, 'bench/run.ts', 'ingest', '--json'];
  const { stdout } = await run(process.execPath, words, { cwd: folder, timeout: runTimeoutMs });
  return (JSON.parse(stdout) as { rows: Row[] }).rows;
}

function lineOf({ interval: [low, high], ours, ratio, source, theirs, verdict, what }: Figure): string {
  const values = `${ours.toFixed(1)} / ${theirs.toFixed(1)}`;
  const range = `× ${ratio.toFixed(3)}  95 %: ${low.toFixed(3)} to ${high.toFixed(3)}`;
  return `${source.padEnd(24)}${what.padEnd(13)}${values.padStart(18)}   ${range}  ${verdict}`;
}
