import type { FastifyInstance } from 'fastify';
import type { NewsHooks } from '#contracts/news.ts';

export const hooksPath = '/api/v1/hooks';
/** Notes of 125,000 letters and a thousand assets fit. */
export const hookBytesMax = 4 * 1024 * 1024;

/** `POST /api/v1/hooks/{chain}`: a platform reports news. The signature identifies the sender. */
export function serveNewsHooks(app: FastifyInstance, hooks: NewsHooks): void {
  app.register(async (scope) => {
    // The signature covers the bytes exactly as they came.
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post<{ Params: { chain: string } }>(
      `${hooksPath}/:chain`,
      { bodyLimit: hookBytesMax },
      async (request, reply) => {
        const { headers, body, params } = request;
        const said = (name: string) => headers[name]?.toString() ?? '';
        const answer = await hooks.receive({
          chainId: params.chain,
          event: said('x-github-event'),
          deliveryId: said('x-github-delivery'),
          signature: said('x-hub-signature-256'),
          contentType: said('content-type'),
          body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
        });
        return reply.code(answer.state === 'started' ? 202 : 200).send(answer);
      },
    );
  });
}
