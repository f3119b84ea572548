import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');
const local = 'packages/local-discord/src';
const distMaxBytes = 400_000;
const buildMaxMs = 10_000;

describe('the build of the page', () => {
  test('is small and quick', async () => {
    using folder = temporaryFolder();
    const startedMs = performance.now();
    const configFile = join(root, local, 'page/vite.config.ts');
    await build({ configFile, logLevel: 'warn', build: { outDir: folder.path, emptyOutDir: true } });
    expect(performance.now() - startedMs).toBeLessThan(buildMaxMs);
    const files = readdirSync(folder.path, { recursive: true }).map((name) =>
      statSync(join(folder.path, String(name))),
    );
    const bytes = files.filter((file) => file.isFile()).reduce((sum, { size }) => sum + size, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(distMaxBytes);
  });

  test('is left out with one line where Vite is not installed', () => {
    using folder = temporaryFolder();
    for (const path of ['package.json', `${local}/errors.ts`, `${local}/page/build.ts`]) {
      cpSync(join(root, path), join(folder.path, path), { recursive: true });
    }
    const { status, stdout } = spawnSync(process.execPath, [`${local}/page/build.ts`], {
      cwd: folder.path,
      encoding: 'utf8',
    });
    expect(stdout).toBe('The page of the playground was not built: Vite is not installed (--omit=dev).\n');
    expect(status).toBe(0);
    expect(existsSync(join(folder.path, local, 'page/dist'))).toBe(false);
  });
});
