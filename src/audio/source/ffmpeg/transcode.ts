import { audioErrors, shown } from '../../errors.ts';
import { OggOpusDemuxer } from '../../ogg/demuxer.ts';
import type { OpusTags } from '../../opus/headers.ts';
import { isTwentyMsPacket } from '../../opus/toc.ts';
import { whyNoSound } from '../why-silent.ts';
import {
  type Encoding,
  ffmpegArguments,
  type InputFormats,
  type Skip,
  type WantedTrack,
} from './arguments.ts';
import { childEnd, feed, killGroup, startChild } from './child.ts';
import type { DecoderSlots } from './decoder-slots.ts';
import type { FfmpegProgram } from './program.ts';

/** How much of its input is kept: enough to name what it was. */
const startBytes = 2_048;

export interface TranscodeInput {
  source: string;
  /** The guild whose share of decoders it uses. */
  owner: string;
  bytes: AsyncGenerator<Uint8Array>;
  formats: InputFormats;
  /** What isn't wanted of its start. */
  skip?: Skip | undefined;
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
    ffmpegArguments(input.encoding, input.formats, input.track, input.skip),
    signal,
  );
  const giveBack = await decoders.take(input.owner, signal);
  const child = startChild({ program, args, environment });
  child.once('error', giveBack).once('close', giveBack);
  const kill = () => killGroup(child);
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
