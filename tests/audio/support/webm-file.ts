import { opusHead } from './ogg-pages.ts';

/** Writes WebM, as odd as a test needs it. */
export function element(id: number, content: Uint8Array, sizeBytes = 4): Buffer {
  const idBytes = Buffer.from(id.toString(16).padStart(2, '0'), 'hex');
  return Buffer.concat([idBytes, size(content.length, sizeBytes), content]);
}

export function size(value: number, bytes: number): Buffer {
  const written = Buffer.alloc(bytes);
  written.writeUIntBE(value, 0, bytes);
  written[0] = (written[0] as number) | (0x80 >> (bytes - 1));
  return written;
}

export function unknownSize(id: number, content: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(id.toString(16), 'hex'),
    Buffer.of(0x01, ...Array(7).fill(0xff)),
    content,
  ]);
}

/** `trackNumber` in as many bytes as it needs; the packets laced as named. */
export function block(
  trackNumber: number,
  packets: readonly Uint8Array[],
  lacing: 'none' | 'xiph' | 'fixed' | 'ebml' = 'none',
): Buffer {
  const track = size(trackNumber, trackNumber < 0x7f ? 1 : trackNumber < 0x3fff ? 2 : 3);
  const flags = { none: 0, xiph: 2, fixed: 4, ebml: 6 }[lacing];
  const head = Buffer.concat([track, Buffer.of(0, 0, flags)]);
  if (lacing === 'none') return Buffer.concat([head, ...packets]);
  return Buffer.concat([head, Buffer.of(packets.length - 1), laceSizes(packets, lacing), ...packets]);
}

function laceSizes(packets: readonly Uint8Array[], lacing: 'xiph' | 'fixed' | 'ebml'): Buffer {
  const lengths = packets.slice(0, -1).map(({ length }) => length);
  if (lacing === 'fixed') return Buffer.alloc(0);
  if (lacing === 'xiph')
    return Buffer.from(
      lengths.flatMap((length) => [...Array(Math.floor(length / 255)).fill(255), length % 255]),
    );
  return Buffer.concat(
    lengths.map((length, index) =>
      index === 0 ? size(length, 2) : size(length - (lengths[index - 1] ?? 0) + 0x1fff, 2),
    ),
  );
}

export function trackEntry(
  number: number,
  codec = 'A_OPUS',
  type = 2,
  more: Uint8Array = Buffer.alloc(0),
): Buffer {
  const numberBytes = Buffer.alloc(3);
  numberBytes.writeUIntBE(number, 0, 3);
  return element(
    0xae,
    Buffer.concat([
      element(0xd7, numberBytes),
      element(0x83, Buffer.of(type)),
      element(0x86, Buffer.from(codec)),
      element(0x63a2, opusHead()),
      more,
    ]),
  );
}

/** Header, segment of unknown size, title, tracks; clusters follow. */
export function webmStart(tracks: readonly Buffer[], title = 'A film'): Buffer {
  const info = element(0x1549a966, element(0x7ba9, Buffer.from(title)));
  const rest = Buffer.concat([info, element(0x1654ae6b, Buffer.concat(tracks))]);
  return Buffer.concat([
    element(0x1a45dfa3, Buffer.from([0x42, 0x82, 0x84, ...Buffer.from('webm')])),
    unknownSize(0x18538067, rest),
  ]);
}

export function cluster(...blocks: Buffer[]): Buffer {
  return unknownSize(0x1f43b675, Buffer.concat([element(0xe7, Buffer.of(0)), ...blocks]));
}

export const simpleBlock = (content: Uint8Array) => element(0xa3, content);
export const blockGroup = (content: Uint8Array) =>
  element(0xa0, Buffer.concat([element(0xa1, content), element(0x75a2, Buffer.of(0, 1))]));
