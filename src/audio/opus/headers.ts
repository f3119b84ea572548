/** The two header packets of an Ogg Opus link (RFC 7845 §5). */

import { readForeignBytes } from '#core/text/foreign-bytes.ts';

export interface OpusHead {
  channelCount: number;
  /** Samples at 48 kHz a decoder throws away at the start. */
  preSkipSamples: number;
  /** Q7.8 dB that a decoder applies to all audio. */
  outputGain: number;
  mappingFamily: number;
}

export interface OpusTags {
  title?: string;
  artist?: string;
  album?: string;
}

/** Samples a decoder throws away at the start: 80 ms, as RFC 7845 §4.2 asks of a stream that starts in the middle. */
export const preSkipSamples = 3_840;
const sampleRateHz = 48_000;

const headMagic = Buffer.from('OpusHead');
const tagsMagic = Buffer.from('OpusTags');
const headBytesMin = 19;
const commentsMax = 256;
const commentBytesMax = 1_024;

export function isOpusHead(packet: Uint8Array): boolean {
  return startsWith(packet, headMagic);
}

export function isOpusTags(packet: Uint8Array): boolean {
  return startsWith(packet, tagsMagic);
}

/** RFC 7845 §5.1: two channels, mapping family 0, which doesn't restrict how each packet is coded. */
export function opusHead(): Uint8Array {
  const packet = Buffer.alloc(19);
  packet.write('OpusHead', 0, 'latin1');
  packet[8] = 1;
  packet[9] = 2;
  packet.writeUInt16LE(preSkipSamples, 10);
  packet.writeUInt32LE(sampleRateHz, 12);
  return packet;
}

/** RFC 7845 §5.2: a packet of comments without any. */
export function plainTags(): Uint8Array {
  const vendor = Buffer.from('guildmesh');
  const packet = Buffer.alloc(8 + 4 + vendor.length + 4);
  packet.write('OpusTags', 0, 'latin1');
  packet.writeUInt32LE(vendor.length, 8);
  packet.set(vendor, 12);
  return packet;
}

/** Undefined for a head that today's decoders must not accept: too short, or of another major version. */
export function parseOpusHead(packet: Uint8Array): OpusHead | undefined {
  if (!isOpusHead(packet) || packet.length < headBytesMin) return undefined;
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  if (bytes.readUInt8(8) & 0xf0) return undefined;
  const channelCount = bytes.readUInt8(9);
  if (channelCount === 0) return undefined;
  return {
    channelCount,
    preSkipSamples: bytes.readUInt16LE(10),
    outputGain: bytes.readInt16LE(16),
    mappingFamily: bytes.readUInt8(18),
  };
}

export function parseOpusTags(packet: Uint8Array): OpusTags {
  return isOpusTags(packet) ? readComments(packet, tagsMagic.length) : {};
}

/**
 * A Vorbis comment, from its vendor on, as Opus, Vorbis and FLAC have it. Reads what fits: a comment that claims more
 * bytes than there are ends the list.
 */
export function readComments(packet: Uint8Array, start: number): OpusTags {
  const tags: OpusTags = {};
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  const vendor = readSized(bytes, start);
  if (!vendor || vendor.end + 4 > bytes.length) return tags;
  const count = Math.min(bytes.readUInt32LE(vendor.end), commentsMax);
  let at = vendor.end + 4;
  for (let index = 0; index < count; index++) {
    const comment = readSized(bytes, at);
    if (!comment) break;
    at = comment.end;
    keepComment(
      tags,
      readForeignBytes(bytes.subarray(comment.start, Math.min(at, comment.start + commentBytesMax))),
    );
  }
  return tags;
}

function keepComment(tags: OpusTags, comment: string): void {
  const split = comment.indexOf('=');
  const name = comment.slice(0, Math.max(split, 0)).toLowerCase();
  if (name === 'title' || name === 'artist' || name === 'album')
    tags[name] ??= comment.slice(split + 1).trim();
}

function readSized(bytes: Buffer, at: number): { start: number; end: number } | undefined {
  if (at + 4 > bytes.length) return undefined;
  const start = at + 4;
  const end = start + bytes.readUInt32LE(at);
  return end <= bytes.length ? { start, end } : undefined;
}

function startsWith(packet: Uint8Array, magic: Uint8Array): boolean {
  return packet.length >= magic.length && magic.every((byte, index) => packet[index] === byte);
}
