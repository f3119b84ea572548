import { type ClientRequest, type Agent as HttpAgent, Agent as PlainAgent } from 'node:http';
import { Agent } from 'node:https';
import { type LookupFunction, connect as netConnect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { httpErrors } from './errors.ts';
import type { HttpJournal } from './journal.ts';
import { admitPublic, type PublicOnlyInit } from './public-only.ts';
import type { Routes, RouteTarget } from './routes.ts';

export interface GuardComponents {
  journal: HttpJournal;
  routes: Routes;
}

export interface GuardInit {
  dryRun: boolean;
  /** Paths to which a POST only obtains a token: allowed in a dry run. */
  signInPaths?: RegExp;
  signal: AbortSignal;
  /** Time without a byte in either direction; given where nothing else watches the requests. */
  idleTimeoutMs?: number;
  /** Targets name the hosts themselves: only public addresses are connected to. */
  publicOnly?: PublicOnlyInit;
}

declare module 'node:http' {
  interface Agent {
    /** Missing from the typings of Node. */
    addRequest(request: ClientRequest, options: AgentOptions): void;
  }
}

interface AgentOptions {
  host?: string;
  port?: number | string;
  /** We set it between `addRequest` and `createConnection`. */
  refusal?: Error;
  lookup?: LookupFunction;
  path?: string | null | undefined;
}
type Connected = (error: Error | null, socket?: Duplex) => void;

/**
 * The two agents, by protocol. Both journal, refuse and route; neither keeps a connection, because a reused one may be
 * dead.
 */
export interface Guard {
  https: Agent;
  http: HttpAgent;
}

export function createGuard(components: GuardComponents, init: GuardInit): Guard {
  return {
    https: new GuardedHttpsAgent(components, init),
    http: new GuardedHttpAgent(components, init),
  };
}

class GuardedHttpsAgent extends Agent {
  readonly #components: GuardComponents;
  readonly #init: GuardInit;

  constructor(components: GuardComponents, init: GuardInit) {
    super({ keepAlive: false, ...(init.idleTimeoutMs && { timeout: init.idleTimeoutMs }) });
    this.#components = components;
    this.#init = init;
  }

  /** Node's own entry point, called for every request before anything is written. */
  override addRequest(request: ClientRequest, options: AgentOptions): void {
    const refusal = admit(this.#components, this.#init, 'https:', request);
    super.addRequest(request, { ...options, ...(refusal && { refusal }) });
  }

  override createConnection(options: AgentOptions, callback: Connected): Duplex | null {
    if (options.refusal) return refuse(options.refusal, callback);
    const target = this.#components.routes.target('https:', options.host ?? '', Number(options.port ?? 443));
    return connectTo(target, options, this.#init, callback);
  }
}

class GuardedHttpAgent extends PlainAgent {
  readonly #components: GuardComponents;
  readonly #init: GuardInit;

  constructor(components: GuardComponents, init: GuardInit) {
    super({ keepAlive: false, ...(init.idleTimeoutMs && { timeout: init.idleTimeoutMs }) });
    this.#components = components;
    this.#init = init;
  }

  override addRequest(request: ClientRequest, options: AgentOptions): void {
    const refusal = admit(this.#components, this.#init, 'http:', request);
    super.addRequest(request, { ...options, ...(refusal && { refusal }) });
  }

  override createConnection(options: AgentOptions, callback: Connected): Duplex | null {
    if (options.refusal) return refuse(options.refusal, callback);
    const target = this.#components.routes.target('http:', options.host ?? '', Number(options.port ?? 80));
    return connectTo(target, options, this.#init, callback);
  }
}

/** Journals the request, ties it to the signal, and returns the reason why it must not leave, if any. */
function admit(
  { journal }: GuardComponents,
  { dryRun, signInPaths, signal }: GuardInit,
  protocol: 'http:' | 'https:',
  request: ClientRequest,
): Error | undefined {
  const method = request.method;
  const url = urlOf(protocol, request);
  const entry = journal.open(method, url);
  request.once('response', (response) => entry.answered(response.statusCode ?? 0));
  request.once('error', (error: Error & { code?: unknown }) =>
    entry.failed(typeof error.code === 'string' ? error.code : error.name),
  );
  request.once('close', () => entry.ended());

  if (dryRun) {
    // Node reads the method only when the head is written: a request admitted as GET must leave as GET.
    Object.defineProperty(request, 'method', { value: method, writable: false });
    const signsIn = method === 'POST' && signInPaths?.test(url.pathname) === true;
    if (!signsIn && writes(method, request)) return httpErrors.HTTP_DRY_RUN({ method, host: url.host });
  }
  if (signal.aborted) return httpErrors.HTTP_NOT_REACHED({ host: url.host, reason: 'the attempt had ended' });
  function end(why: string): void {
    request.destroy(Object.assign(new Error(why), { code: 'ECONNABORTED' }));
  }
  const onAbort = () => end('the attempt was ended');
  // The agent's own time-out only emits an event: the listener must end the request.
  request.once('timeout', () => end('nothing came for too long'));
  signal.addEventListener('abort', onAbort, { once: true });
  request.once('close', () => signal.removeEventListener('abort', onAbort));
  return undefined;
}

function writes(method: string, request: ClientRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return true;
  // Headers that turn a GET into something else at the other end.
  return request.getHeaderNames().some((name) => name === 'upgrade' || /^x-(http-)?method/.test(name));
}

function urlOf(protocol: string, request: ClientRequest): URL {
  const host = request.getHeader('host') ?? request.host;
  return URL.parse(`${protocol}//${host}${request.path}`) ?? new URL(`${protocol}//${request.host}/`);
}

function refuse(refusal: Error, callback: Connected): null {
  queueMicrotask(() => callback(refusal, undefined));
  return null;
}

function connectTo(
  target: RouteTarget,
  options: AgentOptions,
  { publicOnly }: GuardInit,
  callback: Connected,
): Duplex | null {
  if (!publicOnly) return openSocket(target, options);
  const { refusal, lookup } = admitPublic(publicOnly, target.host, target.port);
  return refusal ? refuse(refusal, callback) : openSocket(target, { ...options, ...(lookup && { lookup }) });
}

function openSocket(target: RouteTarget, options: AgentOptions): Duplex {
  const { host, port } = target;
  // Node passes the URL's path, which here would mean a Unix socket.
  const { refusal: _, path: __, ...rest } = options;
  if (!target.secure) return netConnect({ ...rest, host, port });
  const routed = options.host !== host;
  return tlsConnect({ ...rest, host, port, ...(routed && { servername: host }) });
}
