import { spawn } from 'node:child_process';

const proofTimeoutMs = 5_000;

/** Reports success only if it can neither signal the hub ($1) nor open any of the files; then waits. */
const script = `
hub=$1; shift
if [ $$ != "$hub" ] && kill -0 "$hub"; then exit 3; fi
for file; do if true < "$file"; then exit 4; fi; done
echo stands
read -r nothing`;

/**
 * Whether a shell that `prefix` starts can't reach this process and the files, and whether we can end it, as its group:
 * a root without the right to signal other users couldn't.
 */
export function provesWalls(
  prefix: readonly string[],
  { program, files }: { program: string; files: readonly string[] },
): Promise<boolean> {
  const [first = program, ...args] = [...prefix, program, '-c', script, 'sh', String(process.pid), ...files];
  return new Promise((resolve) => {
    const options = { detached: true, env: {}, cwd: '/', timeout: proofTimeoutMs } as const;
    const child = spawn(first, args, {
      ...options,
      killSignal: 'SIGKILL',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let stands = false;
    let said = '';
    child.stdin.on('error', () => {});
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      said += text;
      if (stands || !said.startsWith('stands\n')) return;
      stands = endsGroup(child.pid);
      // A process that we may not end reads the end of its input.
      child.stdin.end();
    });
    child.once('error', () => resolve(false)).once('close', () => resolve(stands));
  });
}

function endsGroup(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
