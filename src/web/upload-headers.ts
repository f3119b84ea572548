import type { IncomingHttpHeaders } from 'node:http';
import { webErrors } from './errors.ts';

export interface UploadHeaders {
  sizeBytes: number;
  label: string;
  mediaType: string | undefined;
  expectedCid: string | undefined;
  idempotencyKey: string | undefined;
}

/** Throws WEB_LENGTH_REQUIRED or WEB_HEADER_INVALID. */
export function readUploadHeaders(headers: IncomingHttpHeaders): UploadHeaders {
  const length = headers['content-length'];
  if (length === undefined || !/^\d{1,15}$/.test(length) || headers['transfer-encoding'] !== undefined)
    throw webErrors.WEB_LENGTH_REQUIRED();
  return {
    sizeBytes: Number(length),
    label: labelOf(one(headers, 'x-artifact-label')),
    mediaType: mediaTypeOf(one(headers, 'content-type')),
    expectedCid: digestOf(one(headers, 'x-artifact-digest')),
    idempotencyKey: keyOf(one(headers, 'idempotency-key')),
  };
}

/** The type that curl adds automatically with `--data-binary` says nothing about the file. */
function mediaTypeOf(value: string | undefined): string | undefined {
  return /^application\/x-www-form-urlencoded\b/i.test(value ?? '') ? undefined : value;
}

function one(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** UTF-8, plain or percent-encoded. Node returns header bytes as Latin-1. */
function labelOf(value: string | undefined): string {
  const header = 'X-Artifact-Label';
  if (value === undefined) throw webErrors.WEB_HEADER_INVALID({ header, problem: 'is missing' });
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
    return decodeURIComponent(text);
  } catch {
    throw webErrors.WEB_HEADER_INVALID({ header, problem: 'is neither UTF-8 nor percent-encoded UTF-8' });
  }
}

function digestOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const [, hex] = /^(?:sha-?256[=:])?([0-9a-f]{64})$/i.exec(value.trim()) ?? [];
  if (hex) return hex.toLowerCase();
  throw webErrors.WEB_HEADER_INVALID({ header: 'X-Artifact-Digest', problem: 'is no sha-256 in hex' });
}

function keyOf(value: string | undefined): string | undefined {
  if (value === undefined || /^[\x21-\x7e]{1,255}$/.test(value)) return value;
  throw webErrors.WEB_HEADER_INVALID({
    header: 'Idempotency-Key',
    problem: 'must be 1 to 255 visible ASCII characters',
  });
}
