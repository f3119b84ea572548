import { once } from 'node:events';
import type { APIMessage } from 'discord-api-types/v10';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Playground, PlaygroundEvent } from '../../../packages/local-discord/src/contract.ts';
import { createLiveSockets } from '../../../packages/local-discord/src/page-api/live-socket.ts';
import { type LiveEvent, livePath } from '../../../packages/local-discord/src/page-api/protocol.ts';
import { acceptSockets } from '../../../packages/local-discord/src/page-api/upgrades.ts';

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

/** A server with the live socket alone, and the hand that makes events happen. */
async function serve() {
  const listeners = new Set<(event: PlaygroundEvent) => void>();
  const source: Pick<Playground, 'subscribe'> = {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  app = Fastify();
  acceptSockets(app, { [livePath]: createLiveSockets(source) });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: url.replace('http', 'ws') + livePath,
    listeners,
    emit: (event: PlaygroundEvent) => {
      for (const listener of listeners) listener(event);
    },
  };
}

async function connect(url: string, viewers: Record<string, string>) {
  const socket = new WebSocket(url);
  const events: LiveEvent[] = [];
  socket.on('message', (data) => events.push(JSON.parse(String(data))));
  await once(socket, 'open');
  socket.send(JSON.stringify({ viewers }));
  await expect.poll(() => events.length).toBe(1);
  return { socket, events };
}

const message = { id: '1' } as APIMessage;

describe('the live socket', () => {
  test('tells each page what its member may see, and nothing else', async () => {
    const { url, emit } = await serve();
    const mine = await connect(url, { 7: 'me' });
    const theirs = await connect(url, { 7: 'them' });
    emit({ type: 'message', guildId: '7', channelId: '8', message, viewerId: 'me' });
    emit({ type: 'interaction', guildId: '7', userId: 'me', interactionId: '9', state: 'sent' });
    emit({ type: 'message', guildId: '7', channelId: '8', message });
    await expect
      .poll(() => mine.events.map(({ type }) => type))
      .toEqual(['ready', 'message', 'interaction', 'message']);
    expect(theirs.events.map(({ type }) => type)).toEqual(['ready', 'message']);
  });

  test('ends for a page that does not speak its language, and forgets a page that went', async () => {
    const { url, listeners } = await serve();
    const { socket } = await connect(url, {});
    expect(listeners.size).toBe(1);
    socket.send('{"viewers":5}');
    const [code] = await once(socket, 'close');
    expect(code).toBe(1007);
    await expect.poll(() => listeners.size).toBe(0);
  });

  test('cuts off a page that does not read', async () => {
    const { url, emit, listeners } = await serve();
    const { socket } = await connect(url, {});
    socket.pause();
    const large = { ...message, content: 'x'.repeat(1024 * 1024) };
    for (let count = 0; count < 64 && listeners.size > 0; count += 1) {
      emit({ type: 'message', guildId: '7', channelId: '8', message: large });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => listeners.size).toBe(0);
    socket.terminate();
  });

  test('ends when the server does', async () => {
    const { url } = await serve();
    const { socket } = await connect(url, {});
    const closed = once(socket, 'close');
    await app?.close();
    await closed;
  });
});
