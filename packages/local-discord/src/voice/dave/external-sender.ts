import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { u8, u16, u32, u64, vector } from './tls.ts';

const mlsVersion = 1;
const wireFormatPublicMessage = 1;
const senderTypeExternal = 2;
const contentTypeProposal = 2;
const credentialTypeBasic = 1;
const proposalTypeAdd = 1;
const proposalTypeRemove = 3;

export type Proposal =
  | { kind: 'add'; keyPackage: Uint8Array }
  /** By position in the group's tree. */
  | { kind: 'remove'; leaf: number };

export interface SignedProposal {
  /** An MLSMessage, as members get it. */
  message: Buffer;
  /** By which a commit names it, in hex. */
  reference: string;
}

/**
 * The voice server's part in MLS: no member, but allowed to propose who comes and goes (RFC 9420, 12.1.8).
 * What it signs does not cover the group's context, so it needs to know nothing but the group's id and epoch.
 */
export class ExternalSender {
  readonly #privateKey: KeyObject;
  /** What opcode 25 carries. */
  readonly description: Buffer;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([
      u8(4),
      Buffer.from(x ?? '', 'base64url'),
      Buffer.from(y ?? '', 'base64url'),
    ]);
    this.#privateKey = privateKey;
    this.description = Buffer.concat([vector(point), u16(credentialTypeBasic), vector(u64(0n))]);
  }

  propose(channelId: string, epoch: bigint, proposal: Proposal): SignedProposal {
    const content = Buffer.concat([
      vector(u64(BigInt(channelId))),
      u64(epoch),
      u8(senderTypeExternal),
      u32(0),
      vector(),
      u8(contentTypeProposal),
      encodeProposal(proposal),
    ]);
    const toSign = Buffer.concat([u16(mlsVersion), u16(wireFormatPublicMessage), content]);
    const signature = this.#sign('FramedContentTBS', toSign);
    const authenticated = Buffer.concat([u16(wireFormatPublicMessage), content, vector(signature)]);
    return {
      message: Buffer.concat([u16(mlsVersion), authenticated]),
      reference: referenceOf(authenticated),
    };
  }

  #sign(label: string, content: Uint8Array): Buffer {
    const input = Buffer.concat([vector(Buffer.from(`MLS 1.0 ${label}`)), vector(content)]);
    return sign('sha256', input, this.#privateKey);
  }
}

function encodeProposal(proposal: Proposal): Buffer {
  if (proposal.kind === 'add') return Buffer.concat([u16(proposalTypeAdd), proposal.keyPackage]);
  return Buffer.concat([u16(proposalTypeRemove), u32(proposal.leaf)]);
}

function referenceOf(authenticatedContent: Uint8Array): string {
  return createHash('sha256')
    .update(vector(Buffer.from('MLS 1.0 Proposal Reference')))
    .update(vector(authenticatedContent))
    .digest('hex');
}
