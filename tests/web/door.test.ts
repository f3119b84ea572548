import { request } from 'node:http';
import { expect, test } from 'vitest';
import { headersTimeoutMs } from '#web/http-server.ts';
import { listenAddressOf } from '#web/listen-address.ts';
import { requestLimit, shortRequestTimeoutMs } from '#web/server.ts';
import { rejection } from '../support/rejection.ts';
import { ask, codeOf, openDoor, opened } from './support.ts';

test('alive at once, ready when nothing is waited for', async () => {
  let waiting = ['discord'];
  const { port } = await openDoor({}, { waitingFor: () => waiting });
  expect(await ask(port, '/live')).toMatchObject({ status: 200, text: '{"status":"live"}' });
  expect(await ask(port, '/ready')).toMatchObject({
    status: 503,
    text: '{"status":"waiting","waitingFor":["discord"]}',
  });
  waiting = [];
  expect((await ask(port, '/ready')).status).toBe(200);
});

test.each(['evil.example', 'evil.example:4281', '127.0.0.1', '127.0.0.1.evil.example'])(
  'Host: %s is refused, whatever is forwarded',
  async (host) => {
    const { port } = await openDoor();
    const headers = { host, 'x-forwarded-host': `127.0.0.1:${port}` };
    for (const path of ['/live', '/connect/x', '/nowhere']) {
      const answer = await ask(port, path, { headers });
      expect([answer.status, path.startsWith('/connect') || codeOf(answer)]).toEqual([
        421,
        path.startsWith('/connect') || 'WEB_HOST_REFUSED',
      ]);
    }
  },
);

test('its own names, that of the public address and further ones are answered to', async () => {
  const { port } = await openDoor({ publicUrl: 'https://hub.example.org', allowedHosts: ['ci.lan:8080'] });
  for (const host of [
    `localhost:${port}`,
    `127.0.0.1:${port}`,
    `[::1]:${port}`,
    'hub.example.org',
    'HUB.example.org',
    'ci.lan:8080',
  ])
    expect((await ask(port, '/live', { headers: { host } })).status, host).toBe(200);
  expect(
    (await ask(port, '/live', { headers: { host: 'hub.example.org' } })).headers['strict-transport-security'],
  ).toBeDefined();
});

test('every answer carries the headers that keep browsers in check', async () => {
  const { port } = await openDoor();
  for (const path of ['/live', '/nowhere']) {
    const { headers } = await ask(port, path);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  }
});

test('paths lead nowhere but to the routes there are', async () => {
  const { port } = await openDoor();
  for (const path of [
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/connect/../../etc/passwd',
    '//etc/passwd',
    '/live/..%2f',
    '/%00',
    '/.git/config',
  ])
    expect((await ask(port, path)).status, path).toBeGreaterThanOrEqual(400);
  expect(
    (await ask(port, '/live', { method: 'TRACE' }).catch(() => ({ status: 400 }))).status,
  ).toBeGreaterThanOrEqual(400);
});

test('deep or polluting JSON is not even parsed', async () => {
  const { port } = await openDoor();
  for (const body of ['['.repeat(5_000) + ']'.repeat(5_000), '{"__proto__":{"polluted":1}}']) {
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    expect((await ask(port, '/connect/x', { method: 'POST', headers, body })).status).toBe(415);
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('there is no WebSocket to open', async () => {
  const { port } = await openDoor();
  const upgraded = await new Promise<boolean>((resolve) => {
    const headers = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      origin: 'https://evil.example',
    };
    const asked = request({ port, host: '127.0.0.1', path: '/live', headers });
    asked.on('upgrade', () => resolve(true));
    asked.on('response', () => resolve(false));
    asked.on('error', () => resolve(false));
    asked.end();
  });
  expect(upgraded).toBe(false);
});

test('one address may not ask without end, and learns how long to wait', async () => {
  const { port } = await openDoor();
  const answers = await Promise.all(
    Array.from({ length: requestLimit.burst + 30 }, () => ask(port, '/live')),
  );
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited.length).toBeGreaterThan(10);
  expect(limited[0]!.headers['retry-after']).toBe('1');
});

test('headers and bodies that trickle are cut off', async () => {
  const { port } = await openDoor();
  const slowHead = await opened(port, 'GET /live HTTP/1.1\r\nHost: a\r\n');
  const trickle = setInterval(() => slowHead.socket.write('X-A: b\r\n'), 300);
  const form = `POST /connect/x HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na`;
  const slowBody = await opened(port, form);
  const silent = await opened(port, '');
  expect(await slowHead.closedAfterMs).toBeLessThan(headersTimeoutMs + 3_000);
  clearInterval(trickle);
  expect(await slowBody.closedAfterMs).toBeLessThan(shortRequestTimeoutMs + 2_000);
  silent.socket.destroy();
  expect((await ask(port, '/live')).status).toBe(200);
}, 40_000);

test.each([
  ['0.0.0.0:4281', undefined, false],
  ['0.0.0.0:4281', undefined, true],
  ['0.0.0.0:4281', 'http://hub.example.org', true],
  ['0.0.0.0:4281', 'https://hub.example.org', false],
  ['[::]:4281', undefined, false],
  ['192.168.1.5:80', undefined, false],
  ['[::ffff:192.168.1.5]:80', undefined, false],
  ['hub.local', undefined, false],
])('listening on %s with %s and exposed %s is refused', (listen, publicUrl, exposed) => {
  expect(() => listenAddressOf({ listen, publicUrl, exposed })).toThrow(
    expect.objectContaining({ code: 'WEB_LISTEN_EXPOSED' }),
  );
});

test.each([
  ['127.0.0.1:4281', { host: '127.0.0.1', port: 4281 }],
  ['127.8.9.1', { host: '127.8.9.1', port: 4281 }],
  ['[::1]:5', { host: '::1', port: 5 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
])('listening on %s is fine', (listen, address) => {
  expect(listenAddressOf({ listen, exposed: false })).toEqual(address);
});

test('an address with both signs of intent is fine; a taken port is an error that says so', async () => {
  const meant = { listen: '0.0.0.0:1', publicUrl: 'https://hub.example.org', exposed: true };
  expect(listenAddressOf(meant)).toEqual({ host: '0.0.0.0', port: 1 });
  const { port } = await openDoor();
  expect(await rejection(openDoor({ listen: `127.0.0.1:${port}` }))).toMatchObject({
    code: 'WEB_LISTEN_FAILED',
    details: { reason: 'EADDRINUSE' },
  });
});
