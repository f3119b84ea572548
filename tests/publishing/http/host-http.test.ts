import { once } from 'node:events';
import { request as requestHttps } from 'node:https';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { fateOfTransport } from '#plugins/shared/transport.ts';
import { rejection } from '../../support/rejection.ts';
import { hostHttp, type Loopback, openLoopback } from './loopback.ts';

const open: Loopback[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((loopback) => loopback.close()));
});

async function serve(answer: Parameters<typeof openLoopback>[0]): Promise<Loopback> {
  const loopback = await openLoopback(answer);
  open.push(loopback);
  return loopback;
}

const ok: Parameters<typeof openLoopback>[0] = (request, response) => {
  request.on('end', () => response.setHeader('content-type', 'application/json').end('{"ok":true}'));
  request.resume();
};

describe('a dry run', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('lets no %s out by fetch', async (method) => {
    const loopback = await serve(ok);
    const http = hostHttp({ dryRun: true });
    const error = await rejection(http.fetch(`${loopback.url}/a`, { method, body: 'x' }));
    expect(error).toMatchObject({ code: 'HTTP_DRY_RUN' });
    expect(loopback.requests).toEqual([]);
    expect(http.journal.entries).toMatchObject([{ method }]);
  });

  test('lets GET and HEAD out', async () => {
    const loopback = await serve(ok);
    const http = hostHttp({ dryRun: true });
    expect(await (await http.fetch(`${loopback.url}/a`)).json()).toEqual({ ok: true });
    expect((await http.fetch(`${loopback.url}/a`, { method: 'HEAD' })).status).toBe(200);
  });

  test('lets no streamed body out', async () => {
    const loopback = await serve(ok);
    const error = await rejection(
      hostHttp({ dryRun: true }).send({
        method: 'PUT',
        url: loopback.url,
        headers: {},
        body: (async function* () {
          yield Buffer.from('x');
        })(),
        bodyBytes: 1,
      }),
    );
    expect(error).toMatchObject({ code: 'HTTP_DRY_RUN' });
    expect(loopback.requests).toEqual([]);
  });

  async function throughAgent(change: (request: ReturnType<typeof requestHttps>) => void, init: object) {
    const loopback = await serve(ok);
    const { agent } = hostHttp({ dryRun: true, routes: { 'https://api.example.com': loopback.url } });
    const request = requestHttps('https://api.example.com/2/posts', { agent, ...init });
    const ended = Promise.race([
      once(request, 'response').then(() => 'answered'),
      once(request, 'error').then(([error]) => error.code),
    ]).catch((error) => error.code);
    let thrown: unknown;
    try {
      change(request);
    } catch (error) {
      thrown = error;
    }
    request.end();
    return { ended: await ended, thrown, methods: loopback.requests.map(({ method }) => method) };
  }

  test('lets no write out of a library with its own https', async () => {
    expect(await throughAgent(() => undefined, { method: 'POST' })).toMatchObject({
      ended: 'HTTP_DRY_RUN',
      methods: [],
    });
  });

  test('a method that changes after it was admitted stays what it was', async () => {
    const seen = await throughAgent((request) => {
      request.method = 'DELETE';
    }, {});
    expect(seen.thrown).toBeInstanceOf(TypeError);
    expect(seen.methods).toEqual(['GET']);
  });

  test.each([{ 'X-HTTP-Method-Override': 'DELETE' }, { Upgrade: 'websocket', Connection: 'upgrade' }])(
    'a GET that is more than a GET is refused: %o',
    async (headers) => {
      expect(await throughAgent(() => undefined, { headers })).toMatchObject({
        ended: 'HTTP_DRY_RUN',
        methods: [],
      });
    },
  );
});

