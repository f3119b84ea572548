/** An ffmpeg that runs: how it starts, gets its bytes, and ends. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { CommandLine } from './program.ts';

/** The end of ffmpeg's messages is kept for the log. */
const complaintLengthMax = 2_000;
/** Wrappers between us and ffmpeg report by exit code that a signal ended it: 128 and ILL, ABRT, BUS, FPE, … */
const killedCodes: ReadonlySet<number | null> = new Set([132, 134, 135, 136, 137, 139, 143, 152, 153, 159]);

/** In a process group of its own: whatever it starts dies with it. */
export function startChild({ program, args, environment }: CommandLine): ChildProcessWithoutNullStreams {
  const child = spawn(program, args, { detached: true, env: environment, stdio: 'pipe', cwd: '/' });
  // Processes that it started may outlive it, and hold its pipes.
  child.once('exit', () => killGroup(child));
  return child;
}

/** Resolves with the failure of `bytes`, if it failed; that ffmpeg closes its end early is no failure. */
export async function feed(
  child: ChildProcessWithoutNullStreams,
  bytes: AsyncGenerator<Uint8Array>,
): Promise<unknown> {
  let open = true;
  const closed = new Promise<void>((resolve) => {
    child.stdin
      .on('error', () => {})
      .once('close', () => {
        open = false;
        resolve();
      });
  });
  try {
    for await (const chunk of bytes) {
      if (!open) break;
      if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain').catch(() => {}), closed]);
    }
    child.stdin.end();
    return undefined;
  } catch (error) {
    child.stdin.destroy();
    return error;
  }
}

export interface ChildEnd {
  failure: Error | undefined;
  killed: boolean;
  complaint: string;
}

export function childEnd(child: ChildProcessWithoutNullStreams): Promise<ChildEnd> {
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-complaintLengthMax);
  });
  return new Promise((resolve) => {
    child.once('error', (failure) => resolve({ failure, killed: false, complaint }));
    child.once('close', (code, signalName) =>
      resolve({ failure: undefined, killed: signalName !== null || killedCodes.has(code), complaint }),
    );
  });
}

/** While its pipes are open some process of the group lives, and its id can't be reused. */
export function killGroup(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined || (child.stdout.closed && child.exitCode !== null)) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // None is left, or groups are unknown here.
    child.kill('SIGKILL');
  }
}
