import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { audioErrors, shown } from '../../errors.ts';
import { OggOpusDemuxer } from '../../ogg/demuxer.ts';
import type { OpusTags } from '../../opus/headers.ts';
import { isTwentyMsPacket } from '../../opus/toc.ts';
import { whyNoSound } from '../why-silent.ts';
import { type Encoding, ffmpegArguments, type InputFormats, type WantedTrack } from './arguments.ts';
import type { DecoderSlots } from './decoder-slots.ts';
import type { FfmpegProgram } from './program.ts';

/** The end of ffmpeg's messages is kept for the log. */
const complaintLengthMax = 2_000;
/** How much of its input is kept: enough to name what it was. */
const startBytes = 2_048;
/** Wrappers between us and ffmpeg report by exit code that a signal ended it: 128 and ILL, ABRT, BUS, FPE, … */
const killedCodes: ReadonlySet<number | null> = new Set([132, 134, 135, 136, 137, 139, 143, 152, 153, 159]);

export interface TranscodeInput {
  source: string;
  /** The guild whose share of decoders it uses. */
  owner: string;
  bytes: AsyncGenerator<Uint8Array>;
  formats: InputFormats;
  /** By default the first. */
  track?: WantedTrack | undefined;
  encoding: Encoding;
  /** Tags of the input, before its first packet. */
  onTags?: ((tags: OpusTags) => void) | undefined;
}

export interface TranscodeComponents {
  ffmpeg: FfmpegProgram;
  decoders: DecoderSlots;
}

/**
 * Any audio as 20 ms Opus packets. ffmpeg runs ahead only as far as the pipes hold: nothing is read that isn't asked
 * for. It ends with this generator, however that ends. Throws AUDIO_NOT_AUDIO, AUDIO_SOURCE_LOST, AUDIO_DECODERS_BUSY,
 * AUDIO_FFMPEG_* and what `bytes` throws.
 */
export async function* transcode(
  { ffmpeg, decoders }: TranscodeComponents,
  input: TranscodeInput,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { program, args, environment } = await ffmpeg.commandLine(
    ffmpegArguments(input.encoding, input.formats, input.track),
    signal,
  );
  const giveBack = await decoders.take(input.owner, signal);
  // A process group of its own: whatever it starts dies with it.
  const child = spawn(program, args, { detached: true, env: environment, stdio: 'pipe', cwd: '/' });
  child.once('error', giveBack).once('close', giveBack);
  const kill = () => killGroup(child);
  // Processes that it started may outlive it, and hold its pipes.
  child.once('exit', () => killGroup(child));
  signal.addEventListener('abort', kill, { once: true });
  const ended = childEnd(child);
  const { bytes, startSeen: fedStart } = withStartSeen(input.bytes);
  const fed = feed(child, bytes);
  let packetCount = 0;
  try {
    const demuxer = new OggOpusDemuxer();
    const packets: Uint8Array[] = [];
    for await (const chunk of child.stdout) {
      demuxer.push(chunk, (event) => {
        if (event.kind === 'track') input.onTags?.(event.tags);
        if (event.kind === 'packet' && isTwentyMsPacket(event.payload)) packets.push(event.payload);
      });
      packetCount += packets.length;
      yield* packets.splice(0);
    }
    signal.throwIfAborted();
    const { failure, killed, complaint } = await ended;
    const feedError = await fed;
    if (feedError) throw feedError;
    if (failure)
      throw audioErrors.AUDIO_FFMPEG_UNFIT({ program, reason: 'it can’t be started' }, { cause: failure });
    if (killed)
      throw audioErrors.AUDIO_SOURCE_LOST({ source: shown(input.source) }, { cause: new Error(complaint) });
    if (packetCount === 0) {
      const cause = new Error(complaint);
      throw whyNoSound({ source: input.source, start: fedStart(), complaint }, { cause });
    }
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** The same bytes, and the beginning of what was taken. */
function withStartSeen(bytes: AsyncIterable<Uint8Array>) {
  let start: Buffer = Buffer.alloc(0);
  async function* seen(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of bytes) {
      if (start.length < startBytes)
        start = Buffer.concat([start, chunk.subarray(0, startBytes - start.length)]);
      yield chunk;
    }
  }
  return { bytes: seen(), startSeen: () => start };
}

/** Resolves with the failure of `bytes`, if it failed; that ffmpeg closes its end early is no failure. */
async function feed(
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

interface ChildEnd {
  failure: Error | undefined;
  killed: boolean;
  complaint: string;
}

function childEnd(child: ChildProcessWithoutNullStreams): Promise<ChildEnd> {
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
function killGroup(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined || (child.stdout.closed && child.exitCode !== null)) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // None is left, or groups are unknown here.
    child.kill('SIGKILL');
  }
}
