import { createDecipheriv, createHmac } from 'node:crypto';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import {
  type CiphersuiteImpl,
  type ClientState,
  decodeMlsMessage,
  defaultLifetime,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  type KeyPackage,
  mlsExporter,
  nobleCryptoProvider,
  type PrivateKeyPackage,
} from 'ts-mls';
import type {
  ListenerMember,
  ListenerMemberInit,
} from '../../../packages/local-discord/src/voice/dave/listener-member.ts';

const suiteName = 'MLS_128_DHKEMP256_AES128GCM_SHA256_P256';
const tagBytes = 8;
const welcomeMessageHead = Buffer.of(0, 1, 0, 3);

/**
 * A listener that shares no code with the bot's DAVE library: MLS by ts-mls, media frames by node:crypto. It
 * can be welcomed into a group; it offers its key package and never commits.
 */
export class TsMlsMember implements ListenerMember {
  readonly userId: string;
  readonly local = true;
  readonly connected = true;
  admitted = false;
  epochAuthenticator: Buffer | undefined;
  readonly #init: ListenerMemberInit;
  readonly #speakers: string[];
  readonly #keys = new Map<string, Buffer>();
  #suite: CiphersuiteImpl | undefined;
  #keyPackage: { publicPackage: KeyPackage; privatePackage: PrivateKeyPackage } | undefined;

  /** `speakers`: whose media keys to derive, since deriving takes a turn and decrypting must not. */
  constructor(init: ListenerMemberInit, speakers: string[]) {
    this.userId = init.userId;
    this.#init = init;
    this.#speakers = speakers;
    void this.#offerKeyPackage();
  }

  sendJson(op: VoiceOpcodes): void {
    if (op === VoiceOpcodes.DaveExecuteTransition) this.admitted = true;
  }

  sendBinary(op: VoiceOpcodes, payload: Uint8Array): void {
    if (op === VoiceOpcodes.DaveMlsWelcome) void this.#join(Buffer.from(payload));
  }

  /** It only listens. */
  encrypt(): undefined {}

  decrypt(speakerId: string, frame: Buffer): Uint8Array {
    const key = this.#keys.get(speakerId);
    if (key === undefined) throw new Error(`no key of ${speakerId}`);
    const trailerBytes = frame.readUInt8(frame.length - 3);
    const trailer = frame.subarray(frame.length - trailerBytes);
    const nonce = readUleb128(trailer.subarray(tagBytes, trailer.length - 3));
    if (nonce >>> 24 !== 0) throw new Error('a later key generation');
    const iv = Buffer.alloc(12);
    iv.writeUInt32LE(nonce, 8);
    const decipher = createDecipheriv('aes-128-gcm', key, iv, { authTagLength: tagBytes });
    decipher.setAuthTag(trailer.subarray(0, tagBytes));
    const sealed = frame.subarray(0, frame.length - trailerBytes);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  }

  close(): void {
    this.#keys.clear();
  }

  async #offerKeyPackage(): Promise<void> {
    this.#suite = await getCiphersuiteImpl(getCiphersuiteFromName(suiteName), nobleCryptoProvider);
    const identity = Buffer.alloc(8);
    identity.writeBigUInt64BE(BigInt(this.userId));
    this.#keyPackage = await generateKeyPackage(
      { credentialType: 'basic', identity },
      {
        versions: ['mls10'],
        ciphersuites: [suiteName],
        extensions: [],
        proposals: [],
        credentials: ['basic'],
      },
      defaultLifetime,
      [],
      this.#suite,
    );
    const message = encodeMlsMessage({
      version: 'mls10',
      wireformat: 'mls_key_package',
      keyPackage: this.#keyPackage.publicPackage,
    });
    this.#init.inbox.keyPackage(this, message);
  }

  async #join(payload: Buffer): Promise<void> {
    const message = decodeMlsMessage(Buffer.concat([welcomeMessageHead, payload.subarray(2)]), 0)?.[0];
    if (message?.wireformat !== 'mls_welcome' || !this.#suite || !this.#keyPackage)
      throw new Error('no Welcome');
    const { publicPackage, privatePackage } = this.#keyPackage;
    const state = await joinGroup(message.welcome, publicPackage, privatePackage, emptyPskIndex, this.#suite);
    this.epochAuthenticator = Buffer.from(state.keySchedule.epochAuthenticator);
    for (const speaker of this.#speakers)
      this.#keys.set(speaker, await this.#mediaKey(state, speaker, this.#suite));
    this.#init.inbox.transitionReady(this, payload.readUInt16BE(0));
  }

  async #mediaKey(state: ClientState, speaker: string, suite: CiphersuiteImpl): Promise<Buffer> {
    const context = Buffer.alloc(8);
    context.writeBigUInt64LE(BigInt(speaker));
    const { exporterSecret } = state.keySchedule;
    const base = await mlsExporter(exporterSecret, 'Discord Secure Frames v0', context, 16, suite);
    return firstKey(base);
  }
}

/** DeriveTreeSecret(base, "key", 0, 16) of RFC 9420: one block of HKDF-Expand, which takes a 16-byte secret. */
function firstKey(base: Uint8Array): Buffer {
  const label = Buffer.from('MLS 1.0 key');
  const info = Buffer.concat([Buffer.of(0, 16, label.length), label, Buffer.of(4, 0, 0, 0, 0)]);
  return createHmac('sha256', base).update(info).update(Buffer.of(1)).digest().subarray(0, 16);
}

function readUleb128(bytes: Uint8Array): number {
  let value = 0;
  for (const [index, byte] of bytes.entries()) value += (byte & 0x7f) * 2 ** (7 * index);
  return value;
}
