import { REST } from 'discord.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '#core/logger.ts';
import { guardRequests, invalidWindowMs, requestRetriesMax } from '#discord/client/request.ts';
import { restOptions } from '#discord/client/rest-options.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordingProxy } from './support/recording-proxy.ts';
import { SkippingClock } from './support/skipping-clock.ts';

describe('the real REST client', () => {
  let proxy: RecordingProxy;
  let rest: REST;
  beforeEach(async () => {
    proxy = new RecordingProxy('http://127.0.0.1:9/api');
    await proxy.start();
    const components = { clock: new SkippingClock(), logger: silentLogger() };
    rest = new REST(restOptions(components, proxy.apiUrl)).setToken('x');
  });
  afterEach(() => proxy.stop());

  test('a POST answered by a server error is sent once', async () => {
    proxy.intercept = () => ({ status: 502 });
    await expect(rest.post('/channels/1/messages', { body: {} })).rejects.toThrow();
    expect(proxy.requests).toHaveLength(1);
  });

  test('what is safe to repeat is repeated, a named number of times', async () => {
    proxy.intercept = () => ({ status: 502 });
    await expect(rest.patch('/channels/1', { body: {} })).rejects.toThrow();
    expect(proxy.requests).toHaveLength(1 + requestRetriesMax);
  });

  test('a repeat that succeeds is the answer', async () => {
    proxy.intercept = () =>
      proxy.requests.length === 1 ? { status: 500 } : { status: 200, body: { ok: true } };
    expect(await rest.get('/gateway/bot')).toEqual({ ok: true });
  });

  test('a POST is sent again after a rate limit: that one was not taken', async () => {
    proxy.intercept = () =>
      proxy.requests.length === 1
        ? {
            status: 429,
            body: { retry_after: 0.05, global: false, message: 'slow' },
            headers: { 'retry-after': '0.05' },
          }
        : { status: 200, body: { id: '1' } };
    expect(await rest.post('/channels/1/messages', { body: {} })).toEqual({ id: '1' });
  });
});

describe('the breaker', () => {
  const max = 5;
  function storm(status: number, headers: Record<string, string> = {}) {
    const clock = new FakeClock();
    let sentCount = 0;
    const send = async () => {
      sentCount += 1;
      return new Response('{}', { status, headers });
    };
    const request = guardRequests(
      { clock, logger: silentLogger(), send: send as never },
      { invalidAnswersMax: max },
    );
    return { clock, sentCount: () => sentCount, attempt: () => request('http://x', { method: 'POST' }) };
  }

  test.each([401, 403, 429])('stops sending after so many %i, and says why', async (status) => {
    const { attempt, sentCount } = storm(status);
    for (let turn = 0; turn < max; turn++) await attempt();
    for (let turn = 0; turn < 100; turn++)
      await expect(attempt()).rejects.toMatchObject({ code: 'DISCORD_BREAKER_OPEN' });
    expect(sentCount()).toBe(max);
  });

  test('closes again when Discord’s window has passed', async () => {
    const { attempt, clock, sentCount } = storm(403);
    for (let turn = 0; turn < max; turn++) await attempt();
    await clock.advance(invalidWindowMs - 1);
    await expect(attempt()).rejects.toThrow();
    await clock.advance(1);
    await attempt();
    expect(sentCount()).toBe(max + 1);
  });

  test.each([
    ['limits shared with others', 429, { 'x-ratelimit-scope': 'shared' }],
    ['good answers', 200, {}],
    ['what does not exist', 404, {}],
  ])('does not count %s', async (_, status, headers) => {
    const { attempt, sentCount } = storm(status, headers as Record<string, string>);
    for (let turn = 0; turn < 20; turn++) await attempt();
    expect(sentCount()).toBe(20);
  });
});
