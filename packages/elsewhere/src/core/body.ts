import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What one request may bring to be kept; the rest of a larger body is counted and hashed only. */
export const bodyKeptBytesMax = 32 * 1024 * 1024;

export interface Body {
  /** Whole, or empty when the body was larger than what is kept. */
  bytes: Buffer;
  isWhole: boolean;
  sizeBytes: number;
  sha256: string;
  md5: string;
}

export const noBody: Body = {
  bytes: Buffer.alloc(0),
  isWhole: true,
  sizeBytes: 0,
  sha256: createHash('sha256').digest('hex'),
  md5: createHash('md5').digest('hex'),
};

/** Rejects when the sender breaks off. */
export async function readBody(request: IncomingMessage, keptMax = bodyKeptBytesMax): Promise<Body> {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  let chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    sha256.update(bytes);
    md5.update(bytes);
    sizeBytes += bytes.byteLength;
    if (sizeBytes <= keptMax) chunks.push(bytes);
    else chunks = [];
  }
  return {
    bytes: Buffer.concat(chunks),
    isWhole: sizeBytes <= keptMax,
    sizeBytes,
    sha256: sha256.digest('hex'),
    md5: md5.digest('hex'),
  };
}
