import { pageChecksum } from '#audio/ogg/checksum.ts';

/** Writes Ogg Opus pages, as odd as a test needs them. */
export function oggPage(init: {
  serial: number;
  sequence: number;
  flags?: number;
  lacing: number[];
  body: Uint8Array;
}): Buffer {
  const page = Buffer.alloc(27 + init.lacing.length + init.body.length);
  page.write('OggS', 0, 'latin1');
  page.writeUInt8(init.flags ?? 0, 5);
  page.writeUInt32LE(init.serial, 14);
  page.writeUInt32LE(init.sequence, 18);
  page.writeUInt8(init.lacing.length, 26);
  page.set(init.lacing, 27);
  page.set(init.body, 27 + init.lacing.length);
  page.writeUInt32LE(pageChecksum(page, 0, page.length), 22);
  return page;
}

export function opusHead(channelCount = 2): Buffer {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 0, 'latin1');
  head.writeUInt8(1, 8);
  head.writeUInt8(channelCount, 9);
  head.writeUInt16LE(312, 10);
  head.writeUInt32LE(48_000, 12);
  return head;
}

export function opusTags(comments: string[]): Buffer {
  const sized = (text: string) => {
    const bytes = Buffer.from(text);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(bytes.length);
    return Buffer.concat([size, bytes]);
  };
  const count = Buffer.alloc(4);
  count.writeUInt32LE(comments.length);
  return Buffer.concat([Buffer.from('OpusTags'), sized('test'), count, ...comments.map(sized)]);
}

/** A link: head, tags, and each packet on a page of its own (shorter than 255 bytes each). */
export function oggLink(serial: number, packets: Uint8Array[], title = 'link'): Buffer {
  const all = [opusHead(), opusTags([`TITLE=${title}`]), ...packets];
  const pages = all.map((body, sequence) =>
    oggPage({ serial, sequence, flags: sequence === 0 ? 2 : 0, lacing: [body.length], body }),
  );
  return Buffer.concat(pages);
}

/** A distinct 20 ms CELT packet. */
export function opusPacket(index: number, bytes = 60): Uint8Array {
  const packet = new Uint8Array(bytes).fill(index & 0xff);
  packet[0] = 0xfc;
  packet[1] = index >> 8;
  return packet;
}
