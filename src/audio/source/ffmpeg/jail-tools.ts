import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findExecutable } from './resolver.ts';

const run = promisify(execFile);
const trialTimeoutMs = 5_000;

/** Paths of the programs that build a jail; they exist on Linux only. */
export interface Tools {
  searchPath: string;
  bwrap: string | undefined;
  unshare: string | undefined;
  prlimit: string | undefined;
  setpriv: string | undefined;
  ldd: string | undefined;
  sh: string | undefined;
  /** `true` */
  nothing: string | undefined;
}

export async function findTools(searchPath: string): Promise<Tools> {
  const find = async (name: string) =>
    process.platform === 'linux' ? findExecutable(name, searchPath) : undefined;
  const names = ['bwrap', 'unshare', 'prlimit', 'setpriv', 'ldd', 'sh', 'true'];
  const [bwrap, unshare, prlimit, setpriv, ldd, sh, nothing] = await Promise.all(names.map(find));
  return { searchPath, bwrap, unshare, prlimit, setpriv, ldd, sh, nothing };
}

/** The first of the ways in which `tool` starts a program that does nothing. */
export async function firstWorking(
  tool: string,
  ways: readonly (readonly string[])[],
  nothing: string,
): Promise<readonly string[] | undefined> {
  for (const way of ways) {
    const options = { env: {}, timeout: trialTimeoutMs, killSignal: 'SIGKILL' } as const;
    const works = await run(tool, [...way, nothing], options).then(
      () => true,
      () => false,
    );
    if (works) return way;
  }
  return undefined;
}
