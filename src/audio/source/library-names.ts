/** What the names in a library show: which files are audio, which are lists, and how long names are abbreviated. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';

/** All that plays by name, plays in a folder. */
const audioExtensions = new Set(
  (
    '.opus .ogg .oga .spx .mp3 .mp2 .mpa .aac .adts .m4a .m4b .m4r .mp4 .m4v .mov .qt .3gp .3gpp .3g2 .mj2 ' +
    '.flac .wav .wave .rf64 .aif .aiff .aifc .webm .weba .mka .mkv .ac3 .eac3 .ec3 .ts .mts .m2ts .mpegts'
  ).split(' '),
);
const playlistExtensions = new Set('.m3u .m3u8 .pls .xspf .asx .wax .wvx'.split(' '));

/** Discord's limit for the value of a suggestion. */
export const shortNameLengthMax = 100;
/** Characters at the start of a long name that are kept: folders differ there, files at the end. */
const headLength = 40;
const tailLength = 46;
const digestLength = 10;
const shortName = new RegExp(`…#([0-9a-f]{${digestLength}})…`);

export function isAudioName(name: string): boolean {
  return audioExtensions.has(posix.extname(name).toLowerCase());
}

export function withoutExtension(name: string): string {
  return name.slice(0, name.length - posix.extname(name).length);
}

export function isPlaylistName(name: string): boolean {
  return playlistExtensions.has(posix.extname(name).toLowerCase());
}

/** The name, or for one that is too long its beginning and its end around a digest of the whole. */
export function shortNameOf(name: string): string {
  if (name.length <= shortNameLengthMax) return name;
  const graphemes = [...new Intl.Segmenter('en').segment(name.normalize('NFC'))].map(
    ({ segment }) => segment,
  );
  const tail = fitting(graphemes.toReversed(), tailLength).toReversed();
  return `${fitting(graphemes, headLength).join('')}…#${digestOf(name)}…${tail.join('')}`;
}

/** The name that a short one stands for. */
export function meantByShort(short: string, names: readonly string[]): string | undefined {
  const digest = shortName.exec(short)?.[1];
  return digest && names.find((name) => name.length > shortNameLengthMax && digestOf(name) === digest);
}

export function isShortName(name: string): boolean {
  return name.length <= shortNameLengthMax && shortName.test(name);
}

/** The same for every spelling of its letters: a library that moves to another system keeps its short names. */
function digestOf(name: string): string {
  return createHash('sha256').update(name.normalize('NFC')).digest('hex').slice(0, digestLength);
}

function fitting(graphemes: readonly string[], lengthMax: number): string[] {
  const kept: string[] = [];
  let length = 0;
  for (const grapheme of graphemes) {
    length += grapheme.length;
    if (length > lengthMax) break;
    kept.push(grapheme);
  }
  return kept;
}
