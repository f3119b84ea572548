import { readLeafNode } from './leaf-node.ts';
import { TlsReader } from './tls.ts';

const mlsVersion = 1;
const wireFormatKeyPackage = 5;
/** MLS_128_DHKEMP256_AES128GCM_SHA256_P256 */
const cipherSuite = 2;

export interface KeyPackage {
  /** The bare KeyPackage, whether or not it came inside an MLSMessage. */
  bytes: Buffer;
  userId: string;
}

/** Reads what opcode 26 carries. Throws `RangeError` for anything but one key package of DAVE's suite. */
export function parseKeyPackage(payload: Uint8Array): KeyPackage {
  const reader = new TlsReader(payload);
  let start = 0;
  let version = reader.u16();
  let suite = reader.u16();
  // The protocol text says MLSMessage; clients send the bare KeyPackage.
  if (suite === wireFormatKeyPackage) {
    start = reader.offset;
    version = reader.u16();
    suite = reader.u16();
  }
  if (version !== mlsVersion) throw new RangeError(`MLS version ${version} is not 1`);
  if (suite !== cipherSuite) throw new RangeError(`cipher suite ${suite} is not ${cipherSuite}`);
  reader.vector(); // init key
  const userId = readLeafNode(reader);
  reader.vector(); // extensions
  reader.vector(); // signature
  if (!reader.done) throw new RangeError('bytes follow the key package');
  return { bytes: reader.since(start), userId };
}
