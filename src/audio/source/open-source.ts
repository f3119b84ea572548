/**
 * A source as 20 ms Opus packets: Ogg Opus with such packets as it is, everything else through ffmpeg.
 *
 * prism-media is not used: its Ogg demuxer loses chained and continued streams, its WebM demuxer the last packet
 * of a BlockGroup, and its ffmpeg wrapper neither owns a process group nor bounds what ffmpeg says.
 */
import type { Clock } from '#core/clock.ts';
import type { FfmpegProgram } from './ffmpeg/program.ts';
import { transcode } from './ffmpeg/transcode.ts';
import { type ByteSource, type ByteSourceInit, openBytes } from './open-bytes.ts';
import { passThrough } from './pass-through.ts';
import { probe } from './probe.ts';

export interface OpenedSource {
  packets: AsyncGenerator<Uint8Array>;
  pace: ByteSource['pace'];
  title: string;
  passedThrough: boolean;
  /** Frees everything, ffmpeg included; idempotent. */
  close(): void;
}

export interface SourceComponents {
  clock: Clock;
  ffmpeg: FfmpegProgram;
}

export interface SourceInit extends Omit<ByteSourceInit, 'onTitle'> {
  bitrateKbps: number;
}

export interface SourceRequest {
  source: string;
  /** Decode even what could be passed through. */
  decode: boolean;
  onTitle: (title: string) => void;
}

/** Resolves once the kind of source is known. Aborting closes it; so must whoever stops reading, by `close`. */
export async function openSource(
  components: SourceComponents,
  init: SourceInit,
  request: SourceRequest,
  signal: AbortSignal,
): Promise<OpenedSource> {
  const { onTitle, source } = request;
  const opened = await openBytes(components.clock, { ...init, onTitle }, source, signal);
  const stop = new AbortController();
  const close = () => {
    signal.removeEventListener('abort', close);
    stop.abort();
    opened.close();
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    const { way, bytes } = await probe(source, opened);
    const passedThrough = way === 'pass' && !request.decode;
    if (!passedThrough) await components.ffmpeg.check(stop.signal);
    const packets = passedThrough
      ? passThrough(bytes, onTitle)
      : transcode(components.ffmpeg, { source, bytes, bitrateKbps: init.bitrateKbps }, stop.signal);
    return { packets, pace: opened.pace, title: opened.title, passedThrough, close };
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw error;
  }
}
