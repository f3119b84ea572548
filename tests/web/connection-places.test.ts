import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { connectLimit } from '#web/connect-page.ts';
import { connectionsMax, waitingPerAddressMax } from '#web/connection-places.ts';
import { ask, openDoor } from './support.ts';

interface Held {
  sockets: Socket[];
  openCount: () => number;
}

/** Connections from one address that write `text` and then nothing. */
async function hold(port: number, localAddress: string, count: number, text = ''): Promise<Held> {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    socket.on('error', () => {});
    socket.resume().write(text);
    return socket;
  });
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.once('connect', () => resolve());
          socket.once('close', () => resolve());
        }),
    ),
  );
  return { sockets, openCount: () => sockets.filter(({ destroyed }) => !destroyed).length };
}

const halfHead = 'GET /live HTTP/1.1\r\nHost: a\r\n';

test.each(['', halfHead])(
  'as many half-open connections as there are places shut nobody out (%j)',
  async (text) => {
    const { port } = await openDoor();
    const { openCount } = await hold(port, '127.0.0.9', connectionsMax, text);
    await expect.poll(openCount).toBe(waitingPerAddressMax);
    const before = performance.now();
    expect((await ask(port, '/live')).status).toBe(200);
    expect(performance.now() - before).toBeLessThan(1_000);
  },
);

test('connections kept for a next request count as waiting; those being answered don’t', async () => {
  const { port } = await openDoor();
  const live = `GET /live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  const kept = await hold(port, '127.0.0.9', waitingPerAddressMax, live);
  await sleep(300);
  const more = await hold(port, '127.0.0.9', 20, halfHead);
  await expect.poll(more.openCount).toBe(0);
  expect(kept.openCount()).toBe(waitingPerAddressMax);

  const form = `POST /connect/x HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n`;
  const asking = await hold(port, '127.0.0.10', 10, form);
  await sleep(300);
  const beside = await hold(port, '127.0.0.10', 100, halfHead);
  await expect.poll(beside.openCount).toBe(waitingPerAddressMax);
  expect(asking.openCount()).toBe(10);
});

test('requests that never end hold few places, too', async () => {
  const { port } = await openDoor();
  const form = `POST /connect/x HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\na`;
  const held: Held[] = [];
  for (let batch = 0; batch < 5; batch++) {
    held.push(await hold(port, '127.0.0.9', 20, form));
    await sleep(200);
  }
  const openCount = () => held.reduce((sum, each) => sum + each.openCount(), 0);
  // The first ones are waited for; the others were told to come later, and count as waiting.
  await expect.poll(openCount).toBeLessThanOrEqual(connectLimit.burst + waitingPerAddressMax + 5);
  expect(openCount()).toBeGreaterThan(connectLimit.burst);
  expect((await ask(port, '/live')).status).toBe(200);
});

test('when many addresses hold all places, the one with most gives up its oldest to a newcomer', async () => {
  const { port } = await openDoor();
  const held: Held[] = [];
  for (let host = 1; host <= connectionsMax / waitingPerAddressMax; host++)
    held.push(await hold(port, `127.0.9.${host}`, waitingPerAddressMax));
  const openCount = () => held.reduce((sum, each) => sum + each.openCount(), 0);
  expect(openCount()).toBe(connectionsMax);
  expect((await ask(port, '/live')).status).toBe(200);
  expect(openCount()).toBe(connectionsMax - 1);
  expect(held[0]?.sockets[0]?.destroyed).toBe(true);
});

test('a trusted proxy speaks for many', async () => {
  const { port } = await openDoor({ trustedProxies: ['127.0.0.9'] });
  const { openCount } = await hold(port, '127.0.0.9', 100);
  await sleep(300);
  expect(openCount()).toBe(100);
});
