import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { HostList } from '#web/host-list.ts';
import { requestLimit } from '#web/server.ts';
import { TrustedProxies } from '#web/trusted-proxies.ts';
import { ask, openDoor } from './support.ts';

/** One request, written as it stands: `Connection: close` is added. */
async function written(port: number, target: string, lines: string[], method = 'GET'): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.end([`${method} ${target} HTTP/1.1`, ...lines, 'Connection: close', '', ''].join('\r\n'));
  const answer = await text(socket);
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

const paths = ['/live', '/ready', '/connect/x', '/connect/authorised', '/api/v1/artifacts', '/nowhere'];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Each method and address there is, with the headers; none may come further than to a refusal with that status. */
async function statuses(port: number, target: (path: string) => string, lines: string[]): Promise<number[]> {
  const answers = await Promise.all(
    methods.flatMap((method) => paths.map((path) => written(port, target(path), lines, method))),
  );
  return [...new Set(answers)];
}

test('two Host headers, none, or a target of another host are refused, whatever is asked for', async () => {
  const { port } = await openDoor();
  const own = `Host: 127.0.0.1:${port}`;
  const plain = (path: string) => path;
  expect(await statuses(port, plain, [own, 'Host: evil.example'])).toEqual([421]);
  expect(await statuses(port, plain, ['Host: evil.example', own])).toEqual([421]);
  expect(await statuses(port, plain, [own, own.toLowerCase()])).toEqual([421]);
  for (const other of [
    'http://evil.example',
    `http://127.0.0.1:${port}@evil.example`,
    'https://evil.example:443',
    `ftp://127.0.0.1:${port}`,
    'http://127.0.0.1',
  ])
    expect(await statuses(port, (path) => other + path, [own]), other).toEqual([421]);
  expect(await written(port, '/live', [])).toBe(400);
  expect(await written(port, '/live', [own])).toBe(200);
  expect(await written(port, `http://127.0.0.1:${port}/live`, [own])).toBe(200);
});

test('what another site made a browser send is refused, whatever is asked for', async () => {
  const { port } = await openDoor({ publicUrl: 'https://hub.example.org', allowedHosts: ['ci.lan:8080'] });
  const own = `Host: 127.0.0.1:${port}`;
  for (const headers of [
    ['Origin: https://evil.example'],
    ['Origin: null'],
    // The right host by the wrong scheme or port: somebody on the way may have written that page.
    ['Origin: http://hub.example.org'],
    ['Origin: https://hub.example.org:8443'],
    [`Origin: https://127.0.0.1:${port}`],
    ['Origin: http://127.0.0.1:1'],
    ['Origin: https://hub.example.org.evil.example'],
    ['Origin: https://hub.example.org', 'Origin: https://evil.example'],
    // A name of the door, but not the one it was asked by, and by which scheme it has is unknown.
    ['Origin: http://ci.lan:8080'],
    ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'],
    ['Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: cors'],
    ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'],
  ])
    expect(await statuses(port, (path) => path, [own, ...headers]), headers.join()).toEqual([403]);
  const followed = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'];
  expect(await written(port, '/live', [own, ...followed])).toBe(200);
  expect(await written(port, '/connect/x', [own, ...followed], 'POST')).toBe(403);
});

test('its own pages may ask', async () => {
  const { port } = await openDoor({ publicUrl: 'https://hub.example.org', allowedHosts: ['ci.lan:8080'] });
  for (const [host, origin] of [
    [`127.0.0.1:${port}`, `http://127.0.0.1:${port}`],
    [`127.0.0.1:${port}`, `http://localhost:${port}`],
    ['hub.example.org', 'https://hub.example.org'],
    ['ci.lan:8080', 'http://ci.lan:8080'],
  ] as const)
    expect(await written(port, '/live', [`Host: ${host}`, `Origin: ${origin}`]), origin).toBe(200);
});

test('what is forwarded counts from a trusted proxy, and from nobody else', async () => {
  const init = { publicUrl: 'https://hub.example.org', allowedHosts: ['hub.lan'] };
  const anybody = await openDoor(init);
  const proxied = await openDoor({ ...init, trustedProxies: ['10.0.0.0/8', '127.0.0.1'] });
  const forwarded = (door: { port: number }, host: string, proto: string, origin: string) =>
    written(door.port, '/live', [
      `Host: 127.0.0.1:${door.port}`,
      `X-Forwarded-Host: ${host}`,
      `X-Forwarded-Proto: ${proto}`,
      `Origin: ${origin}`,
    ]);
  // A page of a stranger's name that leads here, through a proxy that asks by the door's own.
  expect(await forwarded(proxied, 'evil.example', 'https', 'https://hub.example.org')).toBe(421);
  expect(await forwarded(proxied, 'hub.lan', 'https', 'https://hub.lan')).toBe(200);
  expect(await forwarded(proxied, 'hub.lan', 'http', 'https://hub.lan')).toBe(403);
  expect(await forwarded(proxied, 'hub.lan, evil.example', 'https', 'https://hub.lan')).toBe(421);
  expect(await forwarded(anybody, 'evil.example', 'https', 'https://hub.example.org')).toBe(200);
  expect(await forwarded(anybody, 'hub.lan', 'https', 'https://hub.lan')).toBe(403);
});

test('who asks is the address the trusted proxy names; from others that name is anybody’s word', async () => {
  for (const [trustedProxies, limited] of [
    [[], true],
    [['127.0.0.1/32'], false],
  ] as const) {
    const { port } = await openDoor({ publicUrl: 'https://hub.example.org', trustedProxies });
    const answers = await Promise.all(
      Array.from({ length: requestLimit.burst + 20 }, (_, index) =>
        ask(port, '/live', { headers: { 'x-forwarded-for': `198.51.100.1, 203.0.113.${index}` } }),
      ),
    );
    expect(answers.some(({ status }) => status === 429)).toBe(limited);
  }
});

test.each([
  [['10.0.0.0/8'], '10.255.0.1', true],
  [['10.0.0.0/8'], '11.0.0.1', false],
  [['10.0.0.0/8'], '::ffff:10.0.0.1', true],
  [['::1'], '::1', true],
  [['::1'], '127.0.0.1', false],
  [['fd00::/8'], 'fd12::1', true],
  [[], '127.0.0.1', false],
  [['127.0.0.1'], 'no address', false],
  [['127.0.0.1'], undefined, false],
])('proxies %j and %s: %s', (entries, address, expected) => {
  expect(new TrustedProxies(entries).has(address)).toBe(expected);
});

test('on port 80 browsers leave the port out', () => {
  const hosts = new HostList({ host: '127.0.0.1', port: 80, allowedHosts: [] });
  expect([hosts.has('localhost'), hosts.has('localhost:80'), hosts.has('localhost:81')]).toEqual([
    true,
    true,
    false,
  ]);
  const asked = { host: 'localhost', scheme: 'http' };
  expect(hosts.isOwnOrigin('http://localhost', asked)).toBe(true);
});
