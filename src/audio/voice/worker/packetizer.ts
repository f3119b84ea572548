import { createCipheriv, KeyObject } from 'node:crypto';
import type { ConnectionData, Networking } from '@discordjs/voice';
import { framePayloadBytesMax } from '#contracts/audio.ts';
import { advance } from './rtp-position.ts';

const headerBytes = 12;
const tagBytes = 16;
const nonceBytes = 4;
const ivBytes = 12;
/** What end-to-end encryption adds at most: tag, nonce, sizes and marker, with room to spare. */
const daveTrailerBytesMax = 64;
const packetBytesMax = headerBytes + framePayloadBytesMax + daveTrailerBytesMax + tagBytes + nonceBytes;
const nonceMax = 2 ** 32 - 1;

/**
 * Builds the packets of one voice session in one buffer: RTP header, AES-256-GCM, nonce. The library makes nine buffers
 * for each packet.
 *
 * Using one nonce twice under one key breaks GCM. So there is one counter, the library's own `nonce`, and with a
 * packetizer the library doesn't build packets itself. A buffer belongs to one session: should the kernel take a packet
 * later than the next is built, the same session sends the newer one twice, never another's.
 */
export class Packetizer {
  readonly #data: ConnectionData;
  readonly #key: KeyObject;
  readonly #packet = Buffer.alloc(packetBytesMax);
  readonly #header: Buffer;
  readonly #iv = Buffer.alloc(ivBytes);

  /** Undefined when this session's packets are better left to the library: another mode, or raw key bytes. */
  static takeOver(networking: Networking, data: ConnectionData): Packetizer | undefined {
    const key: unknown = data.secretKey;
    if (data.encryptionMode !== 'aead_aes256_gcm_rtpsize' || !(key instanceof KeyObject)) return undefined;
    networking.prepareAudioPacket = () => {
      throw new Error('the packets of this session are built by its packetizer alone');
    };
    return new Packetizer(data, key);
  }

  private constructor(data: ConnectionData, key: KeyObject) {
    this.#data = data;
    this.#key = key;
    this.#header = this.#packet.subarray(0, headerBytes);
    this.#header.writeUInt16BE(0x8078, 0);
    this.#header.writeUInt32BE(data.ssrc, 8);
  }

  builds(data: ConnectionData): boolean {
    return this.#data === data;
  }

  /** Valid until the next call. Throws when the payload is too long or the session has used up its nonces. */
  build(payload: Uint8Array): Buffer {
    const data = this.#data;
    const packet = this.#packet;
    if (headerBytes + payload.length + tagBytes + nonceBytes > packetBytesMax)
      throw new RangeError(`an Opus packet of ${payload.length} bytes is too long`);
    if (data.nonce >= nonceMax) throw new RangeError('every nonce of this voice session has been used');
    data.nonce++;
    packet.writeUInt16BE(data.sequence, 2);
    packet.writeUInt32BE(data.timestamp, 4);
    this.#iv.writeUInt32BE(data.nonce, 0);
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#iv);
    cipher.setAAD(this.#header);
    packet.set(cipher.update(payload), headerBytes);
    cipher.final();
    const tagAt = headerBytes + payload.length;
    packet.set(cipher.getAuthTag(), tagAt);
    packet.writeUInt32BE(data.nonce, tagAt + tagBytes);
    advance(data, 1, 1);
    data.packetsPlayed++;
    return packet.subarray(0, tagAt + tagBytes + nonceBytes);
  }
}