describe('routes', () => {
  test('a library that knows one address is led elsewhere, its Host header stays', async () => {
    const loopback = await serve(ok);
    const { agent, fetch } = hostHttp({ routes: { 'https://api.example.com': loopback.url } });
    const request = requestHttps('https://api.example.com/2/posts', { agent, method: 'POST' });
    request.end('{}');
    const [response] = await once(request, 'response');
    response.resume();
    await fetch('https://api.example.com/2/other');
    expect(loopback.requests.map(({ path, headers }) => [path, headers.host])).toEqual([
      ['/2/posts', 'api.example.com'],
      ['/2/other', 'api.example.com'],
    ]);
  });

  test('proxies of the environment are not used', async () => {
    const loopback = await serve(ok);
    const proxy = await serve(ok);
    const before = process.env.http_proxy;
    process.env.http_proxy = proxy.url;
    try {
      await hostHttp().fetch(loopback.url);
    } finally {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
    expect([loopback.requests.length, proxy.requests.length]).toEqual([1, 0]);
  });
});

describe('redirects', () => {
  test('to another origin the credentials stay behind', async () => {
    const other = await serve(ok);
    const first = await serve((_, response) => response.writeHead(302, { location: `${other.url}/b` }).end());
    const response = await hostHttp().fetch(first.url, {
      headers: { authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', accept: 'text/plain' },
    });
    expect(response.url).toBe(`${other.url}/b`);
    const { authorization, cookie, accept, 'x-api-key': key } = other.requests[0]?.headers ?? {};
    expect({ authorization, cookie, key, accept }).toEqual({ accept: 'text/plain' });
  });

  test('within the origin they go along; a loop ends', async () => {
    const loopback = await serve((_, response) => response.writeHead(302, { location: '/again' }).end());
    const response = await hostHttp().fetch(loopback.url, { headers: { authorization: 'Bearer x' } });
    expect(response.status).toBe(302);
    expect(loopback.requests.map(({ headers }) => headers.authorization)).toEqual(Array(6).fill('Bearer x'));
  });

  test('a write is not repeated elsewhere', async () => {
    const loopback = await serve((request, response) => {
      request.resume();
      response.writeHead(307, { location: '/again' }).end();
    });
    expect((await hostHttp().fetch(loopback.url, { method: 'POST', body: 'x' })).status).toBe(307);
    expect(loopback.requests).toHaveLength(1);
  });
});

describe('what a failure means', () => {
  test('no connection: nothing was sent', async () => {
    const loopback = await openLoopback(ok);
    await loopback.close();
    const error = await rejection(hostHttp().fetch(loopback.url, { method: 'POST', body: 'x' }));
    expect(error).toMatchObject({ code: 'HTTP_NOT_REACHED', details: { reason: 'ECONNREFUSED' } });
    expect(fateOfTransport(error)).toMatchObject({ state: 'not-sent' });
  });

  test('a name that does not resolve: nothing was sent', async () => {
    const error = await rejection(hostHttp().fetch('http://nowhere.invalid/'));
    expect(error).toMatchObject({ code: 'HTTP_NOT_REACHED' });
  });

  test('a TLS handshake that never ends: nothing was sent', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const http = hostHttp({ connectTimeoutMs: 100 });
    const error = await rejection(http.fetch(`https://127.0.0.1:${port}/`));
    silent.close();
    expect(error).toMatchObject({
      code: 'HTTP_NOT_REACHED',
      details: { reason: 'connecting took too long' },
    });
  });

  test.each<[string, Parameters<typeof openLoopback>[0]]>([
    ['before the answer', (request) => request.socket.destroy()],
    [
      'in the middle of the answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('half');
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ])('a connection that breaks %s: it may have arrived', async (_, answer) => {
    const loopback = await serve(answer);
    const error = await rejection(
      hostHttp()
        .fetch(loopback.url, { method: 'POST', body: 'x' })
        .then((response) => response.text()),
    );
    expect(fateOfTransport(error)).toMatchObject({ state: 'unknown' });
  });

  test('silence: it may have arrived', async () => {
    const loopback = await serve((request) => void request.resume());
    const error = await rejection(
      hostHttp({ idleTimeoutMs: 80 }).fetch(loopback.url, { method: 'POST', body: 'x' }),
    );
    expect(error).toMatchObject({ code: 'HTTP_ANSWER_LOST' });
  });

  test('silence towards a library with its own https ends too', async () => {
    const loopback = await serve((request) => void request.resume());
    const { agent } = hostHttp({ idleTimeoutMs: 80, routes: { 'https://api.example.com': loopback.url } });
    const request = requestHttps('https://api.example.com/', { agent, method: 'POST' });
    const failed = once(request, 'error');
    request.end('{}');
    const [error] = await failed;
    expect(fateOfTransport(error)).toMatchObject({ state: 'unknown' });
  });

  test('the signal ends what is under way, for fetch and for a foreign library', async () => {
    const loopback = await serve((request) => void request.resume());
    const attempt = new AbortController();
    const http = hostHttp({ signal: attempt.signal, routes: { 'https://api.example.com': loopback.url } });
    const byFetch = rejection(http.fetch(loopback.url));
    const request = requestHttps('https://api.example.com/', { agent: http.agent });
    request.end();
    const byAgent = once(request, 'error');
    while (loopback.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    attempt.abort();
    expect(await byFetch).toMatchObject({ code: 'HTTP_ANSWER_LOST' });
    expect((await byAgent)[0]).toMatchObject({ code: 'ECONNABORTED' });
    expect(await rejection(http.fetch(loopback.url))).toMatchObject({ code: 'HTTP_NOT_REACHED' });
    expect(loopback.requests).toHaveLength(2);
  });
});

describe('bodies', () => {
  const chunk = Buffer.alloc(64 * 1024, 7);
  async function* chunks(count: number) {
    for (let index = 0; index < count; index++) yield chunk;
  }

  test.each([
    ['text', 'grün', 5],
    ['bytes', new Uint8Array(9), 9],
    ['a blob', new Blob(['12345678']), 8],
    ['a form', new URLSearchParams({ a: 'b c' }), 5],
  ])('%s leaves with its length', async (_, body, lengthBytes) => {
    const loopback = await serve(ok);
    await hostHttp().fetch(loopback.url, { method: 'POST', body: body as Blob });
    expect(loopback.requests[0]?.headers['content-length']).toBe(String(lengthBytes));
    expect(loopback.requests[0]?.bodyBytes).toBe(lengthBytes);
  });

  test('multipart forms keep their border', async () => {
    const loopback = await serve(ok);
    const form = new FormData();
    form.set('file', new Blob(['x']), 'a.txt');
    await hostHttp().fetch(loopback.url, { method: 'POST', body: form });
    expect(loopback.requests[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(loopback.requests[0]?.bodyBytes).toBeGreaterThan(100);
  });

  test('a stream leaves with the announced length and reports how far it is', async () => {
    const loopback = await serve(ok);
    const progress: number[] = [];
    const bodyBytes = 256 * chunk.length;
    const response = await hostHttp().send({
      method: 'PUT',
      url: loopback.url,
      headers: { 'content-type': 'audio/ogg' },
      body: chunks(256),
      bodyBytes,
      onProgress: (sentBytes) => progress.push(sentBytes),
    });
    expect(response.status).toBe(200);
    expect(loopback.requests[0]?.headers['content-length']).toBe(String(bodyBytes));
    expect(loopback.requests[0]?.headers['transfer-encoding']).toBeUndefined();
    expect(loopback.requests[0]?.bodyBytes).toBe(bodyBytes);
    expect(progress.at(-1)).toBe(bodyBytes);
  });

  test.each([
    ['fewer', 3],
    ['more', 5],
  ])('%s bytes than announced are refused', async (_, count) => {
    const loopback = await serve(ok);
    const body = chunks(count);
    const sending = hostHttp().send({
      method: 'PUT',
      url: loopback.url,
      headers: {},
      body,
      bodyBytes: 4 * chunk.length,
    });
    expect(await rejection(sending)).toMatchObject({ code: 'HTTP_BODY_LENGTH' });
  });

  test('an answer that comes before the body has left counts, and the artifact is let go', async () => {
    let letGo = false;
    const loopback = await serve((_, response) => response.writeHead(413).end('too large'));
    const response = await hostHttp().send({
      method: 'PUT',
      url: loopback.url,
      headers: {},
      body: (async function* () {
        try {
          for (let index = 0; index < 200; index++) {
            await new Promise((resolve) => setTimeout(resolve, 2));
            yield chunk;
          }
        } finally {
          letGo = true;
        }
      })(),
      bodyBytes: 200 * chunk.length,
    });
    expect(response.status).toBe(413);
    await response.text();
    await expect.poll(() => letGo, { timeout: 2_000 }).toBe(true);
  });
});

describe('the journal', () => {
  test('has every request with status and duration, and no secret', async () => {
    const loopback = await serve(ok);
    const http = hostHttp({ secrets: ['canary-1234567'] });
    await (await http.fetch(`${loopback.url}/p/canary-1234567?sig=abcdef&page=2`)).text();
    await http.fetch(`${loopback.url}/api/webhooks/12/hook-token-value`);
    expect(http.journal.entries.map(({ method, url, status }) => [method, url, status])).toEqual([
      ['GET', `${loopback.url}/p/[secret]?sig=…&page=…`, 200],
      ['GET', `${loopback.url}/api/webhooks/…`, 200],
    ]);
    expect(http.journal.entries[0]?.durationMs).toBeGreaterThanOrEqual(0);
  });

  test('keeps the newest', async () => {
    const loopback = await serve(ok);
    const http = hostHttp({ journalEntriesMax: 3 });
    for (let index = 0; index < 5; index++) await (await http.fetch(`${loopback.url}/${index}`)).text();
    expect(http.journal.entries.map(({ url }) => url.at(-1))).toEqual(['2', '3', '4']);
    expect(http.journal.droppedCount).toBe(2);
  });
});
