import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Publisher } from '#contracts/publisher.ts';

export interface Asked {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  /** A body larger than `bodyKeptMax` is kept only in part, from its beginning. */
  body: Buffer;
  bodyBytes: number;
  /** Hash of the whole body, lower-case hex. */
  bodySha256: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** An object leaves as JSON. */
  body?: unknown;
}

/** What happens to one write: it is lost before the effect, after it, in the middle of its answer, … */
export type Fault =
  | { kind: 'drop-before' }
  | { kind: 'drop-after' }
  | { kind: 'drop-during' }
  | { kind: 'late'; delayMs: number }
  | { kind: 'silent' }
  | { kind: 'answer'; answer: Answer }
  /** The effect happens; a gateway in between answers for the platform. */
  | { kind: 'answer-after'; answer: Answer }
  /** The connection ends in the middle of the body; `leave` leaves what the platform keeps of it. */
  | { kind: 'break-off'; afterBytes: number; leave: () => void };

/** A marker that the publication's effect bears, with what it says. */
export interface Effect {
  id: string;
  text: string;
}

export interface FakePlatform {
  /** `PublisherContext.address` */
  addresses: Record<string, string>;
  /** `HostHttpInit.routes`, for libraries that know one address. */
  routes?: Record<string, string>;
  /** What people would find there. */
  effects(): Effect[];
  server: FaultyServer;
  /** What the official description refuses; empty where there is none. */
  violations(): readonly string[];
  close(): Promise<void>;
}

const bodyKeptMax = 8 * 1024 * 1024;

/** An HTTP server on loopback whose writes meet the faults that are lined up for them. */
export class FaultyServer {
  readonly requests: Asked[] = [];
  /** By the number of the write they befall, counted from 0 after `expectFaults`. */
  #faults = new Map<number, Fault>();
  #writeCount = 0;
  #url = '';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #answer: (asked: Asked) => Answer | Promise<Answer>;
  readonly #observe: ((asked: Asked, answer: Answer) => void) | undefined;

  constructor(
    answer: (asked: Asked) => Answer | Promise<Answer>,
    observe?: (asked: Asked, answer: Answer) => void,
  ) {
    this.#answer = answer;
    this.#observe = observe;
    this.#server = createServer(async (request, response) => {
      const next = isWrite(request) ? this.#faults.get(this.#writeCount) : undefined;
      if (next?.kind === 'break-off') {
        this.#writeCount += 1;
        await breakOff(request, next.afterBytes);
        return next.leave();
      }
      const asked = await readAsked(request).catch(() => undefined);
      if (!asked) return;
      this.requests.push(asked);
      const fault = isWrite(asked) ? this.#faults.get(this.#writeCount++) : undefined;
      await this.#meet(fault, response, () => this.answer(asked));
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  get url(): string {
    return this.#url;
  }

  /** Writes since the last `expectFaults`. */
  get writeCount(): number {
    return this.#writeCount;
  }

  expectFaults(faults: Record<number, Fault>): void {
    this.#faults = new Map(Object.entries(faults).map(([number, fault]) => [Number(number), fault]));
    this.#writeCount = 0;
  }

  /** What is answered in place of the platform's own answer, which then does nothing; undefined: that. */
  instead: (asked: Asked) => Answer | undefined = () => undefined;

  /** What the platform behind it does and says, without the wire and its faults. */
  async answer(asked: Asked): Promise<Answer> {
    try {
      const given = this.instead(asked) ?? (await this.#answer(asked));
      this.#observe?.(asked, given);
      return given;
    } catch (error) {
      // A defect of the fake must not look like a fault of the platform.
      return { status: 418, body: { message: error instanceof Error ? error.stack : String(error) } };
    }
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #meet(fault: Fault | undefined, response: ServerResponse, run: () => Promise<Answer>): Promise<void> {
    switch (fault?.kind) {
      case 'drop-before':
        response.socket?.destroy();
        return;
      case 'silent':
        return;
      case 'answer':
        return send(response, fault.answer);
      case 'answer-after':
        await run();
        return send(response, fault.answer);
      case 'drop-after':
        await run();
        response.socket?.destroy();
        return;
      case 'drop-during': {
        const { status } = await run();
        response.writeHead(status, { 'content-type': 'application/json', 'content-length': '5000' });
        response.write('{"id":');
        setTimeout(() => response.socket?.destroy(), 15);
        return;
      }
      case 'late': {
        const answer = await run();
        setTimeout(() => send(response, answer), fault.delayMs);
        return;
      }
      default:
        return send(response, await run());
    }
  }
}

export function isWrite({ method }: { method?: string | undefined }): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** What changes something at this publisher's platform; asking for a token to read with doesn't. */
export function writesAt({ describe }: Pick<Publisher, 'describe'>): (asked: Asked) => boolean {
  return (asked) =>
    isWrite(asked) && !(asked.method === 'POST' && describe.signInPaths?.test(asked.path) === true);
}

async function breakOff(request: IncomingMessage, afterBytes: number): Promise<void> {
  let bytes = 0;
  // Leaving the loop early destroys the connection.
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes >= afterBytes) break;
  }
}

/** Rejects when the sender breaks off. */
export async function readAsked(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  const hash = createHash('sha256');
  let bodyBytes = 0;
  for await (const chunk of request) {
    hash.update(chunk as Buffer);
    if (bodyBytes < bodyKeptMax) chunks.push(chunk as Buffer);
    bodyBytes += (chunk as Buffer).length;
  }
  const url = new URL(request.url ?? '/', 'http://fake');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers as Record<string, string>,
    body: Buffer.concat(chunks),
    bodyBytes,
    bodySha256: hash.digest('hex'),
  };
}

export function send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  const isText = typeof body === 'string';
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, { ...(body !== undefined && { 'content-type': type }), ...headers });
  response.end(body === undefined ? undefined : isText ? body : JSON.stringify(body));
}
