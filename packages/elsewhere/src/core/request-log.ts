import { randomUUID } from 'node:crypto';
import type { Body } from './body.ts';
import { BoundedMap } from './bounded-map.ts';

/** For all services together. */
export const requestsKeptMax = 300;
/** For each body, and each answer. */
export const bodyShownBytesMax = 16 * 1024;

export interface LoggedBody {
  text: string;
  /** Why the text isn't the body: binary, or longer. */
  note?: string;
}

export interface LoggedRequest {
  readonly id: string;
  readonly service: string;
  readonly atMs: number;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: LoggedBody;
  /** Undefined while it is being answered. */
  answer?: { status: number; headers: readonly (readonly [string, string])[]; body: LoggedBody };
  /** What the switches did to it. */
  fault?: string;
}

const secretHeaders = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);
/** Enough to recognise a token that was copied here, too little of a real one that was entered by mistake. */
const secretShownLength = 16;

export class RequestLog {
  readonly #kept = new BoundedMap<string, LoggedRequest>(requestsKeptMax);

  add(request: Omit<LoggedRequest, 'id' | 'atMs' | 'body'> & { body: Body }): LoggedRequest {
    const { service, method, url, headers, body } = request;
    const logged: LoggedRequest = {
      id: randomUUID(),
      atMs: Date.now(),
      service,
      method,
      url,
      headers: headers.map(([name, value]) => [name, shownHeader(name, value)]),
      body: body.isWhole
        ? loggedBody(body.bytes)
        : { text: '', note: `${body.sizeBytes} bytes, more than what is kept` },
    };
    this.#kept.set(logged.id, logged);
    return logged;
  }

  get(id: string): LoggedRequest | undefined {
    return this.#kept.get(id);
  }

  /** Newest first. */
  of(service: string, countMax: number): LoggedRequest[] {
    return this.#kept
      .newest()
      .filter((request) => request.service === service)
      .slice(0, countMax);
  }
}

export function loggedBody(bytes: Uint8Array): LoggedBody {
  const shown = Buffer.from(bytes.subarray(0, bodyShownBytesMax));
  // A character may be cut at the end.
  const text = new TextDecoder('utf-8').decode(shown, { stream: true });
  if (shown.includes(0)) return { text: '', note: `${bytes.byteLength} bytes, not text` };
  return bytes.byteLength > bodyShownBytesMax
    ? { text, note: `the first ${bodyShownBytesMax} of ${bytes.byteLength} bytes` }
    : { text };
}

function shownHeader(name: string, value: string): string {
  if (!secretHeaders.has(name.toLowerCase()) || value.length <= secretShownLength) return value;
  return `${value.slice(0, secretShownLength)}… (${value.length} characters)`;
}
