import { expect, test } from 'vitest';
import { sniffMediaType, statedMediaType } from '#publishing/artifacts/media-type.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const tar = Buffer.alloc(512);
tar.write('ustar', 257);

test.each<[string, Uint8Array]>([
  ['image/png', latin1('\x89PNG\r\n\x1a\n....')],
  ['image/jpeg', latin1('\xff\xd8\xff\xe0')],
  ['image/webp', latin1('RIFF....WEBPVP8 ')],
  ['audio/wav', latin1('RIFF....WAVEfmt ')],
  ['audio/ogg', latin1(`OggS${'\0'.repeat(24)}OpusHead`)],
  ['video/mp4', latin1('\0\0\0\x20ftypisom')],
  ['application/gzip', latin1('\x1f\x8b\x08\0')],
  ['application/x-tar', tar],
  ['text/html', latin1(' \n<!-- x --><!DOCTYPE html><html>')],
  ['image/svg+xml', latin1('<?xml version="1.0"?><svg>')],
  ['application/xml', latin1('<?xml version="1.0"?><a>')],
  ['text/plain', Buffer.from('Grüße\n')],
  ['text/plain', Buffer.from('日本').subarray(0, 5)],
  ['application/octet-stream', latin1('Gr\xfc\xdfe')],
  ['application/octet-stream', Buffer.from('a\0b')],
])('%s is told from the bytes', (mediaType, head) => expect(sniffMediaType(head)).toBe(mediaType));

test('what is stated counts, but octet-stream says nothing', () => {
  expect(statedMediaType('Text/HTML; charset=utf-8')).toBe('text/html');
  for (const text of [undefined, '', 'application/octet-stream'])
    expect(statedMediaType(text)).toBeUndefined();
  for (const text of ['text', 'a/b/c', 'a b/c', 'text/ht\nml', 'ä/b'])
    expect(() => statedMediaType(text)).toThrow(
      expect.objectContaining({ code: 'ARTIFACT_MEDIA_TYPE_INVALID' }),
    );
});
