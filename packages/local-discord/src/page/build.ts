/** Builds the page. Without development tools (`npm install --omit=dev`) it says so and changes nothing. */
import { join } from 'node:path';
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
  await vite.build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'warn' });
}

try {
  await buildPage();
} catch (error) {
  process.stderr.write(`The page of the playground could not be built: ${errorText(error)}\n`);
  process.exitCode = 1;
}
