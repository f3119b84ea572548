import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ElsewhereError, elsewhereErrors } from '../errors.ts';
import { html } from '../page/html.ts';
import { type Place, pageHeaders, pageText } from '../page/layout.ts';
import type { ApiDesk } from './api-desk.ts';
import { noBody, readBody } from './body.ts';
import { assertMeant } from './guard.ts';
import type { LivePages } from './live.ts';
import {
  type ApiRoute,
  type Call,
  type CompiledRoute,
  compiled,
  type PageAnswer,
  type PageRoute,
  paramsOf,
} from './route.ts';
import type { Service } from './service.ts';
import { writeAnswer } from './write-answer.ts';

/** Connections at once; further ones wait. */
export const connectionsMax = 200;
/** For everything of one request, a slow upload too. */
const requestTimeoutMs = 10 * 60_000;
/** A form in a page has no more. */
const formBytesMax = 64 * 1024;

export interface ServerComponents {
  services: readonly Service[];
  pages: readonly PageRoute[];
  desk: ApiDesk;
  live: LivePages;
  writeLog: (line: string) => void;
}

interface Routes {
  service: Service;
  apis: readonly CompiledRoute<ApiRoute>[];
}

/** One port of loopback: the APIs of all services, and the pages. */
export class ElsewhereServer {
  readonly #components: ServerComponents;
  readonly #server: Server;
  readonly #routes: readonly Routes[];
  readonly #pages: readonly CompiledRoute<PageRoute>[];
  readonly #places: readonly Place[];
  readonly #hosts: ReadonlySet<string>;
  #port = 0;

  constructor(components: ServerComponents) {
    const { services, pages } = components;
    this.#components = components;
    this.#routes = services.map((service) => ({ service, apis: service.apis.map(compiled) }));
    this.#pages = [...pages, ...services.flatMap((service) => service.pages)].map(compiled);
    this.#places = services.map(({ id, title }) => ({ id, title }));
    this.#hosts = new Set(services.flatMap(({ hosts = [] }) => hosts));
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => this.#fail(response, error));
    });
    this.#server.maxConnections = connectionsMax;
    this.#server.requestTimeout = requestTimeoutMs;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Throws ELSEWHERE_PORT_TAKEN, ELSEWHERE_PORT_REFUSED. */
  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenError(error, port)));
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : port;
  }

  async close(): Promise<void> {
    this.#components.live.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    assertMeant(request.headers, this.#hosts);
    const { method = 'GET' } = request;
    const url = URL.parse(request.url ?? '/', this.baseUrl);
    if (!url) throw elsewhereErrors.notThere({ path: '' });
    const call: Call = {
      method,
      path: url.pathname,
      params: {},
      query: url.searchParams,
      headers: headersOf(request),
      body: noBody,
      baseUrl: this.baseUrl,
    };
    if (method === 'GET' && call.path === '/live') return this.#components.live.open(response);
    for (const { service, apis } of this.#routes) {
      const found = matching(apis, call);
      if (found || service.prefixes.some((prefix) => call.path.startsWith(`${prefix}/`)))
        return this.#api(service, found?.route, { ...call, params: found?.params ?? {} }, request, response);
    }
    return this.#page(call, request, response);
  }

  async #api(
    service: Service,
    route: ApiRoute | undefined,
    call: Call,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await readBody(request);
    const outcome = await this.#components.desk.serve(service, route, { ...call, body });
    if ('cut' in outcome) request.socket.destroy();
    else writeAnswer(response, outcome.answer, request.headers.range);
  }

  async #page(call: Call, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = matching(this.#pages, call);
    if (!found) throw elsewhereErrors.notThere({ path: call.path.slice(0, 200) });
    const body = call.method === 'GET' ? noBody : await readBody(request, formBytesMax);
    const answer = await found.route.run({ ...call, params: found.params, body });
    if ('main' in answer) this.#writePage(response, answer, call.path);
    else writeAnswer(response, answer, request.headers.range);
  }

  #writePage(response: ServerResponse, page: PageAnswer, path: string): void {
    const text = pageText(page, this.#places, path.split('/')[1]);
    response.writeHead(page.status ?? 200, {
      ...pageHeaders(page.formsLeadTo),
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  }

  #fail(response: ServerResponse, error: unknown): void {
    if (response.headersSent || response.destroyed) return void response.destroy();
    if (!(error instanceof ElsewhereError)) {
      // A sender that breaks off in the middle gets no answer.
      if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET'))
        this.#components.writeLog(`elsewhere: ${error instanceof Error ? error.stack : String(error)}`);
      this.#writePage(response, defectPage, '');
      return;
    }
    const { message, next, code } = error;
    const status = code === 'ELSEWHERE_NOT_THERE' ? 404 : code === 'ELSEWHERE_FORM_REFUSED' ? 400 : 403;
    const main = html`<h1>${message}</h1><p>${next}</p><p class="dim">${code}</p>`;
    this.#writePage(response, { status, title: 'Not here', main }, '');
  }
}

const defectPage: PageAnswer = {
  status: 500,
  title: 'Defect',
  main: html`<h1>The stand-ins met a defect of their own.</h1><p>Look at the terminal they were started in.</p>`,
};

function matching<Route extends { method: string; path: string }>(
  routes: readonly CompiledRoute<Route>[],
  { method, path }: Pick<Call, 'method' | 'path'>,
): { route: Route; params: Record<string, string> } | undefined {
  for (const { route, pattern } of routes) {
    const params = route.method === method ? paramsOf(pattern, path) : undefined;
    if (params) return { route, params };
  }
  return undefined;
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

function listenError(error: Error, port: number): Error {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return elsewhereErrors.portTaken({ port }, { cause: error });
  return elsewhereErrors.portRefused({ port, reason: String(code ?? error.message) }, { cause: error });
}
