import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ids } from '#demo/north-and-south.ts';
import {
  meet,
  nodeKeyPath,
  offered,
  say,
  startTwoCommunities,
  type TwoCommunities,
  until,
} from './support/two-communities.ts';

/** What people read when something is wrong: a sentence, the next step, and the code, typed as they type it. */
describe('bad input to running hubs', () => {
  let world: TwoCommunities;
  let radio: Server;
  let radioUrl: string;
  let taken: { port: number; close: () => void };

  beforeAll(async () => {
    radio = createHttpServer((request, response) => {
      if (request.url === '/text') response.end('no audio at all, just words. '.repeat(400));
      else response.writeHead(404).end('not here');
    });
    await new Promise<void>((resolve) => radio.listen(0, '127.0.0.1', resolve));
    radioUrl = `http://127.0.0.1:${(radio.address() as AddressInfo).port}`;
    taken = await occupiedPort();
    world = await startTwoCommunities({
      north: {
        GUILDMESH_AUDIO_ALLOWED_PRIVATE_HOSTS: new URL(radioUrl).host,
      },
      south: {
        GUILDMESH_AUDIO_FFMPEG_PATH: '/nowhere/ffmpeg',
        GUILDMESH_AUDIO_ALLOWED_PRIVATE_HOSTS: new URL(radioUrl).host,
      },
    });
  });
  afterAll(async () => {
    await world.close();
    radio.close();
    taken.close();
  });

  test.each([
    ['file:///etc/passwd', 'AUDIO_SCHEME_REFUSED'],
    ['http://127.0.0.1:1/', 'AUDIO_ADDRESS_REFUSED'],
    ['http://[::1]/', 'AUDIO_ADDRESS_REFUSED'],
    ['http://0x7f.1/', 'AUDIO_ADDRESS_REFUSED'],
    ['nothing-of-that-name', 'AUDIO_SOURCE_UNKNOWN'],
  ])('/broadcast start source:%s → %s', async (source, code) => {
    expect(await say(world.ada, `/broadcast start source:"${source}"`)).toContain(code);
  });

  test('names the status of a web radio that is not there, and what is no audio', async () => {
    expect(await say(world.ada, `/broadcast start source:${radioUrl}/gone`)).toContain('AUDIO_HTTP_STATUS');
    expect(await say(world.ada, `/broadcast start source:${radioUrl}/text`)).toContain('AUDIO_NOT_AUDIO');
  });

  test('says that ffmpeg is missing, but plays the sample without it', async () => {
    expect(await say(world.sol, `/broadcast start source:${radioUrl}/text`)).toMatch(
      /AUDIO_FFMPEG_MISSING|AUDIO_NOT_AUDIO/,
    );
    expect(await say(world.sol, '/broadcast start source:sample')).toMatch(/live/i);
  });

  test('needs a running node', async () => {
    expect(await say(world.sol, '/node trust community:Nobody')).toMatch(/MESH_[A-Z_]+/);
    expect(await say(world.sol, '/node connect address:"not an address"')).toMatch(/MESH_[A-Z_]+/);
  });

  test('keeps an unreachable address, an unknown community and an unknown broadcast apart', async () => {
    await meet(world);
    await say(world.ada, '/broadcast start source:sample');
    const address = `/ip4/127.0.0.1/tcp/${taken.port}`;
    expect(await say(world.sol, `/node connect address:${address}`)).toContain('MESH_UNREACHABLE');
    expect(await say(world.sol, '/node forget community:Nobody')).toContain('MESH_UNKNOWN_COMMUNITY');
    const start = (broadcast: string) =>
      say(world.sol, `/relay start broadcast:"${broadcast}" channel:#Lounge`);
    expect(await start(`nothing@${world.names.north}`)).toContain('AUDIO_UNKNOWN_BROADCAST');
    expect(await start('nothing')).toContain('AUDIO_UNKNOWN_BROADCAST');
    expect(await start('x@Nobody')).toContain('AUDIO_UNKNOWN_COMMUNITY');
  });

  test.each([
    ['Connect', PermissionFlagsBits.Connect],
    ['Speak', PermissionFlagsBits.Speak],
  ])('names the missing permission: %s', async (name, permission) => {
    const { faults } = world.playground;
    faults.setOverwrite(ids.southLounge, { id: ids.southBot, type: 1, allow: 0n, deny: permission });
    const reference = await offered(world.sol);
    const text = await say(world.sol, `/relay start broadcast:"${reference}" channel:#Lounge`);
    expect(text).toContain('RELAY_PERMISSION_MISSING');
    expect(text).toContain(name);
    const diagnosis = await say(world.sol, '/doctor channel:#Lounge');
    expect(diagnosis).toContain(name);
    faults.setOverwrite(ids.southLounge, { id: ids.southBot, type: 1, allow: 0n, deny: 0n });
  });

  test('says of a channel that it can’t see just that, by its link, and how to change it', async () => {
    const { faults } = world.playground;
    const deny = PermissionFlagsBits.ViewChannel;
    faults.setOverwrite(ids.southLounge, { id: ids.southBot, type: 1, allow: 0n, deny });
    const reference = await offered(world.sol);
    const link = `<#${ids.southLounge}>`;
    for (const typed of [
      `/relay start broadcast:"${reference}" channel:#Lounge`,
      '/broadcast start channel:#Lounge',
      '/doctor channel:#Lounge',
    ]) {
      const text = await say(world.sol, typed);
      expect(text, typed).toContain(`The bot can’t see ${link}.`);
      expect(text, typed).toContain('View Channel');
      expect(text, typed).not.toMatch(/hidden_|in “Lounge”/);
    }
    faults.setOverwrite(ids.southLounge, { id: ids.southBot, type: 1, allow: 0n, deny: 0n });
    expect(await say(world.sol, '/doctor channel:#Lounge')).toContain('Connect in Lounge');
  });

  test('asks for a speaker’s place on a stage', async () => {
    const reference = await offered(world.sol);
    const stage = world.playground.world
      .guild(ids.southGuild)
      ?.channels.find(({ type }) => type === ChannelType.GuildStageVoice);
    expect(stage?.id).toBe(ids.southStage);
    const text = await say(world.sol, `/relay start broadcast:"${reference}" channel:${ids.southStage}`);
    expect(text).toMatch(/Waiting to speak[\s\S]*invite it to speak/);
    world.playground.faults.suppress(ids.southGuild, ids.southBot, false);
    await until('the relay to play', async () => /Playing/.test(await say(world.sol, '/relay status')));
    await say(world.sol, '/relay stop');
  });

  test('refuses who may not, whatever Discord shows them', async () => {
    const noor = world.playground.as(ids.noor, ids.northGuild);
    expect(await say(noor, '/broadcast start source:sample')).toContain('ACTION_FORBIDDEN');
    expect(await say(noor, '/node stop')).toContain('ACTION_FORBIDDEN');
    expect(await say(noor, '/node status')).not.toContain('ACTION_FORBIDDEN');
  });

  test('never replaces a damaged key, and starts again once it is repaired', async () => {
    await say(world.ada, '/node stop');
    const path = nodeKeyPath(world, 'north');
    const key = await readFile(path);
    await chmod(path, 0o600);
    await writeFile(path, 'not a key');
    expect(await say(world.ada, '/node start')).toContain('MESH_KEY_CORRUPT');
    expect(await readFile(path, 'utf8')).toBe('not a key');
    await writeFile(path, key);
    expect(await say(world.ada, '/node start')).not.toMatch(/MESH_[A-Z_]+/);
  });
});

describe('a node whose port is taken', () => {
  test('says which address, and the hub goes on', async () => {
    const taken = await occupiedPort();
    const world = await startTwoCommunities({
      north: { GUILDMESH_MESH_LISTEN: `/ip4/127.0.0.1/tcp/${taken.port}` },
    });
    const text = await say(world.ada, '/node start');
    expect(text).toContain('MESH_PORT_TAKEN');
    expect(text).toContain(String(taken.port));
    expect(await say(world.ada, '/node status')).toMatch(/stopped/i);
    await world.close();
    taken.close();
  });
});

async function occupiedPort(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
