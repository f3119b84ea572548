import { once } from 'node:events';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Playground } from '../../../packages/local-discord/src/contract.ts';
import { decodeAudioPacket } from '../../../packages/local-discord/src/page-api/audio-packet.ts';
import { createListenSockets } from '../../../packages/local-discord/src/page-api/listen-socket.ts';
import { type ListenNotice, listenPath } from '../../../packages/local-discord/src/page-api/protocol.ts';
import { acceptSockets } from '../../../packages/local-discord/src/page-api/upgrades.ts';
import type { HeardFrame, Listener } from '../../../packages/local-discord/src/voice/contract.ts';

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

/** A server with the listen socket alone, in front of a voice channel that the test speaks in. */
async function serve(joined: Promise<void> = Promise.resolve()) {
  const listeners = new Set<(frame: HeardFrame) => void>();
  let leftCount = 0;
  const listener: Listener = {
    userId: '2',
    channelId: '3',
    stats: {
      framesHeard: 0,
      silenceFrames: 0,
      framesPlain: 0,
      framesUndecryptable: 0,
      rtpGaps: 0,
      rtpRepeats: 0,
      transportErrors: 0,
    },
    onFrame(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    speak: () => false,
    leave() {
      leftCount += 1;
    },
  };
  const playground = {
    world: { guild: (id: string) => (id === '1' ? { members: [{ user: { id: '2' } }] } : undefined) },
    as: () => ({ listen: () => joined.then(() => listener) }),
  } as unknown as Playground;
  app = Fastify();
  acceptSockets(app, { [listenPath]: createListenSockets(playground) });
  const url = (await app.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
  return {
    connect: (query: string) => new WebSocket(`${url}${listenPath}?${query}`),
    listeners,
    leftCount: () => leftCount,
    speak(payload: Uint8Array) {
      const frame = {
        speakerId: '9',
        rtpSequence: 7,
        rtpTimestamp: 960,
        arrivedAtMs: 0,
        payload,
        e2ee: true,
        silence: false,
      };
      for (const hear of listeners) hear(frame);
    },
  };
}

function noticesOf(socket: WebSocket): ListenNotice[] {
  const notices: ListenNotice[] = [];
  socket.on('message', (data, isBinary) => {
    if (!isBinary) notices.push(JSON.parse(String(data)));
  });
  return notices;
}

describe('the listen socket', () => {
  test('sends frames as they are heard, and leaves with the page', async () => {
    const room = await serve();
    const socket = room.connect('guild=1&user=2&channel=3');
    const frames: Uint8Array[] = [];
    socket.on('message', (data, isBinary) => isBinary && frames.push(data as Buffer));
    await expect.poll(() => room.listeners.size).toBe(1);
    room.speak(Uint8Array.of(1, 2, 3));
    await expect.poll(() => frames.length).toBe(1);
    expect(decodeAudioPacket(new Uint8Array(frames[0] ?? []))).toMatchObject({
      speakerId: '9',
      rtpSequence: 7,
      e2ee: true,
    });
    socket.close();
    await expect.poll(room.leftCount).toBe(1);
    expect(room.listeners.size).toBe(0);
  });

  test('leaves at once when the page went while joining', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const room = await serve(promise);
    const socket = room.connect('guild=1&user=2&channel=3');
    await once(socket, 'open');
    socket.terminate();
    await once(socket, 'close');
    await new Promise((turn) => setTimeout(turn, 50));
    resolve();
    await expect.poll(room.leftCount).toBe(1);
    expect(room.listeners.size).toBe(0);
  });

  test('skips frames for a page that does not read, and says how many', async () => {
    const room = await serve();
    const socket = room.connect('guild=1&user=2&channel=3');
    const notices = noticesOf(socket);
    await expect.poll(() => room.listeners.size).toBe(1);
    socket.pause();
    for (let count = 0; count < 20_000; count += 1) room.speak(new Uint8Array(1_275));
    socket.resume();
    await expect
      .poll(() => notices.find(({ type }) => type === 'stats'), { timeout: 4_000 })
      .toMatchObject({
        framesSkipped: expect.toSatisfy((count: number) => count > 1_000),
      });
    socket.terminate();
  });

  test('says why it may not listen', async () => {
    const room = await serve();
    const socket = room.connect('guild=5&user=2&channel=3');
    const notices = noticesOf(socket);
    const [code] = await once(socket, 'close');
    expect(code).toBe(1008);
    expect(notices).toMatchObject([{ type: 'refused', refusal: { code: 'PAGE_GUILD_UNKNOWN' } }]);
  });
});
