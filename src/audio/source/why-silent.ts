/**
 * Why a source gave no sound, from what was seen of it. These sentences are made only here: none says more than was
 * seen, and each names the fitting next step.
 */
import type { GuildmeshError } from '#core/errors.ts';
import { audioErrors, shown } from '../errors.ts';
import { closedCodecs, closedFormats, noSound } from './closed-formats.ts';

/** An answer of a server that isn't the file. */
export interface SeenAnswer {
  url: URL;
  status: number;
  /** The phrase that SHOUTcast writes after its number. */
  phrase?: string | undefined;
  headers: ReadonlyMap<string, string>;
}

export interface SeenBytes {
  source: string;
  /** The first bytes; empty when none came. */
  start: Uint8Array;
}

export interface SeenDecoding extends SeenBytes {
  /** ffmpeg's messages. */
  complaint: string;
}

/** AUDIO_HTTP_STATUS, or AUDIO_PARTS_REFUSED where a part was asked for. */
export function whyNotAnswered(answer: SeenAnswer, isPart = false): GuildmeshError {
  const { phrase = '', status, url } = answer;
  const { host } = url;
  if (isPart && status === 200) return audioErrors.AUDIO_PARTS_REFUSED({ host });
  const said = `HTTP status ${status}${phrase ? ` “${shown(phrase).slice(0, 60)}”` : ''}`;
  const { meaning, next } = meaningOfPhrase(phrase) ?? meaningOfStatus(answer);
  return audioErrors.AUDIO_HTTP_STATUS({ host, status, meaning: `${meaning} (${said})`, next });
}

interface Meaning {
  meaning: string;
  next: string;
}

const elsewhere = 'Try it again later, or give another address of the station.';

function meaningOfPhrase(phrase: string): Meaning | undefined {
  if (/\b(full|busy|too many|max\w*|limit)\b/i.test(phrase))
    return { meaning: 'is full and takes no more listeners', next: elsewhere };
  if (/unavailable|not available|no source|offline/i.test(phrase))
    return { meaning: 'is off the air', next: elsewhere };
  return undefined;
}

function meaningOfStatus({ headers, status, url }: SeenAnswer): Meaning {
  if (status === 404 || status === 410) return meaningOfMissing(url, headers.get('server') ?? '');
  if (status === 401 || status === 407)
    return {
      meaning: 'asks for a name and a password, which are not sent',
      next: 'Give an address that is open to everybody.',
    };
  if (status === 403)
    return {
      meaning: 'refuses to be heard from here',
      next: 'Open it in a browser: a station that plays there is closed to programs or other countries, or it is full.',
    };
  if (status === 429) return { meaning: 'is asked too often', next: elsewhere };
  if (status === 451)
    return { meaning: 'may not give it away, for legal reasons', next: 'Give another address.' };
  if (status >= 500) return { meaning: 'has trouble of its own', next: elsewhere };
  return {
    meaning: 'answered with something else than sound',
    next: 'Try the address in a browser, or try again later.',
  };
}

function meaningOfMissing(url: URL, server: string): Meaning {
  if (/icecast/i.test(server))
    return {
      meaning: `has nobody on the air at “${shown(url.pathname)}”`,
      next: 'Check the name of the mount; if its programme begins later, start it again then.',
    };
  return {
    meaning: 'has nothing at that path',
    next: 'Check the path of the address: nothing is there.',
  };
}

