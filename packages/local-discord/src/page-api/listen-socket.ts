import type { WebSocket } from 'ws';
import type { Playground } from '../contract.ts';
import type { Listener } from '../voice/contract.ts';
import { sessionOf } from './act-routes.ts';
import { encodeAudioPacket } from './audio-packet.ts';
import { refusalOf } from './error-answers.ts';
import type { ListenNotice } from './protocol.ts';
import type { SocketHandler } from './upgrades.ts';

/** About two seconds of audio: what a stalled page has not read by then it doesn't want any more. */
export const audioBehindMaxBytes = 64 * 1024;
const statsIntervalMs = 1_000;

/** Joins `?guild&user&channel` as a listener and sends what it decrypts, until the socket closes. */
export function createListenSockets(playground: Playground): SocketHandler {
  return (socket, query) => {
    const act = { guildId: query.get('guild') ?? '', userId: query.get('user') ?? '' };
    join(playground, act, query.get('channel') ?? '').then(
      (listener) => (socket.readyState === socket.OPEN ? stream(socket, listener) : listener.leave()),
      (error) => {
        notify(socket, { type: 'refused', refusal: refusalOf(error) });
        socket.close(1008, 'refused');
      },
    );
  };
}

async function join(
  playground: Playground,
  act: { guildId: string; userId: string },
  channelId: string,
): Promise<Listener> {
  return sessionOf(playground, act).listen(channelId);
}

function stream(socket: WebSocket, listener: Listener): void {
  let framesSkipped = 0;
  const stopFrames = listener.onFrame((frame) => {
    if (socket.bufferedAmount > audioBehindMaxBytes) framesSkipped += 1;
    else socket.send(encodeAudioPacket(frame));
  });
  const timer = setInterval(() => {
    notify(socket, { type: 'stats', stats: { ...listener.stats }, framesSkipped });
  }, statsIntervalMs);
  socket.on('close', () => {
    clearInterval(timer);
    stopFrames();
    listener.leave();
  });
  notify(socket, { type: 'joined' });
}

function notify(socket: WebSocket, notice: ListenNotice): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(notice));
}
