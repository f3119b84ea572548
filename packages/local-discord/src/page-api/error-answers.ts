import type { FastifyInstance, FastifyReply } from 'fastify';
import { errorText, LocalDiscordError } from '../errors.ts';
import { pageErrors } from './errors.ts';
import { attachmentsMaxBytes, type Refusal } from './protocol.ts';

const statusOf: Readonly<Record<string, number>> = {
  PAGE_HOST_REFUSED: 421,
  PAGE_ORIGIN_REFUSED: 403,
  PAGE_BODY_TOO_LARGE: 413,
  PAGE_ROUTE_UNKNOWN: 404,
  PAGE_GUILD_UNKNOWN: 404,
  PAGE_MEMBER_UNKNOWN: 404,
  PAGE_CHANNEL_UNKNOWN: 404,
  PAGE_PANEL_MISSING: 503,
  PAGE_NOT_BUILT: 503,
};

export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => answer(reply, error));
}

/**
 * Any thrown value in the form the page shows. The playground is the author's own machine, so the error's text may be
 * shown.
 */
export function refusalOf(error: unknown): Refusal {
  const { code, message, next } = knownError(error);
  return { code, message, next };
}

function answer(reply: FastifyReply, error: unknown): FastifyReply {
  const known = knownError(error);
  return reply.code(statusOf[known.code] ?? 400).send(refusalOf(known));
}

function knownError(error: unknown): LocalDiscordError {
  if (error instanceof LocalDiscordError) return error;
  const problem = errorText(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return pageErrors.PAGE_BODY_TOO_LARGE({ maxBytes: attachmentsMaxBytes });
  if (typeof code === 'string' && code.startsWith('FST_ERR_'))
    return pageErrors.PAGE_BODY_INVALID({ problem });
  return pageErrors.PAGE_ACTION_REFUSED({ problem });
}
