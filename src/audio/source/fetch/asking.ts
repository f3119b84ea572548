import type { LookupFunction } from 'node:net';
import { errnoOf } from '#storage/files/errno.ts';

/** How every source is requested, whatever protocol answers. */
export interface FetcherInit {
  allowedPrivateHosts: readonly string[];
  /** For connecting and for the head of each answer. */
  openTimeoutMs: number;
  lookup?: LookupFunction;
}

export const headerBytesMax = 16_384;

export const sourceRequestHeaders = {
  'user-agent': 'guildmesh (audio source)',
  accept: 'audio/*, application/ogg, */*;q=0.5',
  'accept-encoding': 'identity',
  'icy-metadata': '1',
} as const;

/**
 * Whether the answer holds everything that was requested without a range. Some servers call that a part (206): it is
 * one only where its Content-Range says so.
 */
export function isWhole({
  headers,
  status,
}: {
  headers: ReadonlyMap<string, string>;
  status: number;
}): boolean {
  if (status === 200 || status === 203) return true;
  const range = headers.get('content-range')?.trim();
  const [, last, size] = /^bytes\s+0-(\d+)\/(\d+)$/i.exec(range ?? '') ?? [];
  return status === 206 && (range === undefined || (last !== undefined && Number(last) + 1 === Number(size)));
}

/** What came in place of a record of TLS: OpenSSL reads its first bytes as a version or a length. */
const notTls =
  /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER_FAILURE|UNEXPECTED_MESSAGE)/;

/** A few words for people; the cause keeps the rest for the log. */
export function reasonOf(error: unknown): string {
  const code = errnoOf(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name doesn’t resolve';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'it didn’t answer in time';
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return 'it accepted the connection but didn’t answer in time';
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'the head of its answer is too long';
  if (error instanceof Error && error.name === 'HTTPParserError') return 'it doesn’t speak HTTP';
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE')
    return 'it closed the connection without an answer';
  if (code === undefined) return 'the connection failed';
  if (/CERT|SELF_SIGNED|^UNABLE_TO_|CRL|^INVALID_(?:CA|PURPOSE)$|HOSTNAME_MISMATCH/.test(code))
    return 'its certificate is not accepted';
  if (notTls.test(code)) return 'it doesn’t speak TLS there: begin the address with http://';
  if (/SSL|TLS|^EPROTO$/.test(code)) return 'it and the hub agree on no encryption';
  return 'the connection failed';
}
