import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keyOf } from '#audio/source/cache/entry.ts';
import { OpusCache } from '#audio/source/cache/opus-cache.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { opusPacket } from '../../support/ogg-pages.ts';

const identity = { path: '/music/a.mp3', sizeBytes: 100, modifiedNs: 1n };
const encoding = { bitrateKbps: 96 };
const keys = ['a', 'b', 'c'].map((name) => keyOf({ ...identity, path: name }, encoding));
const [first = '', second = '', third = ''] = keys;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

async function opened(bytesMax?: number): Promise<OpusCache> {
  const components = { clock: systemClock(), chance: systemChance(), logger: silentLogger() };
  const cache = new OpusCache(components, { folder: folder.path, bytesMax });
  await cache.start();
  return cache;
}

/** Each packet carries its number. */
function packets(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const packet = Buffer.alloc(200, opusPacket(1));
    packet.writeUInt32LE(index, 4);
    return packet;
  });
}

async function put(cache: OpusCache, key: string, count = 120): Promise<void> {
  const kept = await cache.keep(key);
  for (const [index, packet] of packets(count).entries()) {
    if (index === 60) kept?.title('Second song');
    await kept?.packet(packet);
  }
  await kept?.commit();
}

async function numbersOf(cache: OpusCache, key: string, fromFrame?: number): Promise<number[]> {
  const numbers: number[] = [];
  const sound = await cache.find(key);
  for await (const packet of sound?.packets(fromFrame) ?? [])
    numbers.push(Buffer.from(packet).readUInt32LE(4));
  return numbers;
}

describe('the cache of decoded sound', () => {
  test('gives back every packet, its length and titles, also after a restart and from any frame', async () => {
    await put(await opened(), first, 120);
    const cache = await opened();
    expect(await cache.find(first)).toMatchObject({ durationMs: 2_400, titles: [[60, 'Second song']] });
    expect(await numbersOf(cache, first)).toEqual(Array.from({ length: 120 }, (_, index) => index));
    for (const from of [0, 1, 49, 50, 51, 99, 100, 119])
      expect((await numbersOf(cache, first, from))[0], String(from)).toBe(from);
    expect(await numbersOf(cache, first, 120)).toEqual([]);
  });

  test('has what is whole only: not what is written, was broken off, or lost a part', async () => {
    const cache = await opened();
    const kept = await cache.keep(first);
    for (const packet of packets(120)) await kept?.packet(packet);
    expect([await cache.find(first), await cache.keep(first)]).toEqual([undefined, undefined]);
    await kept?.discard();
    expect(readdirSync(folder.path)).toEqual([]);
    await put(cache, second);
    writeFileSync(join(folder.path, `${third}.opus`), 'left by a crash');
    writeFileSync(join(folder.path, `${third}.opus.part`), 'left by a crash');
    await opened();
    expect(readdirSync(folder.path).sort()).toEqual([`${second}.json`, `${second}.opus`]);
  });

  test('forgets an entry whose bytes were changed', async () => {
    const cache = await opened();
    await put(cache, first);
    const path = join(folder.path, `${first}.opus`);
    const bytes = readFileSync(path);
    bytes[bytes.length - 300] = (bytes[bytes.length - 300] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await expect(numbersOf(cache, first)).rejects.toThrow('damaged');
    expect([await cache.find(first), readdirSync(folder.path)]).toEqual([undefined, []]);
    await put(cache, second);
    appendFileSync(join(folder.path, `${second}.json`), '}');
    expect(await cache.find(second)).toBeUndefined();
  });

  test('leaves nothing of an entry whose index couldn’t be written', async () => {
    const cache = await opened();
    const inTheWay = join(folder.path, `${first}.json.part`);
    mkdirSync(inTheWay);
    await put(cache, first);
    expect([readdirSync(folder.path), cache.sizeBytes, await cache.find(first)]).toEqual([[], 0, undefined]);
    await put(cache, first);
    expect(await numbersOf(cache, first, 118)).toEqual([118, 119]);
  });

  test('keeps an entry that can’t be opened for a while, and forgets one that is gone', async () => {
    const cache = await opened();
    await put(cache, first);
    for (const kind of ['opus', 'json']) {
      const path = join(folder.path, `${first}.${kind}`);
      renameSync(path, `${path}.away`);
      // As when too many files are open: it can't be opened, and is there.
      symlinkSync(path, path);
      if (kind === 'opus') await expect(numbersOf(cache, first)).rejects.toThrow('ELOOP');
      else expect(await cache.find(first)).toBeUndefined();
      rmSync(path);
      renameSync(`${path}.away`, path);
      expect(await numbersOf(cache, first, 118)).toEqual([118, 119]);
    }
    rmSync(join(folder.path, `${first}.opus`));
    await expect(numbersOf(cache, first)).rejects.toThrow('gone');
    expect([readdirSync(folder.path), cache.sizeBytes]).toEqual([[], 0]);
  });

  test('finds and keeps nothing until it has looked, and ends its look when it is stopped', async () => {
    await put(await opened(), first);
    const components = { clock: systemClock(), chance: systemChance(), logger: silentLogger() };
    const cache = new OpusCache(components, { folder: folder.path, bytesMax: 1_000_000 });
    const starting = cache.start();
    expect([await cache.find(first), await cache.keep(second)]).toEqual([undefined, undefined]);
    await starting;
    expect(await cache.find(first)).toBeDefined();
    await cache.stop();
  });

  test('stays below its limit: what was not played for longest goes', async () => {
    const cache = await opened(60_000);
    for (const key of [first, second]) await put(cache, key);
    await cache.find(first);
    await put(cache, third);
    expect(cache.sizeBytes).toBeLessThan(60_000);
    const left = await Promise.all(keys.map((key) => cache.find(key)));
    expect(left.map((sound) => sound !== undefined)).toEqual([true, false, true]);
    await put(cache, second, 400);
    expect(await cache.find(second)).toBeUndefined();
    expect(cache.sizeBytes).toBeLessThan(60_000);
  });

  test('knows after a restart what was played last', async () => {
    const before = await opened();
    for (const key of keys) await put(before, key);
    for (const [age, key] of [third, first, second].entries())
      utimesSync(join(folder.path, `${key}.json`), 1_000 + age, 1_000 + age);
    const cache = await opened(60_000);
    const left = await Promise.all(keys.map((key) => cache.find(key)));
    expect(left.map((sound) => sound !== undefined)).toEqual([true, true, false]);
  });

  test('keeps nothing with a limit of 0, and where its folder can’t be', async () => {
    const off = await opened(0);
    expect(await off.keep(first)).toBeUndefined();
    folder[Symbol.dispose]();
    writeFileSync(folder.path, 'a file');
    expect(await (await opened()).keep(first)).toBeUndefined();
  });

  test('takes a file that changed for another one', () => {
    const changes = [{ sizeBytes: 101 }, { modifiedNs: 2n }, { path: '/music/b.mp3' }, {}];
    const made = changes.map((change) => keyOf({ ...identity, ...change }, encoding));
    const others = [{ bitrateKbps: 64 }, { bitrateKbps: 96, loudnessLufs: -16 }];
    expect(new Set([...made, ...others.map((other) => keyOf(identity, other))]).size).toBe(6);
  });
});
