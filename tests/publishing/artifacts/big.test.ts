import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { folderForTest } from './support.ts';

/** 2 GiB by LARGE_ARTIFACT_MIB=2048; less by default, as what is measured doesn't grow with it. */
const sizeMiB = Number(process.env.LARGE_ARTIFACT_MIB ?? 512);
const sizeBytes = sizeMiB * 1024 ** 2;
/** Independent of the size: most of it is the engine's own young garbage. */
const grownMiBMax = 96;
vi.setConfig({ testTimeout: 300_000 });

test(`${sizeMiB} MiB stream in and out with at most ${grownMiBMax} MiB more memory`, () => {
  const script = join(import.meta.dirname, 'big-putter.ts');
  const output = execFileSync(process.execPath, [script, folderForTest(), String(sizeBytes)], {
    encoding: 'utf8',
  });
  const { readBytes, grownMiB, putMs, readMs } = JSON.parse(output);
  process.stderr.write(
    `${sizeMiB} MiB: +${grownMiB.toFixed(1)} MiB, in ${putMs.toFixed()} ms, out ${readMs.toFixed()} ms\n`,
  );
  expect(readBytes).toBe(sizeBytes);
  expect(grownMiB).toBeLessThan(grownMiBMax);
});
