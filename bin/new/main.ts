import { join } from 'node:path';
import { Refusal } from './kind.ts';
import { type Made, make } from './make.ts';

const root = join(import.meta.dirname, '../..');

try {
  process.stdout.write(report(make(root, process.argv.slice(2))));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function report({ files, list, test, page }: Made): string {
  return [
    ...files.map((path) => `Made ${path}`),
    `Added a line to ${list}`,
    '',
    `Read ${page}, and start from the test that fails:`,
    '',
    `  npx vitest run ${test}`,
    '',
  ].join('\n');
}
