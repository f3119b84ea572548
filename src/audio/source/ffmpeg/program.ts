import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { audioErrors } from '../../errors.ts';
import { buildJail, type Jail } from './jail.ts';
import { ownerVariable, ownMark } from './orphans.ts';
import { type FoundFfmpeg, resolveFfmpeg } from './resolver.ts';

const run = promisify(execFile);
const checkTimeoutMs = 10_000;
const listingBytesMax = 1_048_576;

export interface FfmpegInit {
  /** A path, or a name to look for in `searchPath`. */
  ffmpegPath: string;
  /** Folders as in PATH. */
  searchPath: string;
}

export interface FfmpegFacts extends FoundFfmpeg {
  /** As ffmpeg gives it: "5.1.9-0+deb12u1". */
  version: string;
  jail: Jail;
}

export interface CommandLine {
  program: string;
  args: string[];
  /** All that ffmpeg gets to know of our environment. */
  environment: Record<string, string>;
}

/** The ffmpeg of this machine: where it is, whether it will do, and how to start it in its jail. */
export class FfmpegProgram {
  readonly #init: FfmpegInit;
  #facts: FfmpegFacts | undefined;
  #mark: string | undefined;

  constructor(init: FfmpegInit) {
    this.#init = init;
  }

  /** Asked once; asked again after a failure. Throws AUDIO_FFMPEG_MISSING and AUDIO_FFMPEG_UNFIT. */
  async check(signal: AbortSignal): Promise<FfmpegFacts> {
    this.#facts ??= await this.#inspect(signal);
    return this.#facts;
  }

  async commandLine(ffmpegArgs: readonly string[], signal: AbortSignal): Promise<CommandLine> {
    const { path, jail } = await this.check(signal);
    this.#mark ??= await ownMark();
    const [program = path, ...args] = [...jail.prefix, path, ...ffmpegArgs];
    return { program, args, environment: { ...this.#environment, [ownerVariable]: this.#mark } };
  }

  get #environment(): Record<string, string> {
    return { PATH: this.#init.searchPath, LC_ALL: 'C' };
  }

  async #inspect(signal: AbortSignal): Promise<FfmpegFacts> {
    const { ffmpegPath: program, searchPath } = this.#init;
    const found = await resolveFfmpeg(program, searchPath);
    if (!found) throw audioErrors.AUDIO_FFMPEG_MISSING({ program });
    const ask = async (flag: string) =>
      run(found.path, ['-hide_banner', flag], {
        env: this.#environment,
        maxBuffer: listingBytesMax,
        timeout: checkTimeoutMs,
        killSignal: 'SIGKILL',
        signal,
      }).catch((error: unknown) => {
        signal.throwIfAborted();
        throw audioErrors.AUDIO_FFMPEG_UNFIT({ program, reason: 'it doesn’t run' }, { cause: error });
      });
    const [version, encoders, jail] = await Promise.all([
      ask('-version'),
      ask('-encoders'),
      buildJail(searchPath, signal),
    ]);
    if (!/\blibopus\b/.test(encoders.stdout))
      throw audioErrors.AUDIO_FFMPEG_UNFIT({ program, reason: 'it was built without libopus' });
    return { ...found, version: /^ffmpeg version (\S+)/.exec(version.stdout)?.[1] ?? 'unknown', jail };
  }
}
