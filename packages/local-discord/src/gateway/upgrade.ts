import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { type ConnectionComponents, serveConnection } from './connection.ts';

export const gatewayPath = '/gateway';

/** Takes the websocket upgrades of the gateway's path and leaves all others alone. Returns what ends it. */
export function mountGateway(app: FastifyInstance, components: ConnectionComponents): () => void {
  const server = new WebSocketServer({ noServer: true });
  app.server.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.replace(/\/$/, '') !== gatewayPath) return;
    server.handleUpgrade(request, socket, head, (websocket) => {
      if (searchParams.get('v') !== '10') return websocket.close(4012, 'Invalid API version.');
      if (searchParams.get('encoding') === 'etf') return websocket.close(4002, 'Only JSON is spoken here.');
      serveConnection(components, websocket);
    });
  });
  return () => {
    for (const client of server.clients) client.terminate();
    server.close();
  };
}
