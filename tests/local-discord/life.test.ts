import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlaygroundInit } from '../../packages/local-discord/src/contract.ts';
import { createPlayground } from '../../packages/local-discord/src/playground.ts';
import { ids, smallWorld } from './support/small-world.ts';

let stateDirectory = '';
const lines: string[] = [];
const init = (more: Partial<PlaygroundInit> = {}): PlaygroundInit => ({
  seed: smallWorld(),
  stateDirectory,
  log: (line) => lines.push(line),
  ...more,
});

beforeAll(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'playground-'));
});
afterAll(() => rm(stateDirectory, { recursive: true, force: true }));

test('before the start there is nothing to look at, and stopping is harmless', async () => {
  const playground = createPlayground(init());
  expect(() => playground.world).toThrow(/start it first/);
  await playground.stop();
});

test('a taken port is reported, and leaves nothing running', async () => {
  const first = createPlayground(init());
  await first.start();
  const port = Number(new URL(first.apiUrl).port);
  const second = createPlayground(init({ port }));
  await expect(second.start()).rejects.toMatchObject({ code: 'PLAYGROUND_PORT_TAKEN' });
  expect(() => second.world).toThrow(/start it first/);
  await first.stop();
  await second.start();
  await second.stop();
});

test('a page is mounted before the server listens', async () => {
  const playground = createPlayground(
    init({
      mountPage: async (app, mounted) => {
        app.get('/', async () => mounted.world.guilds().map(({ name }) => name));
      },
    }),
  );
  await playground.start();
  expect(await (await fetch(playground.pageUrl)).json()).toEqual(['North', 'South']);
  await playground.stop();
});

test('a subscriber that fails is logged, and fails nobody else', async () => {
  const playground = createPlayground(init());
  await playground.start();
  const heard: string[] = [];
  playground.subscribe(() => {
    throw new Error('broken page');
  });
  playground.subscribe(({ type }) => heard.push(type));
  await playground.as(ids.member, ids.guild).say(ids.text, 'hello');
  expect([heard, lines.some((line) => line.includes('broken page'))]).toEqual([['message'], true]);
  await playground.stop();
});

test('the seed must not invite a bot that it does not list', async () => {
  const seed = smallWorld();
  const playground = createPlayground(init({ seed: { ...seed, bots: [] } }));
  await expect(playground.start()).rejects.toThrow(/lists no such bot/);
});
