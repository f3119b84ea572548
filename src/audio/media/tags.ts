/** Tags of any file that ffmpeg reads, without decoding: in its jail, the bytes by pipe. */
import { allowedFormats } from '../source/ffmpeg/arguments.ts';
import type { FfmpegProgram } from '../source/ffmpeg/program.ts';
import { runOnce } from '../source/ffmpeg/run-once.ts';
import { rawLengthMax, tagLine } from './tag-line.ts';

/** All tags of a file, of which we keep three; a file with more has none for us. */
const tagsBytesMax = 4 * 1_048_576;

export interface Tags {
  title?: string | undefined;
  artist?: string | undefined;
  album?: string | undefined;
  /** As the file's header says; a pipe gives none for MP3, Ogg and WAV. */
  durationMs?: number | undefined;
  /** Index of the stream that is the cover. */
  coverStream?: number | undefined;
}

const args = [
  ...['-nostdin', '-hide_banner', '-loglevel', 'info', '-threads', '1'],
  // No codec: nothing is decoded, not even to learn of it.
  ...['-protocol_whitelist', 'pipe', '-format_whitelist', allowedFormats, '-codec_whitelist', 'none'],
  ...['-probesize', '1048576', '-analyzeduration', '200000', '-i', 'pipe:0'],
  ...['-map', '0:a:0', '-c', 'copy', '-t', '0', '-f', 'ffmetadata', 'pipe:1'],
];

/** `tags` is undefined where ffmpeg finds no sound; `complaint` says why. Throws AUDIO_FFMPEG_*, what `bytes` throws, the signal's reason. */
export async function readTags(
  ffmpeg: Pick<FfmpegProgram, 'commandLine'>,
  bytes: AsyncGenerator<Uint8Array>,
  signal: AbortSignal,
): Promise<{ tags: Tags | undefined; complaint: string }> {
  const found: Pick<Tags, 'durationMs' | 'coverStream'> = {};
  const onLine = (line: string) => {
    found.durationMs ??= durationIn(line);
    found.coverStream ??= coverIn(line);
  };
  const run = { args, bytes, outputBytesMax: tagsBytesMax, onLine };
  const { complaint, output } = await runOnce(ffmpeg, run, signal);
  // Even without tags it writes a first line, but for a file without sound nothing at all.
  if (!output || output.length === 0) return { tags: undefined, complaint };
  return { tags: { ...parseTags(output.toString('utf8')), ...found }, complaint };
}

/**
 * The format that ffmpeg calls ffmetadata: `name=value` in lines, sections in brackets, and a backslash before what
 * would mean something. Ogg has its tags in the section of the stream.
 */
export function parseTags(text: string): Tags {
  const tags = new Map<string, string>();
  for (const line of unescapedLines(text)) {
    const split = line.indexOf('=');
    const name = line.slice(0, Math.max(0, split)).toLowerCase();
    if (!wanted.has(name) || tags.has(name)) continue;
    const value = tagLine(line.slice(split + 1));
    if (value) tags.set(name, value);
  }
  return {
    title: tags.get('title'),
    artist: tags.get('artist') ?? tags.get('album_artist'),
    album: tags.get('album'),
  };
}

const wanted: ReadonlySet<string> = new Set(['title', 'artist', 'album_artist', 'album']);

function unescapedLines(text: string): string[] {
  return [...text.matchAll(/(?:\\[\s\S]|[^\\\n])+/g)].map(([line]) =>
    line.slice(0, 2 * rawLengthMax).replace(/\\([\s\S])/g, '$1'),
  );
}

function durationIn(line: string): number | undefined {
  const [, hours, minutes, seconds] = /^ {2}Duration: (\d+):(\d\d):(\d\d\.\d+)/.exec(line) ?? [];
  const durationMs = Math.round((Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000);
  return durationMs > 0 ? durationMs : undefined;
}

function coverIn(line: string): number | undefined {
  const index = /^ {2}Stream #0:(\d+)\S*: Video: .*\(attached pic\)/.exec(line)?.[1];
  return index === undefined ? undefined : Number(index);
}
