import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { orAborted } from '#core/aborted.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { audioErrors } from '../../errors.ts';
import { type Jail, jailsFor } from './jail.ts';
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
  /** Everything that ffmpeg gets of our environment. */
  environment: Record<string, string>;
}

/** The ffmpeg of this machine: where it is, whether it is suitable, and how to start it in its jail. */
export class FfmpegProgram {
  readonly #init: FfmpegInit;
  #facts: FfmpegFacts | undefined;
  #inspecting: Promise<FfmpegFacts> | undefined;
  #mark: string | undefined;

  constructor(init: FfmpegInit) {
    this.#init = init;
  }

  /**
   * Runs once for simultaneous callers, and again after a failure. Throws AUDIO_FFMPEG_MISSING, AUDIO_FFMPEG_UNFIT and
   * the signal's reason.
   */
  async check(signal: AbortSignal): Promise<FfmpegFacts> {
    if (this.#facts) return this.#facts;
    this.#inspecting ??= this.#inspect().finally(() => {
      this.#inspecting = undefined;
    });
    this.#facts = await orAborted(signal, this.#inspecting);
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

  /** Bounded by the time limit of each program run, not by the first caller's signal. */
  async #inspect(): Promise<FfmpegFacts> {
    const { ffmpegPath: program, searchPath } = this.#init;
    const found = await resolveFfmpeg(program, searchPath);
    if (!found) throw audioErrors.AUDIO_FFMPEG_MISSING({ program });
    let failure: unknown;
    for await (const jail of jailsFor(found.path, searchPath)) {
      try {
        return { ...found, jail, version: await this.#ask([...jail.prefix, found.path]) };
      } catch (error) {
        if (isGuildmeshError(error)) throw error;
        // Something it needs may be invisible in this jail: the next one has fewer walls.
        failure = error;
      }
    }
    throw audioErrors.AUDIO_FFMPEG_UNFIT({ program, reason: 'it doesn’t run' }, { cause: failure });
  }

  /** Its version. Throws AUDIO_FFMPEG_UNFIT when it has no libopus, and the error of a program that doesn't run. */
  async #ask([program = '', ...args]: string[]): Promise<string> {
    const options = {
      env: this.#environment,
      cwd: '/',
      maxBuffer: listingBytesMax,
      timeout: checkTimeoutMs,
      killSignal: 'SIGKILL',
    } as const;
    // The version is in its banner on stderr: running it once is most of the cost.
    const { stdout, stderr } = await run(program, [...args, '-encoders'], options);
    if (!/\blibopus\b/.test(stdout))
      throw audioErrors.AUDIO_FFMPEG_UNFIT({
        program: this.#init.ffmpegPath,
        reason: 'it was built without libopus',
      });
    return /^ffmpeg version (\S+)/m.exec(stderr)?.[1] ?? 'unknown';
  }
}
