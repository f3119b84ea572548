import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Chance, Clock, Timer } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { networkOf } from '#core/network-of.ts';
import { RateLimiter } from '#core/rate-limiter.ts';
import { requireOwnDoor } from './border.ts';
import { ConnectionPlaces } from './connection-places.ts';
import { webErrors } from './errors.ts';
import { failureBody, statusOf } from './failure.ts';
import type { HostList } from './host-list.ts';
import { httpServer } from './http-server.ts';
import type { TrustedProxies } from './trusted-proxies.ts';

/** For every complete request except uploads. */
export const shortRequestTimeoutMs = 15_000;
/** For forms; uploads have a limit of their own. */
export const bodyBytesMax = 64 * 1024;
/** After an answer that was sent before the body had been read: long enough for the client to read it. */
const lingerMs = 5_000;
export const requestLimit = { perMinute: 240, burst: 120 };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body takes its time, and its route watches it. */
    isUpload?: true;
  }
}

export interface ServerComponents {
  hosts: () => HostList;
  proxies: TrustedProxies;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface ServerInit {
  uploadTimeoutMs: number;
  /** The address at which people reach it. */
  publicUrl?: string | undefined;
}

/**
 * Every request passes these checks: host, rate, time and size limits, headers, errors in one form. Routes are added to
 * it.
 */
export function createServerDoor(components: ServerComponents, init: ServerInit): FastifyInstance {
  const { proxies } = components;
  const places = new ConnectionPlaces(proxies);
  const app = Fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    trustProxy: (address: string) => proxies.has(address),
    requestTimeout: init.uploadTimeoutMs,
    serverFactory: (handler) => httpServer(handler, places, init),
    // For a malformed request line or header: Node's own answer would name the software.
    clientErrorHandler: (_, socket) => socket.destroy(),
    return503OnClosing: false,
  });
  app.removeAllContentTypeParsers();
  setHeaders(app, init.publicUrl?.startsWith('https:') ?? false);
  limitRequests(app, components);
  answerFailures(app, components);
  return app;
}

function limitRequests(app: FastifyInstance, { hosts, clock }: ServerComponents): void {
  const limiter = new RateLimiter({ clock }, requestLimit);
  const timers = new WeakMap<FastifyRequest, Timer>();
  app.addHook('onRequest', async (request) => {
    requireOwnDoor(request, hosts());
    // Uploads are counted by token, so that other clients at the same address can't use up their share.
    if (request.routeOptions.config.isUpload) return;
    const retryAfterSeconds = limiter.take(networkOf(request.ip));
    if (retryAfterSeconds > 0) throw webErrors.WEB_RATE_LIMITED({ retryAfterSeconds });
    const timer = clock.after(shortRequestTimeoutMs, () => request.raw.socket.destroy(), {
      background: true,
    });
    timers.set(request, timer);
  });
  app.addHook('onResponse', async (request) => {
    timers.get(request)?.cancel();
    // Node reads the rest of an unread body; that must not take as long as an upload may.
    if (request.raw.complete) return;
    clock.after(lingerMs, () => request.raw.complete || request.raw.socket.destroy(), { background: true });
  });
}

function setHeaders(app: FastifyInstance, isHttps: boolean): void {
  app.addHook('onRequest', async (_, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      // Not no-referrer: browsers would send the Origin of our own forms as null.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      ...(isHttps && { 'strict-transport-security': 'max-age=31536000' }),
    });
  });
}

function answerFailures(app: FastifyInstance, components: ServerComponents): void {
  app.setNotFoundHandler((_, reply) => answerFailure(reply, webErrors.WEB_NOT_FOUND()));
  app.setErrorHandler((error, request, reply) =>
    answerFailure(reply, presentable(components, error, request)),
  );
  app.addHook('onResponse', async (request, reply) => {
    // The route's pattern, not the address, which contains the secret of a link.
    const { method, routeOptions } = request;
    const tookMs = Math.round(reply.elapsedTime);
    components.logger.debug(
      { method, route: routeOptions.url, status: reply.statusCode, tookMs },
      'request answered',
    );
  });
}

function answerFailure(reply: FastifyReply, error: GuildmeshError): FastifyReply {
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
  if (statusOf(error) === 401) reply.header('www-authenticate', 'Bearer realm="guildmesh"');
  return reply.code(statusOf(error)).send(failureBody(error));
}

/** The text that may be shown. An unexpected error gives only a reference, which the log has beside the whole error. */
export function presentable(
  { chance, logger }: Pick<ServerComponents, 'chance' | 'logger'>,
  error: unknown,
  request: FastifyRequest,
): GuildmeshError {
  if (isGuildmeshError(error)) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return webErrors.WEB_BODY_TOO_LARGE({ bytesMax: request.routeOptions.bodyLimit ?? bodyBytesMax });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return webErrors.WEB_BODY_UNSUPPORTED();
  if (code === 'ECONNRESET' || code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH')
    return webErrors.WEB_BODY_INCOMPLETE();
  const reference = chance.uuid().slice(0, 8);
  logger.error({ err: error, reference, route: request.routeOptions.url }, 'request failed');
  return webErrors.WEB_DEFECT({ reference });
}
