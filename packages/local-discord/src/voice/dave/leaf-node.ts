import type { TlsReader } from './tls.ts';

const credentialTypeBasic = 1;
const sourceKeyPackage = 1;
const sourceUpdate = 2;
const sourceCommit = 3;

/** Reads past a LeafNode (RFC 9420, 7.2) and returns the user id in its credential. */
export function readLeafNode(reader: TlsReader): string {
  reader.vector(); // encryption key
  reader.vector(); // signature key
  const userId = readCredential(reader);
  for (let list = 0; list < 5; list += 1) reader.vector(); // capabilities
  readSource(reader);
  reader.vector(); // extensions
  reader.vector(); // signature
  return userId;
}

function readCredential(reader: TlsReader): string {
  const type = reader.u16();
  if (type !== credentialTypeBasic) throw new RangeError(`credential type ${type} is not basic`);
  const identity = reader.vector();
  if (identity.length !== 8) throw new RangeError(`an identity of ${identity.length} bytes is no user id`);
  return identity.readBigUInt64BE().toString();
}

function readSource(reader: TlsReader): void {
  const source = reader.u8();
  if (source === sourceKeyPackage)
    reader.bytes(16); // lifetime
  else if (source === sourceCommit)
    reader.vector(); // parent hash
  else if (source !== sourceUpdate) throw new RangeError(`leaf node source ${source} does not exist`);
}
