import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayTap } from './gateway-tap.ts';

export interface SentRequest {
  method: string;
  path: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was on the wire
  body: any;
  authorization: string;
  atMs: number;
}

/** Sits between the bot and Discord's REST API and keeps every request, so that tests see what really left. */
export class RecordingProxy {
  readonly requests: SentRequest[] = [];
  /** Answers instead of Discord when it returns something. */
  intercept:
    | ((
        sent: SentRequest,
      ) => { status: number; body?: unknown; headers?: Record<string, string> } | undefined)
    | undefined;
  readonly gateway: GatewayTap;
  readonly #target: URL;
  readonly #server: Server;

  constructor(targetUrl: string) {
    this.#target = new URL(targetUrl);
    this.#server = createServer((incoming, answer) => void this.#pass(incoming, answer));
    this.gateway = new GatewayTap(this.#server);
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#target.pathname}`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.gateway.stop();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const sent = this.#record(incoming, bytes);
    const instead = this.intercept?.(sent);
    if (instead) {
      answer.writeHead(instead.status, { 'content-type': 'application/json', ...instead.headers });
      answer.end(JSON.stringify(instead.body ?? { message: 'refused', code: 0 }));
      return;
    }
    const { hostname, port } = this.#target;
    const { method, url: path, headers } = incoming;
    const onward = request({ hostname, port, method, path, headers }, (from) => {
      if (path?.endsWith('/gateway/bot')) return void this.#redirectGateway(from, answer);
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    onward.end(bytes);
  }

  async #redirectGateway(from: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of from) chunks.push(chunk as Buffer);
    const information = JSON.parse(Buffer.concat(chunks).toString());
    if (information.url) this.gateway.listen(information.url);
    const { 'content-length': _, ...headers } = from.headers;
    answer.writeHead(from.statusCode ?? 502, headers);
    answer.end(JSON.stringify(information.url ? { ...information, url: this.gateway.url } : information));
  }

  #record(incoming: IncomingMessage, bytes: Buffer): SentRequest {
    const text = bytes.toString();
    const body = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined;
    const sent = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      body,
      authorization: incoming.headers.authorization ?? '',
      atMs: performance.now(),
    };
    this.requests.push(sent);
    return sent;
  }
}
