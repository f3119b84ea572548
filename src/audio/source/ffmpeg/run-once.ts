import { childEnd, feed, killGroup, startChild } from './child.ts';
import type { FfmpegProgram } from './program.ts';

/** Messages are read line by line; a longer line is cut. */
const lineLengthMax = 1_024;

export interface RunEnd {
  /** Its whole output; undefined where it gave too much, or couldn't be started. */
  output: Buffer | undefined;
  /** The end of its messages. */
  complaint: string;
}

export interface OneRun {
  args: readonly string[];
  bytes: AsyncGenerator<Uint8Array>;
  /** With more output the run is ended. */
  outputBytesMax: number;
  /** Each line of its messages, cut. */
  onLine?: (line: string) => void;
}

/**
 * One run of ffmpeg in its jail, from its input to its whole output. It ends with the signal, whose reason is then
 * thrown. Throws AUDIO_FFMPEG_* and what `bytes` throws.
 */
export async function runOnce(
  ffmpeg: Pick<FfmpegProgram, 'commandLine'>,
  { args, bytes, outputBytesMax, onLine }: OneRun,
  signal: AbortSignal,
): Promise<RunEnd> {
  const commandLine = await ffmpeg.commandLine(args, signal);
  signal.throwIfAborted();
  const child = startChild(commandLine);
  const kill = () => killGroup(child);
  signal.addEventListener('abort', kill, { once: true });
  const ended = childEnd(child);
  if (onLine) child.stderr.on('data', lines(onLine));
  const fed = feed(child, bytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of child.stdout) {
      length += chunk.length;
      if (length > outputBytesMax) return { output: undefined, complaint: '' };
      chunks.push(chunk);
    }
    const { failure, complaint } = await ended;
    signal.throwIfAborted();
    // A failure is known before ffmpeg ends of it; bytes that are still awaited are no longer wanted.
    const feedError = await Promise.race([fed, undefined]);
    if (feedError) throw feedError;
    return { output: failure ? undefined : Buffer.concat(chunks), complaint };
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
    void bytes.return(undefined).catch(() => {});
  }
}

function lines(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const [first = '', ...more] = text.split('\n');
    rest = (rest + first).slice(0, lineLengthMax);
    for (const next of more) {
      onLine(rest);
      rest = next.slice(0, lineLengthMax);
    }
  };
}
