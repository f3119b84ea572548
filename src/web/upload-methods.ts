import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { webErrors } from './errors.ts';

export const uploadPath = '/api/v1/artifacts';

/** Can be typed as printed, in a shell that has FILE and GUILDMESH_TOKEN. */
export function uploadCommand(baseUrl: string): string {
  return (
    'curl --fail-with-body --upload-file "$FILE" --request POST --header "Authorization: Bearer $GUILDMESH_TOKEN" ' +
    `--header "X-Artifact-Label: $(basename "$FILE")" ${baseUrl}${uploadPath}`
  );
}

/**
 * Methods that tools choose on their own: `curl -T` uses PUT, and for a folder it appends the file's name to the
 * address. Refused before anything of the body is read.
 */
export function refuseOtherMethods(app: FastifyInstance, baseUrl: () => string): void {
  app.register(async (scope) => {
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    const places = [
      { urls: [uploadPath, `${uploadPath}/`], allow: 'POST', method: ['GET', 'PUT', 'PATCH', 'DELETE'] },
      { urls: [`${uploadPath}/:name`], allow: 'GET, HEAD', method: ['POST', 'PUT', 'PATCH', 'DELETE'] },
    ];
    for (const { urls, allow, method } of places) {
      const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
        reply.header('allow', allow);
        const command = uploadCommand(baseUrl());
        throw webErrors.WEB_METHOD_REFUSED({ method: request.method, allow, command });
      };
      for (const url of urls) scope.route({ method, url, onRequest, handler: async () => undefined });
    }
  });
}
