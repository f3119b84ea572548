import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { httpErrors } from './errors.ts';
import type { Guard } from './guard.ts';

export interface ExchangeComponents {
  clock: Clock;
  guard: Guard;
}

export interface ExchangeInit {
  /** For name, connection and TLS together. */
  connectTimeoutMs: number;
  /** Time without a byte in either direction. */
  idleTimeoutMs: number;
}

export interface Outgoing {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body?: { chunks: AsyncIterable<Uint8Array>; lengthBytes?: number };
  signals: readonly AbortSignal[];
  onProgress?: (sentBytes: number) => void;
}

export interface Incoming {
  message: IncomingMessage;
  /** Fails with HTTP_ANSWER_LOST; when the caller stops reading, the request ends after the idle time-out. */
  chunks: AsyncIterable<Uint8Array>;
}

/**
 * One request and its answer's head. Rejects with HTTP_NOT_REACHED when nothing can have arrived, with HTTP_ANSWER_LOST
 * when something may have, with HTTP_DRY_RUN and HTTP_BODY_LENGTH.
 */
export function exchange(
  components: ExchangeComponents,
  init: ExchangeInit,
  outgoing: Outgoing,
): Promise<Incoming> {
  return new Promise((resolve, reject) => {
    const { url, method, headers, body } = outgoing;
    const secure = url.protocol === 'https:';
    const options = {
      method,
      headers: { ...headers },
      agent: secure ? components.guard.https : components.guard.http,
    };
    if (body?.lengthBytes !== undefined) options.headers['content-length'] = String(body.lengthBytes);
    const request = secure ? requestHttps(url, options) : requestHttp(url, options);
    const watch = new RequestWatch(components.clock, init, request, outgoing.signals);

    request.once('response', (message) => resolve({ message, chunks: answerChunks(message, watch, url) }));
    request.on('error', (error) => reject(watch.failure(url.host, error)));
    // The far end answered before it had read everything: the answer counts.
    writeBody(request, outgoing, watch).catch((error) => request.destroy(error));
  });
}

async function writeBody(request: ClientRequest, outgoing: Outgoing, watch: RequestWatch): Promise<void> {
  const { body, url, onProgress } = outgoing;
  if (!body) return void request.end();
  const lengthError = () =>
    httpErrors.HTTP_BODY_LENGTH({ statedBytes: body.lengthBytes ?? 0, host: url.host });
  let sentBytes = 0;
  for await (const chunk of body.chunks) {
    if (request.destroyed || watch.isAnswered) return;
    sentBytes += chunk.byteLength;
    if (body.lengthBytes !== undefined && sentBytes > body.lengthBytes) throw lengthError();
    if (!request.write(chunk)) await drained(request);
    watch.touch();
    onProgress?.(sentBytes);
  }
  if (body.lengthBytes !== undefined && sentBytes !== body.lengthBytes) throw lengthError();
  request.end();
}

/** Also resolves when the request is over: nobody waits for a drain that can't come. */
function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ['drain', 'close', 'response']) request.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'close', 'response']) request.once(event, done);
  });
}

async function* answerChunks(
  message: IncomingMessage,
  watch: RequestWatch,
  url: URL,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of message) {
      watch.touch();
      yield chunk;
    }
  } catch (error) {
    throw watch.failure(url.host, error);
  } finally {
    message.destroy();
  }
}

/** Knows how far a request got, and ends it at time-outs and signals. */
class RequestWatch {
  isAnswered = false;
  #connected = false;
  #ended: string | undefined;
  #touchedAtMs: number;
  #timer: Timer;
  readonly #clock: Clock;
  readonly #init: ExchangeInit;
  readonly #request: ClientRequest;

  constructor(clock: Clock, init: ExchangeInit, request: ClientRequest, signals: readonly AbortSignal[]) {
    this.#clock = clock;
    this.#init = init;
    this.#request = request;
    this.#touchedAtMs = clock.monotonicMs();
    this.#timer = clock.after(init.connectTimeoutMs, () => this.#end('connecting took too long'));
    request.once('socket', (socket) => this.#followSocket(socket));
    request.once('response', () => {
      this.isAnswered = true;
      this.touch();
    });
    const onAbort = () => this.#end('the attempt was ended');
    for (const signal of signals) {
      if (signal.aborted) queueMicrotask(onAbort);
      signal.addEventListener('abort', onAbort, { once: true });
    }
    request.once('close', () => {
      this.#timer.cancel();
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
    });
  }

  touch(): void {
    this.#touchedAtMs = this.#clock.monotonicMs();
  }

  failure(host: string, error: unknown): GuildmeshError {
    if (isGuildmeshError(error)) return error;
    const { code } = fieldsOf(error);
    const reason = this.#ended ?? (typeof code === 'string' ? code : 'the connection broke');
    const create = this.#connected ? httpErrors.HTTP_ANSWER_LOST : httpErrors.HTTP_NOT_REACHED;
    return create({ host, reason });
  }

  #followSocket(socket: Socket & { encrypted?: boolean }): void {
    const onConnected = () => {
      this.#connected = true;
      this.touch();
      this.#timer.cancel();
      this.#watchIdle(this.#init.idleTimeoutMs);
    };
    socket.once(socket.encrypted ? 'secureConnect' : 'connect', onConnected);
  }

  #watchIdle(delayMs: number): void {
    if (this.#request.destroyed) return;
    this.#timer = this.#clock.after(delayMs, () => {
      const leftMs = this.#init.idleTimeoutMs - (this.#clock.monotonicMs() - this.#touchedAtMs);
      if (leftMs > 0) this.#watchIdle(leftMs);
      else this.#end('nothing came for too long');
    });
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    this.#request.destroy(Object.assign(new Error(reason), { code: 'ECONNABORTED' }));
  }
}
