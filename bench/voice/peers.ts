import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'peers');

/** The bots ours is held against are no dependency of the hub: installed here, when first needed, by their lock file. */
export function installPeers(): void {
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return;
  process.stderr.write('installing the peers …\n');
  // By the lock file too, but `npm ci` refuses it: mediaplex names optional packages that were never published.
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 2, 'inherit'],
  });
}
