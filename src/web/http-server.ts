import { createServer, type RequestListener, type Server } from 'node:http';
import { type ConnectionPlaces, connectionsMax } from './connection-places.ts';

export const headersTimeoutMs = 10_000;
/** How often Node looks for connections that are late; its default of 30 s would let them stay that much longer. */
const connectionsCheckingMs = 1_000;

export interface HttpServerInit {
  uploadTimeoutMs: number;
}

export function httpServer(handler: RequestListener, places: ConnectionPlaces, init: HttpServerInit): Server {
  const server = createServer(
    {
      connectionsCheckingInterval: connectionsCheckingMs,
      headersTimeout: headersTimeoutMs,
      requestTimeout: Math.max(init.uploadTimeoutMs, headersTimeoutMs),
      keepAliveTimeout: 5_000,
      maxHeaderSize: 8 * 1024,
    },
    handler,
  );
  // Node accepts connections in order of arrival; twice the limit lets `ConnectionPlaces` decide first.
  server.maxConnections = connectionsMax * 2;
  server.maxHeadersCount = 64;
  server.maxRequestsPerSocket = 1_000;
  places.watch(server);
  return server;
}
