import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findExecutable } from './resolver.ts';

const run = promisify(execFile);
const trialTimeoutMs = 5_000;

/** ffmpeg maps some 250 MiB of libraries before it reads a byte; what we let it decode needs little more. */
const memoryBytesMax = 512 * 1_048_576;
/** At the 1–2 % of a core that decoding takes, days of audio; one that spins is found sooner by its silence. */
const cpuSecondsMax = 3_600;
const openFilesMax = 32;

/** What holds around a process that this starts. */
export interface Jail {
  /** Goes before program and arguments. Each replaces itself by the next: the process id stays. */
  prefix: readonly string[];
  /** It has no network at all, whatever its own lists allow. */
  noNetwork: boolean;
  /** Memory, CPU time, files are limited, and it can write none. */
  limited: boolean;
  /** It dies when the hub does, however that dies. */
  diesWithUs: boolean;
}

interface Layer {
  guard: 'noNetwork' | 'limited' | 'diesWithUs';
  program: string;
  /** The strongest first; the first that works here is taken. */
  ways: readonly (readonly string[])[];
}

/**
 * In this order: a namespace without network (with a user namespace where we aren't root), then limits, then the
 * rights. The last is last because a change of rights would clear the parent-death signal.
 */
const layers: readonly Layer[] = [
  {
    guard: 'noNetwork',
    program: 'unshare',
    ways: [
      ['-n', '--'],
      ['-r', '-n', '--'],
    ],
  },
  {
    guard: 'limited',
    program: 'prlimit',
    ways: [
      [
        `--as=${memoryBytesMax}`,
        `--cpu=${cpuSecondsMax}`,
        `--nofile=${openFilesMax}`,
        '--fsize=0',
        '--core=0',
        '--',
      ],
    ],
  },
  {
    guard: 'diesWithUs',
    program: 'setpriv',
    ways: [
      ['--pdeathsig', 'KILL', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all', '--'],
      ['--pdeathsig', 'KILL', '--no-new-privs', '--'],
      ['--pdeathsig', 'KILL', '--'],
    ],
  },
];

/**
 * The strongest jail this machine gives us: each layer is tried with a program that does nothing, and left out where
 * its tool is missing (they are Linux's) or forbidden (namespaces, in some containers).
 */
export async function buildJail(searchPath: string): Promise<Jail> {
  const jail = { prefix: [] as string[], noNetwork: false, limited: false, diesWithUs: false };
  const nothing = await findExecutable('true', searchPath);
  if (!nothing || process.platform !== 'linux') return jail;
  for (const { guard, program, ways } of layers) {
    const path = await findExecutable(program, searchPath);
    if (!path) continue;
    const way = await firstWorking(path, ways, nothing);
    if (!way) continue;
    jail.prefix.push(path, ...way);
    jail[guard] = true;
  }
  return jail;
}

async function firstWorking(
  path: string,
  ways: Layer['ways'],
  nothing: string,
): Promise<readonly string[] | undefined> {
  for (const way of ways) {
    const options = { env: {}, timeout: trialTimeoutMs, killSignal: 'SIGKILL' } as const;
    const works = await run(path, [...way, nothing], options).then(
      () => true,
      () => false,
    );
    if (works) return way;
  }
  return undefined;
}
