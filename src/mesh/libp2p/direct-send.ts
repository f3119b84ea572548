import type { StreamMuxer } from '@libp2p/interface';
import { type InnerConnection, type InnerStream, streamState } from './yamux-internals.ts';

/** https://github.com/hashicorp/yamux/blob/master/spec.md: version, type, flags u16, stream id u32, length u32. */
const headerBytes = 12;
/** For larger messages the shortcut gains nothing. */
const directBytesMax = 16 * 1024;

/**
 * Lets a message skip the two send queues between a stream and its socket while both are empty: each costs lists,
 * copies and events that, for an audio frame, add up to more than encrypting and writing it.
 */
export function sendDirectly(stream: InnerStream, connection: InnerConnection, muxer: StreamMuxer): void {
  const { socket } = connection;
  const write = socket?.writeNow;
  if (!write) return;
  const send = stream.send.bind(stream);
  stream.send = (data) => {
    if (!(data instanceof Uint8Array) || !free(stream, connection, data.length)) return send(data);
    stream.sendWindowCapacity -= data.length;
    const more = write(frameOf(stream.streamId, data));
    if (!more) {
      connection.writableNeedsDrain = true;
      for (const other of muxer.streams) (other as unknown as InnerStream).onMuxerNeedsDrain();
    }
    return more;
  };
}

/** No data waits, no close is pending, and the window has room. */
function free(stream: InnerStream, connection: InnerConnection, length: number): boolean {
  return (
    stream.state === streamState.established &&
    length > 0 &&
    length <= directBytesMax &&
    length <= stream.sendWindowCapacity &&
    queueEmpty(stream) &&
    queueEmpty(connection)
  );
}

function queueEmpty(queue: InnerStream | InnerConnection): boolean {
  return (
    queue.writeStatus === 'writable' &&
    !queue.writableNeedsDrain &&
    !queue.sendingData &&
    queue.writeBufferLength === 0
  );
}

function frameOf(streamId: number, data: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(headerBytes + data.length);
  frame.writeUInt32BE(0, 0);
  frame.writeUInt32BE(streamId, 4);
  frame.writeUInt32BE(data.length, 8);
  frame.set(data, headerBytes);
  return frame;
}
