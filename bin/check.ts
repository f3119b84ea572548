/** Types, lint and format, side by side: the checks of the pages and the linter fit beside the one of everything else. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const pages = ['packages/local-discord/src/page', 'src/demo/page', 'tests/local-discord/page'];

/** Several checkers of types would each look at what they share: twice the processor time for no shorter wait. */
const types = 'tsc --checkers 1 --incremental --tsBuildInfoFile';

const lines = [
  `${types} node_modules/.cache/types/main.json`,
  'biome ci',
  ...pages.map((page) => `${types} node_modules/.cache/types/${page.replaceAll('/', '-')}.json -p ${page}`),
];

const passed = await Promise.all(lines.map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;

/** What it says comes in one piece, and only when it has ended. */
async function run(line: string): Promise<boolean> {
  const child = spawn(line, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => said.push(bytes));
  const [code] = await once(child, 'close');
  process.stdout.write(Buffer.concat(said));
  if (code !== 0) process.stdout.write(`\n${line}: failed\n`);
  return code === 0;
}
