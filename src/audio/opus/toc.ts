/** The first byte of an Opus packet gives its duration (RFC 6716 §3.1): enough to route it without decoding. */
import { framePayloadBytesMax } from '#contracts/audio.ts';

/** The silence frame of RFC 6716 decoders: what voice connections send between programmes. */
export const silencePayload: Uint8Array = Uint8Array.of(0xf8, 0xff, 0xfe);

export interface PacketShape {
  frameMs: number;
  frameCount: number;
}

/** Undefined for packets no decoder would accept: empty ones, and ones whose frame count is missing or zero. */
export function packetShape(packet: Uint8Array): PacketShape | undefined {
  const toc = packet[0];
  if (toc === undefined) return undefined;
  const frameCount = frameCountOf(toc, packet[1]);
  if (!frameCount) return undefined;
  return { frameMs: frameMsOf(toc >> 3), frameCount };
}

/** Whether a packet can travel as a frame: 20 ms as one frame or as two of 10 ms, within the size limit. */
export function isTwentyMsPacket(packet: Uint8Array): boolean {
  if (packet.length > framePayloadBytesMax) return false;
  const shape = packetShape(packet);
  if (!shape) return false;
  return (shape.frameMs === 20 && shape.frameCount === 1) || (shape.frameMs === 10 && shape.frameCount === 2);
}

export function isSilence(packet: Uint8Array): boolean {
  return packet.length === silencePayload.length && silencePayload.every((byte, i) => byte === packet[i]);
}

function frameCountOf(toc: number, second: number | undefined): number | undefined {
  const code = toc & 3;
  if (code === 0) return 1;
  if (code < 3) return 2;
  return second === undefined ? undefined : second & 63;
}

function frameMsOf(config: number): number {
  const size = config & 3;
  // SILK: 10, 20, 40, 60 ms; hybrid: 10, 20; CELT: 2.5, 5, 10, 20.
  if (config < 12) return size === 0 ? 10 : 20 * size;
  if (config < 16) return 10 * (1 + (config & 1));
  return 2.5 * 2 ** size;
}
