import type { TLSSocket } from 'node:tls';

/** A socket below this takes what was joined in one go. */
const joinedBytesMax = 16 * 1024;

/**
 * Joins what is written in one turn of the event loop into one TLS record and one system call: a muxer writes header,
 * length and payload of every message one by one. What is large already is written at once.
 */
export function joinWrites(socket: TLSSocket): TLSSocket {
  const write = socket.write.bind(socket) as (chunk: Uint8Array) => boolean;
  const destroySoon = socket.destroySoon.bind(socket);
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;

  function flush(): boolean {
    const [first, ...rest] = waiting;
    if (!first) return !socket.writableNeedDrain;
    const chunk = rest.length === 0 ? first : Buffer.concat(waiting, waitingBytes);
    waiting = [];
    waitingBytes = 0;
    return write(chunk);
  }

  socket.write = ((chunk: Uint8Array) => {
    if (waiting.length === 0) process.nextTick(flush);
    waiting.push(chunk);
    waitingBytes += chunk.byteLength;
    // Full: only a real write tells whether there will be a drain to wait for.
    if (waitingBytes >= joinedBytesMax || socket.writableNeedDrain) return flush();
    return true;
  }) as TLSSocket['write'];
  socket.destroySoon = () => {
    flush();
    destroySoon();
  };
  return socket;
}
