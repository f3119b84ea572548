import { expect, test } from 'vitest';
import { noBody } from '../../packages/elsewhere/src/core/body.ts';
import { BoundedMap } from '../../packages/elsewhere/src/core/bounded-map.ts';
import { Depot } from '../../packages/elsewhere/src/core/depot.ts';
import {
  bodyShownBytesMax,
  loggedBody,
  RequestLog,
  requestsKeptMax,
} from '../../packages/elsewhere/src/core/request-log.ts';
import { Switches, tooManyMs } from '../../packages/elsewhere/src/core/switches.ts';
import { stateOf, Tokens, tokensMax } from '../../packages/elsewhere/src/core/tokens.ts';
import { Repository, treeFilesMax } from '../../packages/elsewhere/src/github/repository.ts';

test('a map drops its oldest', () => {
  const dropped: string[] = [];
  const map = new BoundedMap<string, string>(2, (value) => dropped.push(value));
  for (const key of ['a', 'b', 'c']) map.set(key, key);
  expect([map.values(), dropped]).toEqual([['b', 'c'], ['a']]);
});

test('the depot keeps bytes within its limit, and the same bytes once', () => {
  const depot = new Depot(10);
  const first = depot.keep(Buffer.from('123456'));
  depot.keep(Buffer.from('123456'));
  expect(depot.totalBytes).toBe(6);
  const second = depot.keep(Buffer.from('abcdef'));
  expect(depot.read(first)).toBeUndefined();
  expect(depot.read(second)?.toString()).toBe('abcdef');
  expect(depot.read(depot.keep(Buffer.alloc(11)))).toBeUndefined();
  expect(depot.totalBytes).toBeLessThanOrEqual(10);
});

test('of requests the newest are kept, and of each body a part', () => {
  const log = new RequestLog();
  const request = { service: 'a', method: 'GET', url: '/', headers: [], body: noBody };
  for (let count = 0; count <= requestsKeptMax; count += 1) log.add({ ...request, url: `/${count}` });
  const kept = log.of('a', 10_000);
  expect([kept.length, kept[0]?.url, kept.at(-1)?.url]).toEqual([
    requestsKeptMax,
    `/${requestsKeptMax}`,
    '/1',
  ]);
  expect(loggedBody(Buffer.alloc(bodyShownBytesMax + 1, 'x')).text).toHaveLength(bodyShownBytesMax);
  expect(loggedBody(Buffer.from([0, 1, 2]))).toEqual({ text: '', note: '3 bytes, not text' });
});

test('the oldest token is unknown once there are too many', () => {
  const tokens = new Tokens();
  const issue = (value: string) => tokens.issue([{ name: 'token', label: 'Token', value }]);
  const first = issue('first');
  for (let count = 0; count < tokensMax; count += 1) issue(`token ${count}`);
  expect(tokens.find('first')).toBeUndefined();
  expect(tokens.valid('token 1')).toBeDefined();
  expect(stateOf({ ...first, expiresAtMs: 5 }, 5)).toBe('expired');
});

test('a switch for one write is off after it; too many requests end with their time', () => {
  const switches = new Switches();
  switches.set('fail-after', 'once', 0);
  expect(switches.meet(false, 1).write).toBeUndefined();
  expect([switches.meet(true, 1).write, switches.meet(true, 1).write]).toEqual(['fail-after', undefined]);
  switches.set('too-many', 'on', 0);
  expect(switches.meet(false, tooManyMs - 1).tooManyForSeconds).toBe(1);
  expect(switches.meet(false, tooManyMs).tooManyForSeconds).toBeUndefined();
});

test('a repository says when it is full', () => {
  const repository = new Repository(1, 'acme', 'site');
  const sha = repository.addBlob(Buffer.from('x'));
  const entries = Array.from({ length: treeFilesMax + 1 }, (_, index) => ({
    path: `${index}`,
    mode: '100644',
    sha,
  }));
  expect(() => repository.addTree(undefined, entries)).toThrow(`keeps ${treeFilesMax} files`);
});
