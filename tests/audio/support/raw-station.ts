import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server on loopback that writes what a test says, byte by byte, after the head of each request; or before it. */
export async function rawStation(
  answer: (request: string, socket: Socket) => void,
  greet?: (socket: Socket) => void,
): Promise<{ host: string; url: string; requests: string[] } & AsyncDisposable> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    greet?.(socket);
    let head = '';
    socket
      .on('error', () => {})
      .once('close', () => sockets.delete(socket))
      .on('data', (chunk) => {
        head += chunk.toString('latin1');
        if (!head.includes('\r\n\r\n')) return;
        requests.push(head);
        answer(head, socket);
        head = '';
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ host, url: `http://${host}`, requests },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
