import type { FastifyInstance } from 'fastify';

export interface HealthComponents {
  /** Names of parts that can't work now; empty: all can. */
  waitingFor: () => readonly string[];
}

/** `/live`: the process answers. `/ready`: it can work; until then 503 with what it waits for. */
export function serveHealth(app: FastifyInstance, { waitingFor }: HealthComponents): void {
  app.get('/live', async () => ({ status: 'live' }));
  app.get('/ready', async (_, reply) => {
    const waiting = waitingFor();
    const status = waiting.length === 0 ? 'ready' : 'waiting';
    return reply.code(waiting.length === 0 ? 200 : 503).send({ status, waitingFor: waiting });
  });
}
