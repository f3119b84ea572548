import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ArtifactStore, KeptArtifact } from '#contracts/artifacts.ts';
import { actionErrors } from '#contracts/errors.ts';
import type { ActionLedger, AuditRow } from '#contracts/perform.ts';
import type { ApiToken, TokenVerifier } from '#contracts/tokens.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { bearerAuthenticator } from './bearer.ts';
import { webErrors } from './errors.ts';
import { readUploadHeaders, type UploadHeaders } from './upload-headers.ts';

export const uploadPath = '/api/v1/artifacts';
const ACTION = 'artifact.upload';

export interface UploadComponents {
  artifacts: ArtifactStore;
  tokens: TokenVerifier;
  ledger: ActionLedger;
  clock: Clock;
  logger: Logger;
  /** Aborted when uploads are no longer waited for. */
  stopping: AbortSignal;
}

export interface UploadInit {
  artifactBytesMax: number;
}

/** As it was answered, and is again for the same Idempotency-Key. */
interface Answer {
  status: 200 | 201;
  body: Omit<KeptArtifact, 'guildId' | 'isNew'>;
}

/** `POST /api/v1/artifacts`: one file per request, streamed to the store and never held in memory. */
export function serveUploads(app: FastifyInstance, components: UploadComponents, init: UploadInit): void {
  const authenticate = bearerAuthenticator(components);
  const holders = new WeakMap<FastifyRequest, ApiToken>();
  app.register(async (scope) => {
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.addHook('onRequest', async (request) => {
      holders.set(request, await authenticate(request));
      // Before anything of the body is read or the asker is told to go on.
      const { sizeBytes } = readUploadHeaders(request.headers);
      if (sizeBytes > init.artifactBytesMax)
        throw webErrors.WEB_BODY_TOO_LARGE({ bytesMax: init.artifactBytesMax });
    });
    scope.post(
      uploadPath,
      { config: { isUpload: true }, bodyLimit: init.artifactBytesMax },
      async (request, reply) => {
        const token = holders.get(request);
        if (!token) throw webErrors.WEB_TOKEN_REFUSED();
        const { answer, isReplayed } = await upload(components, token, request);
        if (isReplayed) reply.header('idempotent-replayed', 'true');
        return reply.code(answer.status).send(answer.body);
      },
    );
  });
}

async function upload(
  components: UploadComponents,
  token: ApiToken,
  request: FastifyRequest,
): Promise<{ answer: Answer; isReplayed: boolean }> {
  const { ledger, clock } = components;
  const headers = readUploadHeaders(request.headers);
  const key = headers.idempotencyKey && `${actorOf(token)}:${headers.idempotencyKey}`;
  if (key) {
    const claim = await ledger.claim(key, fingerprintOf(headers), clock.nowMs());
    if (claim.state === 'done') return { answer: claim.answer as Answer, isReplayed: true };
    if (claim.state === 'mismatch') throw actionErrors.ACTION_KEY_REUSED({ action: ACTION });
    if (claim.state === 'running') throw actionErrors.ACTION_IN_PROGRESS({ action: ACTION });
  }
  try {
    const answer = await take(components, token, headers, request);
    await recorded(components, ledger.settle(key, answer, auditRow(components, token, headers, undefined)));
    return { answer, isReplayed: false };
  } catch (error) {
    const code = isGuildmeshError(error) ? error.code : 'DEFECT';
    await recorded(components, ledger.fail(key, auditRow(components, token, headers, code)));
    throw error;
  }
}

async function take(
  { artifacts, stopping }: UploadComponents,
  token: ApiToken,
  headers: UploadHeaders,
  request: FastifyRequest,
): Promise<Answer> {
  const { label, mediaType, expectedCid } = headers;
  // The answer to a refused upload still has to get through: the connection is not torn down with the stream.
  const bytes = request.raw.iterator({ destroyOnReturn: false });
  const {
    guildId: _,
    isNew,
    ...body
  } = await artifacts.put(
    {
      label,
      guildId: token.guildId,
      source: 'upload',
      ...(mediaType !== undefined && { mediaType }),
      ...(expectedCid !== undefined && { expectedCid }),
    },
    bytes,
    stopping,
  );
  return { status: isNew ? 201 : 200, body };
}

/** An effect that happened is not turned into a failure by a row that could not be stored. */
async function recorded({ logger }: UploadComponents, stored: Promise<void>): Promise<void> {
  try {
    await stored;
  } catch (error) {
    logger.error({ err: error }, 'audit row of an upload was not stored');
  }
}

function auditRow(
  { clock }: UploadComponents,
  token: ApiToken,
  { label, sizeBytes, expectedCid }: UploadHeaders,
  errorCode: string | undefined,
): AuditRow {
  return {
    atMs: clock.nowMs(),
    actor: actorOf(token),
    guildId: token.guildId,
    action: ACTION,
    input: { label, sizeBytes, expectedCid },
    outcome: errorCode === undefined ? 'ok' : 'failed',
    errorCode,
  };
}

function actorOf(token: ApiToken): string {
  return `api-token:${token.guildId}:${token.id}`;
}

function fingerprintOf({ idempotencyKey: _, ...headers }: UploadHeaders): string {
  return createHash('sha256').update(JSON.stringify(headers)).digest('hex');
}
