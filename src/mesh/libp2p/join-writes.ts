import type { TLSSocket } from 'node:tls';

/** Size at which a real write is due: joining larger chunks gains nothing. */
const joinedBytesMax = 16 * 1024;

export interface JoiningSocket extends TLSSocket {
  /** Writes immediately, after the waiting chunks; otherwise like `write`. */
  writeNow(chunk: Uint8Array): boolean;
}

/**
 * Joins what is written in one turn of the event loop into one TLS record and one system call: a muxer writes header,
 * length and payload of every message separately. Large chunks are written immediately.
 */
export function joinWrites(socket: TLSSocket): JoiningSocket {
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

  function join(chunk: Uint8Array): boolean {
    if (waiting.length === 0) process.nextTick(flush);
    waiting.push(chunk);
    waitingBytes += chunk.byteLength;
    // Full: only a real write shows whether there will be a `drain` to wait for.
    return waitingBytes >= joinedBytesMax || socket.writableNeedDrain ? flush() : true;
  }

  function writeNow(chunk: Uint8Array): boolean {
    if (waiting.length > 0) flush();
    return write(chunk);
  }

  return Object.assign(socket, {
    write: join as TLSSocket['write'],
    writeNow,
    destroySoon: () => {
      flush();
      destroySoon();
    },
  });
}
