import { join } from 'node:path';
import { Child } from '../voice/child.ts';
import type { PlayersReport } from './players-child.ts';
import type { Row } from './row.ts';

const timeoutMs = 150_000;

/** What 100 players take that nobody listens to, before and after all have played. Voice connections: `bench voice`. */
export async function players(): Promise<Row[]> {
  const script = join(import.meta.dirname, 'players-child.ts');
  const child = new Child(process.execPath, [...process.execArgv, '--expose-gc', script]);
  try {
    const { count, fresh, kinds, played } = await child.answer<PlayersReport>(timeoutMs);
    const note = `${count} players, RSS of the process; ${kinds}`;
    return [
      { what: 'idle player that never played, RSS', value: fresh, unit: 'MiB', most: 1, note },
      { what: 'idle player that has played, RSS', value: played, unit: 'MiB', most: 1, note },
    ];
  } finally {
    await child.end();
  }
}
