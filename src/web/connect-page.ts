import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ConnectionForm, Connections } from '#contracts/connections.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { networkOf } from '#core/network-of.ts';
import { RateLimiter } from '#core/rate-limiter.ts';
import { browserKeyOf, forgottenKey, keptKey } from './browser-key.ts';
import { connectPolicy, donePage, failurePage, formPage, leaveField, tryOutField } from './connect-view.ts';
import { webErrors } from './errors.ts';
import { statusOf } from './failure.ts';
import { presentable } from './server.ts';

export const connectLimit = { perMinute: 20, burst: 20 };
export const formFieldsMax = 20;

export interface ConnectPageComponents {
  connections: Connections;
  /** Address to which platforms send people back: the return page below. */
  redirectUrl: () => string;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

/**
 * `/connect/:token`: the one-time page for a target's credentials. Viewing it uses nothing up, so a chat's preview of
 * the link does no harm. `/connect/authorised`: where a platform sends people back to.
 */
export function serveConnectPage(app: FastifyInstance, components: ConnectPageComponents): void {
  const { connections, clock } = components;
  const limiter = new RateLimiter({ clock }, connectLimit);
  app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
      done(null, new URLSearchParams(String(body))),
    );
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('content-security-policy', connectPolicy());
      const retryAfterSeconds = limiter.take(networkOf(request.ip));
      if (retryAfterSeconds > 0) throw webErrors.WEB_RATE_LIMITED({ retryAfterSeconds });
    });
    scope.setErrorHandler((error, request, reply) => {
      const shown = presentable(components, error, request);
      return html(reply, statusOf(shown), failurePage(shown));
    });
    scope.get('/connect/authorised', async (request, reply) => comeBack(components, request, reply));
    scope.get('/connect/:token', async (request, reply) =>
      showForm(reply, 200, await connections.describe(tokenOf(request))),
    );
    scope.post('/connect/:token', async (request, reply) => submit(components, request, reply));
  });
}

async function submit(
  { connections, redirectUrl }: ConnectPageComponents,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const token = tokenOf(request);
  const form = await connections.describe(token);
  const { [leaveField]: leaves, [tryOutField]: triesOut, ...values } = valuesOf(request.body);
  try {
    if (leaves && form.authorise) {
      const { url, browserKey, lifetimeMs } = await connections.authorise(token, values);
      reply.header('set-cookie', keptKey(redirectUrl(), browserKey, lifetimeMs));
      return await reply.redirect(url, 303);
    }
    if (triesOut && form.tryOut) await connections.tryOut(token);
    else await connections.redeem(token, values);
  } catch (error) {
    // The link is still valid: the form is shown again, empty.
    if (!isGuildmeshError(error, 'PUBLISH_CREDENTIAL_INVALID')) throw error;
    return showForm(reply, statusOf(error), form, error);
  }
  return html(reply, 200, donePage());
}

async function comeBack(
  { connections, redirectUrl }: ConnectPageComponents,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { state, code, error } = request.query as Record<string, unknown>;
  reply.header('set-cookie', forgottenKey(redirectUrl()));
  await connections.authorised({
    state: textOf(state) ?? '',
    code: textOf(code),
    error: textOf(error),
    browserKey: browserKeyOf(request.headers.cookie),
  });
  return html(reply, 200, donePage());
}

/** A name that occurs twice arrives as a list; a stranger may have written it, so neither value is used. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function showForm(
  reply: FastifyReply,
  status: number,
  form: ConnectionForm,
  problem?: GuildmeshError,
): FastifyReply {
  // Browsers check the redirect of a form's answer against the same rule.
  reply.header('content-security-policy', connectPolicy(form.authorise?.origin));
  return html(reply, status, formPage(form, problem));
}

function valuesOf(body: unknown): Record<string, string> {
  if (!(body instanceof URLSearchParams)) throw webErrors.WEB_BODY_UNSUPPORTED();
  if (body.size > formFieldsMax) throw webErrors.WEB_BODY_UNSUPPORTED();
  // Browsers send line ends as CRLF; keys are stored as they were pasted.
  const entries = [...body].map(([name, value]) => [name, value.replaceAll('\r\n', '\n').trim()] as const);
  return Object.fromEntries(entries.filter(([name, value]) => value !== '' && name !== '__proto__'));
}

function tokenOf(request: FastifyRequest): string {
  return (request.params as { token: string }).token;
}

function html(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(page);
}
