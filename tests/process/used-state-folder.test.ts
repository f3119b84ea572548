import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { say, startTwoCommunities, until } from './support/two-communities.ts';

/** Everything below a folder, with what its mode lets others do, and the folder itself. */
function openToOthers(folder: string): string[] {
  const inside = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return ['.', ...inside].filter((name) => {
    const found = lstatSync(join(folder, name), { throwIfNoEntry: false });
    return found !== undefined && (found.mode & 0o077) !== 0;
  });
}

test('nobody else may open any file of a state folder in use, killed, and in use again', async () => {
  // Whatever the system's default is, ours must not depend on it.
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  const world = await startTwoCommunities();
  onTestFinished(() => world.close());
  const folder = join(world.folder, 'north');
  const recordings = join(folder, 'recordings');
  await say(world.ada, '/node start');
  const started = await say(world.ada, '/broadcast start source:sample');
  expect(started).toMatch(/live/i);
  const [broadcast] = await world.ada.autocomplete('/broadcast record start broadcast:');
  await say(world.ada, `/broadcast record start broadcast:"${broadcast?.value}"`);
  await until('a part to grow', async () => readdirSync(recordings, { recursive: true }).length >= 3);
  const option = JSON.stringify({ channel: '1100000000000000102' });
  await say(world.ada, `/publish target add name:news publisher:discord options:${option} approval:none`);
  expect(openToOthers(folder)).toEqual([]);

  world.north.kill('SIGKILL');
  await world.north.ended;
  expect(openToOthers(folder)).toEqual([]);

  await world.north.start();
  const files = () => readdirSync(recordings, { recursive: true, encoding: 'utf8' });
  await until('the next part to grow', async () => files().some((name) => name.endsWith('part-002.opus')));
  await say(world.ada, `/broadcast record stop recording:"${broadcast?.value}"`);
  await until('the recording to be kept', async () => readdirSync(recordings).length === 0);
  for (const name of ['hub.db', 'hub.lock', 'hub.pid', 'cache.db', 'node.key', 'artifacts'])
    expect(existsSync(join(folder, name)), name).toBe(true);
  expect(readdirSync(join(folder, 'artifacts')).length).toBeGreaterThan(1);
  expect(openToOthers(folder)).toEqual([]);
}, 120_000);
