import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { audioErrors } from '../../errors.ts';

const run = promisify(execFile);
const checkTimeoutMs = 10_000;
const listingBytesMax = 1_048_576;

export interface FfmpegInit {
  /** A path, or a name to look for in `searchPath`. */
  ffmpegPath: string;
  /** Folders as in PATH. */
  searchPath: string;
}

export interface FfmpegFacts {
  path: string;
  /** As ffmpeg gives it: "5.1.9-0+deb12u1". */
  version: string;
}

/** The ffmpeg of this machine: where it is, whether it will do, and how to start it. */
export class FfmpegProgram {
  readonly #init: FfmpegInit;
  #facts: FfmpegFacts | undefined;
  #launcher: string[] | undefined;

  constructor(init: FfmpegInit) {
    this.#init = init;
  }

  /** Asked once; asked again after a failure. Throws AUDIO_FFMPEG_MISSING and AUDIO_FFMPEG_UNFIT. */
  async check(signal: AbortSignal): Promise<FfmpegFacts> {
    this.#facts ??= await this.#inspect(signal);
    return this.#facts;
  }

  /** Program and arguments; on Linux in a wrapper that kills ffmpeg when the hub dies, however it dies. */
  async commandLine(args: readonly string[], signal: AbortSignal): Promise<[string, string[]]> {
    const { path } = await this.check(signal);
    if (!this.#launcher) {
      const setpriv = await findExecutable('setpriv', this.#init.searchPath);
      this.#launcher = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--'] : [];
    }
    const [program = path, ...rest] = [...this.#launcher, path];
    return [program, [...rest, ...args]];
  }

  /** All that ffmpeg gets to know of our environment. */
  get environment(): Record<string, string> {
    return { PATH: this.#init.searchPath, LC_ALL: 'C' };
  }

  async #inspect(signal: AbortSignal): Promise<FfmpegFacts> {
    const program = this.#init.ffmpegPath;
    const path = await findExecutable(program, this.#init.searchPath);
    if (!path) throw audioErrors.AUDIO_FFMPEG_MISSING({ program });
    const ask = async (flag: string) =>
      run(path, ['-hide_banner', flag], {
        env: this.environment,
        maxBuffer: listingBytesMax,
        timeout: checkTimeoutMs,
        killSignal: 'SIGKILL',
        signal,
      }).catch((error: unknown) => {
        signal.throwIfAborted();
        throw audioErrors.AUDIO_FFMPEG_UNFIT({ program, reason: 'it doesn’t run' }, { cause: error });
      });
    const [version, encoders] = await Promise.all([ask('-version'), ask('-encoders')]);
    if (!/\blibopus\b/.test(encoders.stdout))
      throw audioErrors.AUDIO_FFMPEG_UNFIT({ program, reason: 'it was built without libopus' });
    return { path, version: /^ffmpeg version (\S+)/.exec(version.stdout)?.[1] ?? 'unknown' };
  }
}

async function findExecutable(program: string, searchPath: string): Promise<string | undefined> {
  const candidates = /[/\\]/.test(program)
    ? [program]
    : searchPath
        .split(delimiter)
        .filter(Boolean)
        .map((folder) => join(folder, program));
  for (const candidate of candidates) {
    const runs = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return candidate;
  }
  return undefined;
}