/** AUDIO_NOT_AUDIO for input that no decoder can read; undefined for input that one should try. */
export function whyNotDecoded({ source, start }: SeenBytes): GuildmeshError | undefined {
  if (start.length === 0)
    return notAudio(source, 'it is empty', 'Check that the file or station has any sound.');
  const text = Buffer.from(start)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (/^<(?:\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<?(?:rss|feed)[\s>]/is.test(text))
    return notAudio(source, 'it is the feed of a podcast', 'Give the address of one of its episodes.');
  if (/^<\?xml/i.test(text) && !/<html[\s>]/i.test(text))
    return notAudio(source, 'it is data in XML', otherSource);
  if (!/^<(!doctype|html|head|body|\?xml)/i.test(text)) return undefined;
  const title = /<title[^>]*>([^<]{1,80})/i.exec(text)?.[1]?.trim();
  return notAudio(
    source,
    title ? `it is a web page, “${title}”` : 'it is a web page',
    'Open it in a browser and give the address of the sound itself, often one that ends in .mp3, .aac, .m3u or .pls.',
  );
}

/** AUDIO_NOT_AUDIO, or AUDIO_CODEC_CLOSED with the name of the codec that isn't decoded. */
export function whyNoSound(
  { source, start, complaint }: SeenDecoding,
  options?: { cause?: unknown },
): GuildmeshError {
  const codecs = [...complaint.matchAll(/Codec \((\w+)\) not on whitelist/g)].map(([, name = '']) => name);
  const codec = codecs.map((name) => closedCodecs[name]).find(Boolean) ?? unknownCodec(complaint);
  const isWithoutTrack = /matches no streams|does not contain any stream/.test(complaint);
  const closed = (name: string) =>
    audioErrors.AUDIO_CODEC_CLOSED({ source: shown(source), codec: name }, options);
  if (codec && !isWithoutTrack) return closed(codec);
  const format = /\[(\w+) @ [^\]]*\] Format not on whitelist/.exec(complaint)?.[1];
  const kindOfFile = format && noSound[format];
  if (kindOfFile) return notAudio(source, `it is ${kindOfFile}`, otherSource, options);
  if (format !== undefined) return closed(closedFormats[format] ?? `“${format}”`);
  const found = soundless(start, complaint, isWithoutTrack);
  return notAudio(source, found.what, found.next, options);
}

const otherSource = 'Give the address or file of the sound itself.';

function soundless(
  start: Uint8Array,
  complaint: string,
  isWithoutTrack: boolean,
): { what: string; next: string } {
  const text = Buffer.from(start).toString('latin1');
  if (text === '') return { what: 'it is empty', next: otherSource };
  const anotherFile = 'Give another file; this one has to be exported again with its sound.';
  if (/moov atom not found|stream 0, offset/.test(complaint))
    return {
      what: 'its index is at the end, so it can’t be read as it comes',
      next: 'Put its index to the start: ffmpeg -i in.m4a -c copy -movflags +faststart out.m4a.',
    };
  if (isWithoutTrack) return { what: 'it has a picture and no audio track', next: anotherFile };
  if (text.startsWith('ID3') && /APIC|PIC\0/.test(text))
    return { what: 'it holds a cover and tags, and no sound behind them', next: anotherFile };
  if (text.startsWith('ID3')) return { what: 'it holds tags, and no sound behind them', next: anotherFile };
  const kind = kinds.find(([magic]) => magic.test(text))?.[1];
  if (kind) return { what: `it is ${kind}`, next: otherSource };
  if (!/error|invalid|could not|failed|not found/i.test(complaint))
    return { what: 'its sound is 0 seconds long', next: anotherFile };
  return {
    what: 'nothing in it can be decoded: it is damaged, or of a kind that isn’t known here',
    next: 'Give MP3, AAC, FLAC, Vorbis, Opus, WAV, AIFF, AC-3, WebM, Matroska, MP4 or MPEG-TS.',
  };
}

/** Recognised by their beginning. None of them is ever sound. */
const kinds: readonly [RegExp, string][] = [
  [/^(?:\x89PNG|\xff\xd8\xff|GIF8|RIFF.{4}WEBP|BM.{4}\0\0\0\0)/s, 'a picture'],
  [/^%PDF/, 'a PDF'],
  [/^(?:PK[^ -~]|Rar!|7z\xbc\xaf|[^ -~]\x8b|BZh|\xfd7zXZ)/, 'a packed archive'],
  [/^MThd/, 'MIDI, which is notes and no sound'],
  [/^(?:[^ -~]ELF|MZ)/, 'a program'],
  [/^d\d+:/, 'a torrent'],
  [/^\s*[[{]/, 'data in JSON'],
  [/^[\s -~]{64}/, 'text'],
];

/** For a codec that ffmpeg knows but has no decoder for. */
function unknownCodec(complaint: string): string | undefined {
  const name = /Decoder \(codec (\w+)\) not found/.exec(complaint)?.[1];
  return name && (closedCodecs[name] ?? `“${name}”`);
}

function notAudio(source: string, found: string, next: string, options?: { cause?: unknown }) {
  return audioErrors.AUDIO_NOT_AUDIO({ source: shown(source), found, next }, options);
}
