import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { planted } from './planted.ts';

/** Titles of failed checks, by what the publisher does. */
const failed = new Map<string, string[]>();
let passedCount = 0;

beforeAll(async () => {
  using folder = temporaryFolder();
  const report = join(folder.path, 'report.json');
  const vitest = 'node_modules/vitest/vitest.mjs';
  const config = join(import.meta.dirname, 'planted.config.ts');
  const words = [
    vitest,
    'run',
    '--config',
    config,
    '--reporter=json',
    `--outputFile=${report}`,
    '-t',
    checks(),
  ];
  // Its exit code says that something failed, which is the purpose.
  await new Promise((resolve) => execFile(process.execPath, words, { timeout: 60_000 }, resolve));
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as Report;
  for (const { ancestorTitles, title, status } of testResults.flatMap((file) => file.assertionResults)) {
    const does = ancestorTitles[0]?.replace(/: compliance$/, '') ?? '';
    const titles = failed.get(does) ?? [];
    failed.set(does, status === 'failed' ? [...titles, title] : titles);
    if (status === 'passed') passedCount += 1;
  }
});

/** For each faulty publisher the check that must catch it, for the sound one all. */
function checks(): string {
  const names = planted.map(({ does, caughtBy = '' }) => `${does}: compliance > ${caughtBy}`);
  return `^(${names.join('|')})`;
}

interface Report {
  testResults: { assertionResults: { ancestorTitles: string[]; title: string; status: string }[] }[];
}

test.each(planted)('$does: $caughtBy', ({ does, caughtBy }) => {
  if (caughtBy === undefined) {
    expect(failed.get(does)).toEqual([]);
    expect(passedCount).toBeGreaterThan(20);
  } else expect(failed.get(does)).toContain(caughtBy);
});
