/** Mounts the routes: authorization, faults, rate limits, the judge, and Discord's error bodies, in this order. */
import type { FastifyRequest as AnyRequest, FastifyInstance, FastifyReply } from 'fastify';
import type { Exchange } from '../contract.ts';
import type { RouteFaults } from '../faults/route-faults.ts';
import { Refusal, refusals } from '../refusal.ts';
import type { BotRecord } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { type ReadBody, readBody, requestBytesMax } from './body.ts';
import type { Judge } from './judge.ts';
import type { Limiter, Verdict } from './rate-limits.ts';
import type { Call, Reply, Route } from './route.ts';

/** What the routes and the content type parser below make of every request. */
interface RequestShape {
  Params: Record<string, string>;
  Querystring: Record<string, string | undefined>;
  Body: Buffer | undefined;
}

type FastifyRequest = AnyRequest<RequestShape>;

export const apiPrefix = '/api/v10';

export interface RestComponents {
  world: World;
  faults: RouteFaults;
  rateLimits: Limiter;
  judge: Judge;
  baseUrl: () => string;
  observe?: (exchange: Exchange) => void;
  log: (line: string) => void;
}

export function mountRest(app: FastifyInstance, components: RestComponents, routes: readonly Route[]): void {
  void app.register(async (api) => {
    api.removeAllContentTypeParsers();
    api.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: requestBytesMax }, (_request, body, done) =>
      done(null, body),
    );
    for (const route of routes) {
      const url = `${apiPrefix}${route.path.replace(/\{(\w+)\}/g, ':$1')}`;
      api.route<RequestShape>({
        method: route.method,
        url,
        handler: (request, reply) => serve(components, route, request, reply),
      });
    }
    api.setErrorHandler((error, _request, reply) =>
      send(reply, refusalReply(toRefusal(error, components.log))),
    );
  });
  app.setNotFoundHandler((_request, reply) => send(reply, refusalReply(refusals.noRoute())));
}

async function serve(
  components: RestComponents,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const read: ReadBody = { json: undefined, files: [] };
  const answer = await answerFor(components, route, request, reply, read).catch((error: unknown) =>
    refusalReply(toRefusal(error, components.log)),
  );
  components.observe?.({
    method: route.method,
    path: route.path,
    body: read.json,
    multipart: read.files.length > 0,
    status: answer.status,
    answer: answer.body,
  });
  return send(reply, answer);
}

async function answerFor(
  components: RestComponents,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  read: ReadBody,
): Promise<Reply> {
  const { world, faults, rateLimits, judge, baseUrl } = components;
  const bot = route.access === 'bot' ? authorised(world, request) : undefined;
  const { params, query } = request;
  const fault = await faults.meet(route.method, pathOf(request));
  if (fault && !fault.performed) return faultReply(reply, fault);

  const verdict = rateLimits.take(route, params, bot?.id);
  for (const [name, value] of Object.entries(verdict.headers)) reply.header(name, value);
  if (verdict.retryAfterS !== undefined) return rateLimited(reply, verdict, verdict.retryAfterS);

  Object.assign(read, await readBody(request.headers['content-type'], request.body ?? Buffer.alloc(0)));
  await judge.judgeRequest(route, read.json);
  const json = <Body>() => (read.json ?? {}) as Body;
  const result = await run(route, { params, query, files: read.files, json, baseUrl: baseUrl() }, bot);
  return fault ? faultReply(reply, fault) : result;
}

function run(
  route: Route,
  call: Call<Record<string, string>>,
  bot: BotRecord | undefined,
): Reply | Promise<Reply> {
  if (route.access === 'open') return route.run(call);
  if (!bot) throw refusals.unauthorized();
  return route.run({ ...call, bot });
}

function authorised(world: World, request: FastifyRequest): BotRecord {
  const token = /^Bot (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const bot = token === undefined ? undefined : world.botByToken(token);
  if (!bot) throw refusals.unauthorized();
  return bot;
}

function pathOf(request: FastifyRequest): string {
  const path = request.url.slice(apiPrefix.length).split('?')[0] ?? '';
  return decodeURIComponent(path);
}

function faultReply(
  reply: FastifyReply,
  fault: { status: number; body?: unknown; retryAfterS?: number },
): Reply {
  if (fault.status === 429) {
    return rateLimited(reply, { headers: {}, scope: 'user' }, fault.retryAfterS ?? 1, fault.body);
  }
  const body = fault.body ?? { message: `${fault.status}: fault`, code: 0 };
  return fault.status === 204 ? { status: 204 } : { status: fault.status, body };
}

function rateLimited(reply: FastifyReply, verdict: Verdict, retryAfterS: number, body?: unknown): Reply {
  reply.header('retry-after', String(Math.ceil(retryAfterS)));
  reply.header('x-ratelimit-scope', verdict.scope ?? 'user');
  const global = verdict.scope === 'global';
  const refusal = verdict.refusal ?? { message: 'You are being rate limited.', code: 0 };
  return {
    status: 429,
    body: body ?? { ...refusal, retry_after: Number(retryAfterS.toFixed(3)), global },
  };
}

function refusalReply(refusal: Refusal): Reply {
  return { status: refusal.status, body: refusal.toBody() };
}

function toRefusal(error: unknown, log: (line: string) => void): Refusal {
  if (error instanceof Refusal) return error;
  const statusCode = statusCodeOf(error);
  if (statusCode === 413) return refusals.fileTooLarge();
  if (statusCode !== undefined && statusCode < 500)
    return new Refusal(statusCode, 0, `${statusCode}: Bad Request`);
  log(`playground: a route failed: ${error instanceof Error ? error.stack : String(error)}`);
  return new Refusal(500, 0, '500: Internal Server Error');
}

function statusCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** A 204 with a content type would make clients parse nothing as JSON. */
function send(reply: FastifyReply, answer: Reply): FastifyReply {
  reply.code(answer.status);
  if (answer.body === undefined) return reply.send();
  return reply.header('content-type', 'application/json').send(JSON.stringify(answer.body));
}
