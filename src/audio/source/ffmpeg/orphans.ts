/**
 * Decoders whose hub is gone. Where a process can't be made to die with its parent, a hub killed with -9 may leave
 * some; the next hub on the machine ends them. Each decoder carries, in its environment, the process id and the start
 * time of its hub: a decoder of a running hub, or any other process, is never touched.
 */
import { readdir, readFile } from 'node:fs/promises';

export const ownerVariable = 'GUILDMESH_DECODER_OF';
const processesMax = 32_768;

/** Identifies this process among all that had or will have its id. */
export async function ownMark(): Promise<string> {
  const startedAt = await startOf(process.pid);
  return `${process.pid}.${startedAt ?? 0}`;
}

/** Returns the number of decoders it ended. Does nothing where there is no /proc. */
export async function endOrphans(): Promise<number> {
  const entries = await readdir('/proc').catch(() => []);
  let ended = 0;
  for (const pid of entries.filter((name) => /^\d+$/.test(name)).slice(0, processesMax)) {
    const mark = await markOf(pid);
    if (mark && !(await lives(mark)) && end(Number(pid))) ended++;
  }
  return ended;
}

async function markOf(pid: string): Promise<string | undefined> {
  // Unreadable: it belongs to another user, or has ended meanwhile.
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  const prefix = `${ownerVariable}=`;
  return environment
    .split('\0')
    .find((entry) => entry.startsWith(prefix))
    ?.slice(prefix.length);
}

async function lives(mark: string): Promise<boolean> {
  const [pid, startedAt] = mark.split('.');
  return (await startOf(Number(pid))) === Number(startedAt);
}

/** Field 22 of proc(5)'s stat, in ticks since boot; the name before it may hold anything. */
async function startOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  const field = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return field === undefined ? undefined : Number(field);
}

function end(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
