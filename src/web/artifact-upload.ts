import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Perform } from '#contracts/action.ts';
import { type ArtifactUploaded, artifactShow, artifactUpload } from '#contracts/actions/artifacts.ts';
import type { ApiTokenActor } from '#contracts/actor.ts';
import type { ApiToken, TokenVerifier } from '#contracts/tokens.ts';
import type { Clock } from '#core/clock.ts';
import { bearerAuthenticator } from './bearer.ts';
import { webErrors } from './errors.ts';
import { readUploadHeaders } from './upload-headers.ts';
import { refuseOtherMethods, uploadCommand, uploadPath } from './upload-methods.ts';

export interface UploadComponents {
  perform: () => Perform;
  tokens: TokenVerifier;
  clock: Clock;
  /** Aborted when uploads are no longer waited for. */
  stopping: AbortSignal;
  /** Where people reach the door. */
  baseUrl: () => string;
}

export interface UploadInit {
  artifactBytesMax: number;
}

type Artifact = ArtifactUploaded['artifact'];

/** An answer stored by an earlier version, read back as long as answers are kept. */
interface EarlierAnswer {
  status: 200 | 201;
  body: Artifact;
}

/** `POST /api/v1/artifacts`: one file per request; `GET /api/v1/artifacts/{cid}`: its state. */
export function serveUploads(app: FastifyInstance, components: UploadComponents, init: UploadInit): void {
  refuseOtherMethods(app, components.baseUrl);
  const authenticate = bearerAuthenticator(components);
  const holders = new WeakMap<FastifyRequest, ApiToken>();
  app.register(async (scope) => {
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.addHook('onRequest', async (request) => {
      holders.set(request, await authenticate(request));
      if (request.method !== 'POST') return;
      if (/^multipart\//i.test(request.headers['content-type'] ?? ''))
        throw webErrors.WEB_FORM_REFUSED({ command: uploadCommand(components.baseUrl()) });
      // Before anything of the body is read, or the asker gets “100 Continue”.
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
        const answer = await upload(components, token, request, () =>
          reply.header('idempotent-replayed', 'true'),
        );
        const { isNew, artifact } = 'body' in answer ? currentOf(answer) : answer;
        return reply.code(isNew ? 201 : 200).send(artifact);
      },
    );
    scope.get<{ Params: { cid: string } }>(`${uploadPath}/:cid`, (request) => {
      const token = holders.get(request);
      if (!token) throw webErrors.WEB_TOKEN_REFUSED();
      const asked = { guildId: token.guildId, cid: request.params.cid.toLowerCase() };
      return components.perform()(artifactShow, actorOf(token), asked, { signal: components.stopping });
    });
  });
}

function upload(
  { perform, stopping }: UploadComponents,
  token: ApiToken,
  request: FastifyRequest,
  onReplay: () => void,
): Promise<ArtifactUploaded | EarlierAnswer> {
  const { idempotencyKey, ...headers } = readUploadHeaders(request.headers);
  return perform()(
    artifactUpload,
    actorOf(token),
    { guildId: token.guildId, ...headers },
    {
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      // The answer to a refused upload must still be sent: the connection is not destroyed with the stream.
      body: request.raw.iterator({ destroyOnReturn: false }),
      signal: stopping,
      outlasts: true,
      onReplay,
    },
  );
}

function actorOf({ guildId, id: tokenId, createdBy }: ApiToken): ApiTokenActor {
  return { kind: 'api-token', guildId, tokenId, createdBy };
}

function currentOf({ status, body }: EarlierAnswer): ArtifactUploaded {
  return { isNew: status === 201, artifact: body };
}
