import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Installs what the lock file names, once. False where that can't be done: then the rows are left out. */
export function gossipInstalled(): boolean {
  const folder = import.meta.dirname;
  if (existsSync(join(folder, 'node_modules', '@libp2p', 'gossipsub'))) return true;
  try {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return true;
  } catch {
    process.stderr.write('gossipsub could not be installed: its rows are left out\n');
    return false;
  }
}
