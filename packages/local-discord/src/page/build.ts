/** Builds the page, and what is in the folders that are named: panels of a host. Without development tools (`npm install --omit=dev`) it says so and changes nothing. */
import { join, resolve } from 'node:path';
import { errorText } from '../errors.ts';

async function buildPage(): Promise<void> {
  const vite = await import('vite').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  });
  if (!vite) {
    process.stdout.write('The page of the playground was not built: Vite is not installed (--omit=dev).\n');
    return;
  }
  const folders = [import.meta.dirname, ...process.argv.slice(2).map((folder) => resolve(folder))];
  for (const folder of folders)
    await vite.build({ configFile: join(folder, 'vite.config.ts'), logLevel: 'warn' });
}

try {
  await buildPage();
} catch (error) {
  process.stderr.write(`The page of the playground could not be built: ${errorText(error)}\n`);
  process.exitCode = 1;
}
