/** The cover in a file as a small JPEG: decoded in ffmpeg's jail, bounded in pixels, bytes and time. */
import { allowedFormats } from '../source/ffmpeg/arguments.ts';
import type { FfmpegProgram } from '../source/ffmpeg/program.ts';
import { runOnce } from '../source/ffmpeg/run-once.ts';

export const coverPxMax = 512;
export const coverBytesMax = 262_144;
/** A larger picture is left out: decoded, this many pixels are 100 MB. */
const pixelsMax = 25_000_000;
/** JPEG has 2 to 31, 2 the best; the second is used where the first makes too many bytes. */
const qualities = [4, 12];

/**
 * `stream`: its index in the file. `open`: the file's bytes from the start, asked for once for each attempt. Undefined
 * where it can't be decoded within the limits. Throws AUDIO_FFMPEG_*, what the bytes throw, the signal's reason.
 */
export async function readCover(
  ffmpeg: Pick<FfmpegProgram, 'commandLine'>,
  stream: number,
  open: () => AsyncGenerator<Uint8Array>,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  for (const quality of qualities) {
    const run = { args: coverArgs(stream, quality), bytes: open(), outputBytesMax: 4 * coverBytesMax };
    const { output: picture } = await runOnce(ffmpeg, run, signal);
    if (!picture || picture.length === 0) return undefined;
    if (picture.length <= coverBytesMax) return picture;
  }
  return undefined;
}

function coverArgs(stream: number, quality: number): string[] {
  const inside = `min(${coverPxMax}\\,iw):min(${coverPxMax}\\,ih)`;
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '1', '-max_pixels', `${pixelsMax}`],
    ...['-protocol_whitelist', 'pipe', '-format_whitelist', allowedFormats],
    ...['-codec_whitelist', 'mjpeg,png,webp,bmp,gif', '-i', 'pipe:0'],
    ...['-map', `0:${stream}`, '-frames:v', '1', '-map_metadata', '-1'],
    ...['-vf', `scale=${inside}:force_original_aspect_ratio=decrease,format=yuvj420p`],
    ...['-c:v', 'mjpeg', '-q:v', `${quality}`, '-f', 'image2pipe', 'pipe:1'],
  ];
}
