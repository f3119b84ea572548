import type { FastifyInstance } from 'fastify';
import type { Attachments } from '../../world/attachments.ts';

/** Files by the URLs that messages carry: not part of the REST API, as at Discord. */
export function mountAttachments(app: FastifyInstance, attachments: Attachments): void {
  app.get<{ Params: { attachmentId: string } }>(
    '/attachments/:channelId/:attachmentId/:name',
    async (request, reply) => {
      const file = attachments.get(request.params.attachmentId);
      if (!file) return reply.code(404).type('text/plain').send('This content is no longer available.');
      // Never as a page of this origin: a file is somebody's, and may be HTML.
      return reply
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('x-content-type-options', 'nosniff')
        .type(file.contentType)
        .send(Buffer.from(file.bytes));
    },
  );
}
