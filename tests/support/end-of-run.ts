import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sharedFolderVariable } from './run-folder.ts';

const waitTurns = 100;
const turnMs = 100;

/** Called by vitest when a run is over. */
export async function teardown(): Promise<void> {
  const folder = process.env[sharedFolderVariable];
  if (folder && existsSync(folder)) await stopPostgres(folder);
}

async function stopPostgres(folder: string): Promise<void> {
  const pidFile = join(folder, 'data', 'postmaster.pid');
  if (existsSync(pidFile)) {
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGQUIT');
    // Removing it is the last thing that it does.
    for (let turn = 0; turn < waitTurns && existsSync(pidFile); turn++) await pause(turnMs);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: turnMs });
}
