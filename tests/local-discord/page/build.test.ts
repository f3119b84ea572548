import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');
const local = 'packages/local-discord/src';
const distMaxBytes = 400_000;
/** Everything that the first visit loads but the font, as gzip: 15 % more than before the page had hints that tick. */
const firstLoadMaxBytes = 121_000;
const buildMaxMs = 10_000;

describe('the build of the page', () => {
  test('is small and quick', async () => {
    using folder = temporaryFolder();
    const startedMs = performance.now();
    const configFile = join(root, local, 'page/vite.config.ts');
    await build({ configFile, logLevel: 'warn', build: { outDir: folder.path, emptyOutDir: true } });
    expect(performance.now() - startedMs).toBeLessThan(buildMaxMs);
    const files = readdirSync(folder.path, { recursive: true })
      .map((name) => join(folder.path, String(name)))
      .filter((path) => statSync(path).isFile());
    const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(distMaxBytes);
    const firstLoad = files.filter((path) => /\.(?:css|html|js|svg)$/.test(path));
    expect(firstLoad.reduce((sum, path) => sum + gzipSync(readFileSync(path)).byteLength, 0)).toBeLessThan(
      firstLoadMaxBytes,
    );
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
