import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ids } from '#demo/north-and-south.ts';
import {
  bareEnvironment,
  entryPath,
  hears,
  meet,
  offered,
  say,
  startTwoCommunities,
  type TwoCommunities,
  until,
} from './support/two-communities.ts';

describe('the main job between two hub processes', () => {
  let world: TwoCommunities;
  let reference: string;

  beforeAll(async () => {
    world = await startTwoCommunities();
    await meet(world);
    await say(world.ada, '/broadcast start source:sample');
    reference = await offered(world.sol);
  });
  afterAll(async () => {
    const violations = [...world.playground.violations];
    await world.close();
    expect(violations).toEqual([]);
  });

  test('is heard encrypted, and comes back automatically within 15 s of kill -9', async () => {
    const listener = await world.playground.as(ids.mika, ids.southGuild).listen(ids.southLounge);
    await say(world.sol, `/relay start broadcast:"${reference}" channel:#Lounge`);
    await hears(listener, 50, 10_000);
    expect(listener.stats.framesPlain).toBe(0);

    world.south.kill('SIGKILL');
    await world.south.ended;
    await Promise.all([hears(listener, 50, 15_000), world.south.start()]);
    expect(listener.stats.framesPlain).toBe(0);
    listener.leave();
  });

  test('plays one broadcast into two guilds from one subscription', async () => {
    const lounge = await world.playground.as(ids.mika, ids.southGuild).listen(ids.southLounge);
    const studio = await world.playground.as(ids.mika, ids.annexGuild).listen(ids.annexStudio);
    const annexSol = world.playground.as(ids.sol, ids.annexGuild);
    await say(annexSol, `/relay start broadcast:"${reference}" channel:#Studio`);
    await Promise.all([hears(lounge, 50, 10_000), hears(studio, 50, 10_000)]);
    expect(await say(world.ada, '/broadcast list')).toMatch(/1 subscriber\b/);
    await say(annexSol, '/relay stop');
    lounge.leave();
    studio.leave();
  });

  test('ends at once when trust is withdrawn, and says why', async () => {
    const listener = await world.playground.as(ids.mika, ids.southGuild).listen(ids.southLounge);
    await hears(listener, 10, 10_000);
    await say(world.ada, `/node forget community:${world.names.south}`);
    await until('the bot to leave', async () => {
      return !world.playground.world
        .voiceStates(ids.southGuild)
        .some((state) => state.user_id === ids.southBot);
    });
    expect(await say(world.sol, `/relay start broadcast:"${reference}" channel:#Lounge`)).toContain(
      'MESH_NOT_TRUSTED_BY_PEER',
    );
    listener.leave();
  });
});

describe('the demo', () => {
  test('holds every frame against the source and exits with 0', async () => {
    const { code, output } = await runMain(['demo', '--seconds', '5', '--json']);
    const report = JSON.parse(output);
    expect(report).toMatchObject({ ok: true, encrypter: 'tls', nodeVersion: process.version });
    expect(report.channels).toHaveLength(2);
    for (const channel of report.channels) {
      expect(channel).toMatchObject({ e2ee: true, framesLost: 0, framesDuplicated: 0, framesPlain: 0 });
      expect(channel.framesIdentical).toBe(channel.framesHeard);
      expect(channel.framesHeard).toBeGreaterThan(200);
    }
    expect(code).toBe(0);
  });

  test('exits with 1 and the reason when the source is no audio', async () => {
    const { code, output } = await runMain(['demo', '--seconds', '1', '--json', '--source', entryPath]);
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ ok: false, problem: expect.stringMatching(/AUDIO_/) });
  });
});

async function runMain(words: string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [entryPath, ...words], {
    env: bareEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  return { code, output };
}
