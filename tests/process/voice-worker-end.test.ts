/**
 * A thread that ends must not take its process along. Only a hub in a process of its own shows that: in a test's
 * process the voice server has loaded every native part, and none is unmapped.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import type { MemberSession } from '@guildmesh/local-discord/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { workerIdleMs } from '#audio/voice/limits.ts';
import { type Communities, openCommunities } from '#demo/communities.ts';
import { ids } from '#demo/north-and-south.ts';
import { tonePackets } from '../audio/capture/tones.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { talk } from './support/talk.ts';
import { bareEnvironment, entryPath, hears, say, until } from './support/two-communities.ts';

let folder: ReturnType<typeof temporaryFolder>;
let world: Communities;
let ada: MemberSession;
let hush = () => {};
let ended: boolean;

beforeEach(async () => {
  folder = temporaryFolder();
  world = await openCommunities({
    entryPath,
    stateDirectory: folder.path,
    environment: bareEnvironment({ GUILDMESH_LOG_LEVEL: 'error' }),
    onLogLine: () => {},
  });
  ended = false;
  await world.north.start();
  void world.north.ended.then(() => {
    ended = true;
  });
  ada = world.playground.as(ids.ada, ids.northGuild);
});
afterEach(async () => {
  hush();
  await world.stop();
  folder[Symbol.dispose]();
});

async function done(typed: string): Promise<void> {
  expect(await say(ada, typed)).not.toMatch(/[A-Z]_[A-Z]/);
}

async function onlyChoice(typed: string): Promise<string> {
  const [choice, ...others] = await ada.autocomplete(typed);
  expect(others).toEqual([]);
  return String(choice?.value);
}

/** Somebody sits in the channel and speaks, and it is heard: the worker decodes, mixes and encodes. */
async function goLive(): Promise<void> {
  const noor = world.playground.as(ids.noor, ids.northGuild);
  const listener = await noor.listen(ids.northLounge);
  await say(noor, '/consent give');
  hush = talk(listener, await tonePackets(440, 50));
  await done('/broadcast start channel:#Lounge');
  await until('the bot to listen', async () =>
    world.playground.world
      .voiceStates(ids.northGuild)
      .some(({ user_id, self_deaf }) => user_id === ids.northBot && !self_deaf),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}

/** A programme that is decoded and encoded again, because people want it quieter. */
async function playQuietly(): Promise<void> {
  const listener = await world.playground.as(ids.noor, ids.northGuild).listen(ids.northLounge);
  hush = () => listener.leave();
  await done('/broadcast start source:sample');
  await done(`/relay start broadcast:${await onlyChoice('/relay start broadcast:')} channel:#Lounge`);
  await done('/relay volume percent:50');
  await hears(listener, 100, 15_000);
}

/** Threads of the hub that are voice workers, by the name that they are started with. */
function workerCount(): number {
  const threads = `/proc/${world.north.pid}/task`;
  return readdirSync(threads).filter(
    (id) => readFileSync(join(threads, id, 'comm'), 'utf8').trim() === 'voice',
  ).length;
}

async function untilNoWorker(): Promise<void> {
  await until('the idle worker to end', async () => ended || workerCount() === 0, workerIdleMs + 10_000);
  await new Promise((resolve) => setTimeout(resolve, 500));
}

async function endBroadcast(): Promise<void> {
  await done(`/broadcast stop broadcast:${await onlyChoice('/broadcast stop broadcast:')}`);
}

describe.runIf(platform() === 'linux')('a hub whose voice worker used the codec', () => {
  test('lives on when the worker ends for want of work', async () => {
    await goLive();
    expect(workerCount()).toBe(1);
    await endBroadcast();
    await untilNoWorker();
    expect(ended).toBe(false);
    expect(await say(ada, '/broadcast list')).toContain('No');
  });

  test('lives on when the worker crashes, and starts another', async () => {
    await goLive();
    world.playground.faults.voice.wrongEpochProposal(ids.northGuild, ids.northBot);
    await until('the worker to end', async () => ended || workerCount() === 0);
    await until('another', async () => ended || workerCount() === 1);
    expect(ended).toBe(false);
  });

  test.each([
    ['heard a live channel', goLive],
    ['played at a volume of its own', playQuietly],
  ] as const)('ends with 0 when it is stopped after it %s', async (_, use) => {
    await use();
    world.north.kill('SIGTERM');
    expect(await world.north.ended).toEqual({ code: 0, signal: null });
  });
});
