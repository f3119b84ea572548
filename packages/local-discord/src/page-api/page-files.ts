import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fastifyStatic } from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { pageErrors } from './errors.ts';

/** Serves the built page at `/`, or says how to build it. */
export async function addPageFiles(app: FastifyInstance, distDirectory: string): Promise<void> {
  await app.register(fastifyStatic, { root: distDirectory, serve: false, suppressWarning: true });

  app.get('/', (_request, reply) => {
    if (existsSync(join(distDirectory, 'index.html'))) return reply.sendFile('index.html', { maxAge: 0 });
    const { code, message, next } = pageErrors.PAGE_NOT_BUILT();
    return reply.code(503).type('text/plain; charset=utf-8').send(`${message} ${next}\n(${code})\n`);
  });
  app.get('/favicon.svg', (_request, reply) => reply.sendFile('favicon.svg', { maxAge: 0 }));
  // Vite names these by their content, so a name never changes its meaning.
  app.get<{ Params: { name: string } }>('/assets/:name', (request, reply) =>
    reply.sendFile(`assets/${request.params.name}`, { maxAge: '1y', immutable: true }),
  );
}
