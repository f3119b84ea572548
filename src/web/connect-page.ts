import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Connections } from '#contracts/connections.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { connectPolicy, donePage, failurePage, formPage } from './connect-view.ts';
import { webErrors } from './errors.ts';
import { statusOf } from './failure.ts';
import type { HostList } from './host-list.ts';
import { askerOf, RequestLimiter } from './request-limiter.ts';
import { presentable } from './server.ts';

export const connectLimit = { perMinute: 20, burst: 20 };
export const formFieldsMax = 20;

export interface ConnectPageComponents {
  connections: Connections;
  hosts: () => HostList;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

/**
 * `/connect/:token`: the one-time page for a target's credentials. Looking at it uses nothing up, so the preview that
 * a chat makes of the link does no harm.
 */
export function serveConnectPage(app: FastifyInstance, components: ConnectPageComponents): void {
  const { connections, hosts, clock } = components;
  const limiter = new RequestLimiter({ clock }, connectLimit);
  app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
      done(null, new URLSearchParams(String(body))),
    );
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('content-security-policy', connectPolicy);
      const retryAfterSeconds = limiter.take(askerOf(request.ip));
      if (retryAfterSeconds > 0) throw webErrors.WEB_RATE_LIMITED({ retryAfterSeconds });
      const { origin, 'sec-fetch-site': site } = request.headers;
      const isForeign = site === 'cross-site' || !hosts().hasOrigin(origin);
      if (request.method === 'POST' && isForeign) throw webErrors.WEB_ORIGIN_REFUSED();
    });
    scope.setErrorHandler((error, request, reply) => {
      const shown = presentable(components, error, request);
      return html(reply, statusOf(shown), failurePage(shown));
    });
    scope.get('/connect/:token', async (request, reply) =>
      html(reply, 200, formPage(await connections.describe(tokenOf(request)))),
    );
    scope.post('/connect/:token', async (request, reply) => redeem(connections, request, reply));
  });
}

async function redeem(
  connections: Connections,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const token = tokenOf(request);
  const form = await connections.describe(token);
  try {
    await connections.redeem(token, valuesOf(request.body));
  } catch (error) {
    // The link is as it was: the form is shown again, empty.
    if (!isGuildmeshError(error, 'PUBLISH_CREDENTIAL_INVALID')) throw error;
    return html(reply, statusOf(error), formPage(form, error));
  }
  return html(reply, 200, donePage());
}

function valuesOf(body: unknown): Record<string, string> {
  if (!(body instanceof URLSearchParams)) throw webErrors.WEB_BODY_UNSUPPORTED();
  if (body.size > formFieldsMax) throw webErrors.WEB_BODY_UNSUPPORTED();
  // Browsers send line ends as CRLF; keys are kept as they were pasted.
  const entries = [...body].map(([name, value]) => [name, value.replaceAll('\r\n', '\n').trim()] as const);
  return Object.fromEntries(entries.filter(([name, value]) => value !== '' && name !== '__proto__'));
}

function tokenOf(request: FastifyRequest): string {
  return (request.params as { token: string }).token;
}

function html(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(page);
}
