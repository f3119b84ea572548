import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { refusalOf } from './error-answers.ts';
import { pageErrors } from './errors.ts';
import { assertOwnPage } from './guard.ts';

/** Open at once, of both kinds: a browser has a handful of tabs. */
export const socketsMax = 32;
/** The page sends viewers by guild and nothing else. */
const requestMaxBytes = 16 * 1024;

export type SocketHandler = (socket: WebSocket, query: URLSearchParams) => void;

/** Takes the upgrades of the given paths and leaves all others to the gateway, which shares the server. */
export function acceptSockets(app: FastifyInstance, handlers: Readonly<Record<string, SocketHandler>>): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: requestMaxBytes });

  function onUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://playground');
    const handle = handlers[pathname];
    if (!handle) return;
    try {
      assertOwnPage(request.headers);
      if (sockets.clients.size >= socketsMax) throw pageErrors.PAGE_SOCKETS_FULL({ socketsMax: socketsMax });
    } catch (error) {
      refuse(stream, error);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      // A broken peer ends its own socket: 'close' follows and cleans up.
      socket.on('error', () => socket.terminate());
      handle(socket, searchParams);
    });
  }

  app.server.on('upgrade', onUpgrade);
  // Before `close`, which waits for open connections.
  app.addHook('preClose', async () => {
    app.server.off('upgrade', onUpgrade);
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
}

function refuse(stream: Duplex, error: unknown): void {
  const body = JSON.stringify(refusalOf(error));
  stream.end(
    `HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
