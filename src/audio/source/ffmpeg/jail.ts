import { provesWalls } from './jail-proof.ts';
import { findTools, firstWorking, type Tools } from './jail-tools.ts';
import { filesOf } from './program-files.ts';

/** ffmpeg maps some 250 MiB of libraries before it reads a byte; decoding what we allow needs little more. */
const memoryBytesMax = 512 * 1_048_576;
/** At the 1–2 % of a core that decoding takes, days of audio; a decoder that hangs is found earlier by its silence. */
const cpuSecondsMax = 3_600;
const openFilesMax = 32;

/**
 * One of the ids that https://systemd.io/UIDS-GIDS/ leaves unused, among the 65,536 that containers commonly have: it
 * owns no files and no processes.
 */
const decoderUid = '65520';

/** The protections around a process that this starts. Each was tested on this machine, with this program. */
export interface Jail {
  /** Precedes program and arguments. Killing the process, or its group, kills what it started. */
  prefix: readonly string[];
  /** It sees only the files it consists of, read-only, and only its own processes. */
  ownFiles: boolean;
  /** It runs as a user of its own: it can neither open files nor signal processes that belong only to the hub. */
  otherUser: boolean;
  /** It has no network at all, whatever its own lists allow. */
  noNetwork: boolean;
  /** Memory, CPU time and files are limited, and it can't write files. */
  limited: boolean;
  /** It dies when the hub does, however the hub dies. */
  diesWithUs: boolean;
}

const sandboxArgs = [
  '--unshare-all',
  '--die-with-parent',
  '--as-pid-1',
  ...['--cap-drop', 'ALL'],
  ...['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
  // The serial number of an Ogg stream comes from the first; a shell gives its children the second.
  ...['/dev/urandom', '/dev/null'].flatMap((device) => ['--dev-bind-try', device, device]),
];
const sandboxEnd = ['--remount-ro', '/', '--chdir', '/', '--'];

const otherUserArgs = ['--reuid', decoderUid, '--regid', decoderUid, '--clear-groups'];
const limitArgs = [
  `--as=${memoryBytesMax}`,
  `--cpu=${cpuSecondsMax}`,
  `--nofile=${openFilesMax}`,
  '--fsize=0',
  '--core=0',
  '--',
];
/** With a user namespace where we aren't root. */
const networkWays = [
  ['-n', '--'],
  ['-r', '-n', '--'],
];
/** The strongest first. */
const rightsWays = [
  ['--pdeathsig', 'KILL', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'],
  ['--pdeathsig', 'KILL', '--no-new-privs'],
  ['--pdeathsig', 'KILL'],
];

/**
 * The jails this machine can give to a program, the strongest first; the last has no wall around the file system and is
 * always returned. Layers are left out where their tool is missing (they exist on Linux only) or forbidden (namespaces,
 * in some containers). The caller tests whether the program runs in a jail.
 */
export async function* jailsFor(program: string, searchPath: string): AsyncGenerator<Jail, void> {
  const tools = await findTools(searchPath);
  const limits = layer(tools, tools.prlimit, [limitArgs]);
  yield* sandboxes(program, tools, limits);
  yield* plainJails(tools, await limits);
}

/** With bubblewrap: namespaces for everything, and a file system of the program's own files. */
async function* sandboxes(
  program: string,
  tools: Tools,
  limiting: Promise<string[]>,
): AsyncGenerator<Jail, void> {
  const { bwrap, sh } = tools;
  if (!bwrap || !sh) return;
  const finding = [filesOf(program, tools), filesOf(sh, tools)] as const;
  const [limits, ways, files, ofShell] = await Promise.all([limiting, users(tools), ...finding]);
  for (const user of ways) {
    const before = [...limits, ...user, bwrap, ...sandboxArgs];
    const walled = { program: sh, files: ['/etc/passwd', `/proc/${process.pid}/environ`] };
    if (!(await provesWalls([...before, ...files, ...ofShell, ...sandboxEnd], walled))) continue;
    yield {
      prefix: [...before, ...files, ...sandboxEnd],
      ownFiles: true,
      otherUser: user.length > 0,
      noNetwork: true,
      limited: limits.length > 0,
      diesWithUs: true,
    };
  }
}

/**
 * In this order: a namespace without network, then limits, then the rights. The rights come last because changing them
 * would clear the parent-death signal.
 */
async function* plainJails(tools: Tools, limits: readonly string[]): AsyncGenerator<Jail, void> {
  const network = await layer(tools, tools.unshare, networkWays);
  const rest = { ownFiles: false, noNetwork: network.length > 0, limited: limits.length > 0 };
  const ended = (ways: readonly (readonly string[])[]) => ways.map((way) => [...way, '--']);
  if (mayChangeUser(tools) && tools.sh) {
    const ways = ended(rightsWays.map((way) => [...way, ...otherUserArgs]));
    const rights = await layer(tools, tools.setpriv, ways);
    const prefix = [...network, ...limits, ...rights];
    const walled = { program: tools.sh, files: [`/proc/${process.pid}/environ`] };
    if (rights.length > 0 && (await provesWalls(prefix, walled)))
      yield { ...rest, prefix, otherUser: true, diesWithUs: true };
  }
  const rights = await layer(tools, tools.setpriv, ended(rightsWays));
  const prefix = [...network, ...limits, ...rights];
  yield { ...rest, prefix, otherUser: false, diesWithUs: rights.length > 0 };
}

async function users(tools: Tools): Promise<string[][]> {
  const ours: string[] = [];
  if (!mayChangeUser(tools)) return [ours];
  const other = await layer(tools, tools.setpriv, [[...otherUserArgs, '--']]);
  return other.length > 0 ? [other, ours] : [ours];
}

function mayChangeUser({ setpriv }: Tools): boolean {
  return setpriv !== undefined && process.getuid?.() === 0;
}

/** The tool with the first of its ways that works here; empty where there is none. */
async function layer(
  { nothing }: Tools,
  tool: string | undefined,
  ways: readonly (readonly string[])[],
): Promise<string[]> {
  if (!tool || !nothing) return [];
  const way = await firstWorking(tool, ways, nothing);
  return way ? [tool, ...way] : [];
}
