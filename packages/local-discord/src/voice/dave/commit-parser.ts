import { readLeafNode } from './leaf-node.ts';
import { TlsReader } from './tls.ts';

const mlsVersion = 1;
const wireFormatPublicMessage = 1;
const senderTypeMember = 1;
const contentTypeCommit = 3;
const proposalByReference = 2;

export interface ParsedCommit {
  groupId: bigint;
  /** The epoch it ends. */
  epoch: bigint;
  senderLeaf: number;
  /** References of its proposals, in its order, in hex. */
  references: string[];
  /** The MLSMessage alone. */
  commit: Buffer;
  /** A bare Welcome, if anyone was added. */
  welcome: Buffer | undefined;
}

/**
 * Takes apart what opcode 28 carries: a commit directly followed by a Welcome, with no length between them.
 * Throws `RangeError` for anything else.
 */
export function parseCommitWelcome(payload: Uint8Array): ParsedCommit {
  const reader = new TlsReader(payload);
  expect('MLS version', reader.u16(), mlsVersion);
  expect('wire format', reader.u16(), wireFormatPublicMessage);
  const group = reader.vector();
  expect('length of the group id', group.length, 8);
  const epoch = reader.u64();
  expect('sender type', reader.u8(), senderTypeMember);
  const senderLeaf = reader.u32();
  reader.vector(); // authenticated data
  expect('content type', reader.u8(), contentTypeCommit);
  const references = readReferences(reader.vector());
  if (reader.u8() === 1) {
    readLeafNode(reader);
    reader.vector(); // path nodes
  }
  reader.vector(); // signature
  reader.vector(); // confirmation tag
  reader.vector(); // membership tag
  const commit = reader.since(0);
  const welcome = reader.done ? undefined : reader.rest();
  return { groupId: group.readBigUInt64BE(), epoch, senderLeaf, references, commit, welcome };
}

/** Only the server proposes, so a commit names proposals and brings none of its own. */
function readReferences(list: Uint8Array): string[] {
  const reader = new TlsReader(list);
  const references: string[] = [];
  while (!reader.done) {
    expect('kind of proposal', reader.u8(), proposalByReference);
    references.push(reader.vector().toString('hex'));
  }
  return references;
}

function expect(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new RangeError(`${what} is ${actual}, not ${expected}`);
}
