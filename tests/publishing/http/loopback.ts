import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { systemClock } from '#core/clock.ts';
import { Scrubber } from '#core/scrubber.ts';
import { createHostHttp, type HostHttpInit, type JournaledHttp } from '#publishing/http/host-http.ts';

export interface Loopback {
  url: string;
  server: Server;
  requests: { method: string; path: string; headers: IncomingMessage['headers']; bodyBytes: number }[];
  close(): Promise<void>;
}

/** A server that records what arrives before it answers. */
export async function openLoopback(answer: RequestListener): Promise<Loopback> {
  const requests: Loopback['requests'] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      bodyBytes: 0,
    };
    requests.push(seen);
    request.on('data', (chunk: Buffer) => {
      seen.bodyBytes += chunk.length;
    });
    answer(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function hostHttp(init: Partial<HostHttpInit> & { secrets?: string[] } = {}): JournaledHttp {
  const scrubber = new Scrubber();
  for (const secret of init.secrets ?? []) scrubber.add(secret);
  return createHostHttp(
    { clock: systemClock(), scrubber },
    { dryRun: false, signal: new AbortController().signal, ...init },
  );
}
