import { artifactErrors } from './errors.ts';

/** How many bytes from the start `sniffMediaType` looks at. */
export const sniffBytes = 4_096;
const unknown = 'application/octet-stream';
const charsMax = 200;

/** RFC 9110 §8.3.1, without parameters. */
const mediaType = /^[a-z0-9!#$&^_.+-]{1,127}\/[a-z0-9!#$&^_.+-]{1,127}$/;

/** Lower-case and without parameters; undefined where the bytes must decide. Throws ARTIFACT_MEDIA_TYPE_INVALID. */
export function statedMediaType(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const essence = text.slice(0, charsMax).split(';')[0]?.trim().toLowerCase() ?? '';
  if (!mediaType.test(essence)) throw artifactErrors.ARTIFACT_MEDIA_TYPE_INVALID();
  return essence === unknown ? undefined : essence;
}

interface Signature {
  mediaType: string;
  /** Latin-1 text at a byte offset; all must match. */
  at: readonly (readonly [offset: number, bytes: string])[];
}

/** Longer and more specific ones first. */
const signatures: readonly Signature[] = [
  { mediaType: 'image/png', at: [[0, '\x89PNG\r\n\x1a\n']] },
  { mediaType: 'image/jpeg', at: [[0, '\xff\xd8\xff']] },
  { mediaType: 'image/gif', at: [[0, 'GIF87a']] },
  { mediaType: 'image/gif', at: [[0, 'GIF89a']] },
  {
    mediaType: 'image/webp',
    at: [
      [0, 'RIFF'],
      [8, 'WEBP'],
    ],
  },
  {
    mediaType: 'audio/wav',
    at: [
      [0, 'RIFF'],
      [8, 'WAVE'],
    ],
  },
  {
    mediaType: 'video/x-msvideo',
    at: [
      [0, 'RIFF'],
      [8, 'AVI '],
    ],
  },
  { mediaType: 'image/avif', at: [[4, 'ftypavif']] },
  { mediaType: 'image/heic', at: [[4, 'ftypheic']] },
  { mediaType: 'audio/mp4', at: [[4, 'ftypM4A']] },
  { mediaType: 'video/quicktime', at: [[4, 'ftypqt']] },
  { mediaType: 'video/mp4', at: [[4, 'ftyp']] },
  {
    mediaType: 'audio/ogg',
    at: [
      [0, 'OggS'],
      [28, 'OpusHead'],
    ],
  },
  {
    mediaType: 'audio/ogg',
    at: [
      [0, 'OggS'],
      [28, '\x01vorbis'],
    ],
  },
  { mediaType: 'application/ogg', at: [[0, 'OggS']] },
  { mediaType: 'audio/flac', at: [[0, 'fLaC']] },
  { mediaType: 'audio/mpeg', at: [[0, 'ID3']] },
  { mediaType: 'audio/mpeg', at: [[0, '\xff\xfb']] },
  { mediaType: 'video/webm', at: [[0, '\x1a\x45\xdf\xa3']] },
  { mediaType: 'application/pdf', at: [[0, '%PDF-']] },
  {
    mediaType: 'application/epub+zip',
    at: [
      [0, 'PK\x03\x04'],
      [30, 'mimetypeapplication/epub+zip'],
    ],
  },
  { mediaType: 'application/zip', at: [[0, 'PK\x03\x04']] },
  { mediaType: 'application/zip', at: [[0, 'PK\x05\x06']] },
  { mediaType: 'application/gzip', at: [[0, '\x1f\x8b\x08']] },
  { mediaType: 'application/zstd', at: [[0, '\x28\xb5\x2f\xfd']] },
  { mediaType: 'application/x-xz', at: [[0, '\xfd7zXZ\x00']] },
  { mediaType: 'application/x-bzip2', at: [[0, 'BZh']] },
  { mediaType: 'application/x-7z-compressed', at: [[0, '7z\xbc\xaf\x27\x1c']] },
  { mediaType: 'application/x-tar', at: [[257, 'ustar']] },
  { mediaType: 'application/wasm', at: [[0, '\0asm']] },
  { mediaType: 'application/vnd.sqlite3', at: [[0, 'SQLite format 3\0']] },
];

/** The type by the first bytes. Distinguishes text from other bytes; of texts only HTML, SVG and XML. */
export function sniffMediaType(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const known = signatures.find(({ at }) => at.every(([offset, bytes]) => text.startsWith(bytes, offset)));
  return known?.mediaType ?? textType(head) ?? unknown;
}

function textType(head: Uint8Array): string | undefined {
  const text = utf8Text(head);
  if (text === undefined) return undefined;
  const start = text.trimStart().slice(0, 512).toLowerCase();
  if (/^(<!--.*?-->\s*)*(<!doctype html|<html|<head|<body)/s.test(start)) return 'text/html';
  if (/^(<\?xml.*?\?>\s*)?(<!--.*?-->\s*)*(<!doctype svg|<svg)/s.test(start)) return 'image/svg+xml';
  return start.startsWith('<?xml') ? 'application/xml' : 'text/plain';
}

function utf8Text(head: Uint8Array): string | undefined {
  try {
    // `stream`: a character cut by the end of the head is no fault.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these never stand in text
    return /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
