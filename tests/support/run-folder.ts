import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Set by `vitest.config.ts` for the processes of one run: where their Postgres is, once one of them needs it. */
export const sharedFolderVariable = 'GUILDMESH_TEST_POSTGRES';

/** Directly in /tmp: a socket's path must be short. */
export function runFolder(): string {
  return join(process.platform === 'linux' ? '/tmp' : tmpdir(), `guildmesh-pg-${randomUUID().slice(0, 8)}`);
}
