import { createHmac } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Step } from '#contracts/publisher.ts';
import { webhook as webhookPlugin } from '#plugins/webhook/index.ts';
import { webhookOptions } from '#plugins/webhook/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { rejection } from '../../support/rejection.ts';
import { type AttemptInit, artifactsOf, attemptAt, key, mediaOf } from '../compliance/attempt.ts';
import { address, Receiver } from './receiver.ts';

const webhook = await assembled(webhookPlugin);

const small = new TextEncoder().encode('small');
const large = new Uint8Array(5_000).fill(7);
const secret = 'signing-secret-canary';
let receiver: Receiver;

beforeEach(async () => {
  receiver = await Receiver.open(true);
});
afterEach(() => receiver.close());

function stepOf(options: object = {}): Step {
  const media = [mediaOf(small, 'small.txt', 'text/plain'), mediaOf(large, 'große.bin', 'application/zip')];
  const artifactUrl = 'https://files.example.org/{cid}/{name}';
  const { steps, problems } = webhook.render(
    { title: 'T', body: '**b**', tags: [], media },
    webhookOptions.parse({ artifactUrl, inlineBytesMax: 1_000, ...options }),
    { key, createdAtMs: 0 },
  );
  expect(problems).toEqual([]);
  return steps[0]!;
}

function attempt(init: Partial<AttemptInit> = {}) {
  const credentials = { url: address, secret, ...init.credentials };
  return attemptAt(receiver, { artifacts: artifactsOf([small, large]), ...init, credentials });
}

async function refusal(init: Partial<AttemptInit> = {}) {
  return webhook.classify(await rejection(webhook.execute(attempt(init), stepOf(), {})));
}

test('signs the time and exactly the bytes that are sent, and links what does not go along', async () => {
  const receipt = await webhook.execute(attempt(), stepOf(), {});
  expect(receipt).toEqual({ remoteId: key });
  const { headers, body } = receiver.received[0]!;
  const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['guildmesh-signature'] ?? '')!;
  expect(mac).toBe(createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'));
  expect(Math.abs(Number(seconds) * 1_000 - Date.now())).toBeLessThan(5_000);
  expect(headers['idempotency-key']).toBe(key);
  const { artifacts } = JSON.parse(body.toString());
  expect(Buffer.from(artifacts[0].base64, 'base64').toString()).toBe('small');
  expect(artifacts[1]).not.toHaveProperty('base64');
  expect(artifacts[1].url).toMatch(/^https:\/\/files\.example\.org\/[0-9a-f]{64}\/gro%C3%9Fe\.bin$/);
});

test('shows where the result is only where the options ask for it', async () => {
  const receipt = await webhook.execute(attempt(), stepOf({ showResultAddress: true }), {});
  expect(receipt).toEqual({ remoteId: key, url: 'https://example.org/r' });
});

describe('after a lost answer', () => {
  test('without a promise a person decides, at once and later', async () => {
    expect(await webhook.find(attempt(), stepOf(), {})).toMatchObject({ state: 'cannot-tell' });
  });

  test('with the promise it is sent again, and happens once', async () => {
    const step = stepOf({ dedupe: 'server-key', dedupeWindowMinutes: 60 });
    receiver.server.expectFaults({ 0: { kind: 'drop-after' } });
    expect(webhook.classify(await rejection(webhook.execute(attempt(), step, {})))).toMatchObject({
      state: 'unknown',
    });
    expect(await webhook.find(attempt(), step, {})).toEqual({ state: 'absent' });
    expect(await webhook.execute(attempt(), step, {})).toEqual({ remoteId: key });
    expect(receiver.received).toHaveLength(1);
  });

  test('but not once the receiver may have forgotten', async () => {
    const step = stepOf({ dedupe: 'server-key', dedupeWindowMinutes: 60 });
    const firstAttemptAtMs = Date.now() - 60 * 60_000;
    expect(await webhook.find(attempt({ firstAttemptAtMs }), step, {})).toMatchObject({
      state: 'cannot-tell',
    });
  });
});

describe('refuses', () => {
  test.each(['not an address', 'ftp://example.org/x', 'https://user:pass@example.org/'])(
    'the address %s, without repeating it',
    async (url) => {
      const fate = await refusal({ credentials: { url } });
      expect(fate).toMatchObject({ state: 'authorisation-lost' });
      expect(fate.reason).not.toContain(url);
    },
  );

  test('to follow a redirect', async () => {
    receiver.server.expectFaults({
      0: {
        kind: 'answer',
        answer: { status: 307, headers: { location: `${receiver.server.url}/elsewhere` } },
      },
    });
    expect(await refusal()).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('redirects'),
    });
    expect(receiver.received).toEqual([]);
  });
});

describe('connects to public addresses only', () => {
  const at = (host: string) => ({ routes: {}, credentials: { url: host, secret } });
  const publicOnly = { allowedPrivateHosts: [] };

  test.each([
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0x7f.1',
    '2130706433',
  ])('not to %s', async (host) => {
    const { port } = new URL(receiver.server.url);
    const fate = await refusal({ ...at(`http://${host}:${port}/in`), publicOnly });
    expect(fate).toMatchObject({ state: 'rejected', reason: expect.stringContaining('no public address') });
    expect(receiver.server.requests).toEqual([]);
  });

  test('not to a name that resolves to a private one, not even the second time', async () => {
    const { port } = new URL(receiver.server.url);
    const lookup: LookupFunction = (_name, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const fate = await refusal({
      ...at(`http://hooks.test:${port}/in`),
      publicOnly: { ...publicOnly, lookup },
    });
    expect(fate).toMatchObject({ state: 'rejected', reason: expect.stringContaining('no public address') });
    expect(receiver.server.requests).toEqual([]);
  });

  test('unless the operator listed the host', async () => {
    const { host } = new URL(receiver.server.url);
    const context = attempt({
      ...at(`http://${host}/in/path-canary`),
      publicOnly: { allowedPrivateHosts: [host] },
    });
    await webhook.execute(context, stepOf(), {});
    expect(receiver.received).toHaveLength(1);
    expect(JSON.stringify(context.http.journal.entries)).not.toContain('path-canary');
  });
});
