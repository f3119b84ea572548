import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPlayground } from '@guildmesh/local-discord';
import type { Playground } from '@guildmesh/local-discord/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ids, northAndSouth } from '#demo/north-and-south.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bareEnvironment, entryPath } from './support/two-communities.ts';

const tokens = { north: 'playground.north-token', south: 'playground.south-token' };

/** Packages that cost an idle hub memory: each is loaded by the first use of what needs it. */
const onlyInUse = [
  '@chainsafe',
  '@discordjs/voice',
  '@fastify',
  '@huggingface',
  '@libp2p',
  '@multiformats',
  '@noble',
  '@octokit',
  '@peculiar',
  '@snazzah',
  'fastify',
  'libp2p',
  'pg',
  'prism-media',
  'twitter-api-v2',
  'twitter-text',
];

describe('starting the process', () => {
  const folder = temporaryFolder();
  let playground: Playground;

  beforeAll(async () => {
    playground = createPlayground({
      seed: northAndSouth(tokens),
      stateDirectory: join(folder.path, 'discord'),
    });
    await playground.start();
  });
  afterAll(async () => {
    await playground.stop();
    folder[Symbol.dispose]();
  });

  function hub(settings: Record<string, string> = {}, words: string[] = []): Running {
    return run(words, {
      DISCORD_TOKEN: tokens.north,
      GUILDMESH_DISCORD_API_URL: playground.apiUrl,
      GUILDMESH_STATE_DIR: join(folder.path, 'north'),
      GUILDMESH_LOG_LEVEL: 'fatal',
      ...settings,
    });
  }

  test('prints the Node version that really runs, is ready, and ends cleanly on SIGTERM', async () => {
    const running = hub();
    await running.says('Ready after');
    expect(running.output()).toContain(`Node ${process.version}`);
    running.child.kill('SIGTERM');
    expect(await running.exitCode).toBe(0);
  });

  test('loads at rest nothing that belongs to a feature not in use', async () => {
    const list = join(folder.path, 'loaded.txt');
    const running = hub({ NODE_OPTIONS: `--import ${noteLoads(list)}` });
    await running.says('Ready after');
    running.child.kill('SIGTERM');
    await running.exitCode;
    const loaded = (await readFile(list, 'utf8')).split('\n');
    expect(loaded.some((url) => url.endsWith('src/hub/hub.ts'))).toBe(true);
    expect(loaded.some((url) => url.includes('/node_modules/discord.js/'))).toBe(true);
    const heavy = new RegExp(`(?<!discord\\.js|@discordjs/rest)/node_modules/(${onlyInUse.join('|')})/`);
    expect(loaded.filter((url) => heavy.test(url))).toEqual([]);
  });

  test('refuses a second hub on the same state folder, naming the first', async () => {
    const first = hub();
    await first.says('Ready after');
    const second = hub();
    expect(await second.exitCode).toBe(1);
    expect(second.output()).toContain('STORAGE_STATE_IN_USE');
    expect(second.output()).toContain(String(first.child.pid));
    first.child.kill('SIGTERM');
    expect(await first.exitCode).toBe(0);
  });

  test.each([
    ['a wrong token', { DISCORD_TOKEN: 'a.wrong.token' }, 'DISCORD_TOKEN_INVALID'],
    [
      'an unreachable Discord',
      { GUILDMESH_DISCORD_API_URL: 'http://127.0.0.1:1/api' },
      'DISCORD_UNREACHABLE',
    ],
  ])('names %s', async (_, settings, code) => {
    const running = hub(settings);
    expect(await running.exitCode).toBe(1);
    expect(running.output()).toContain(code);
    expect(running.output()).not.toContain('wrong.token');
    expect(running.output()).not.toMatch(/\n\s+at /);
  });

  test.each([
    ['a file', () => join(folder.path, 'a-file')],
    ['where none can be', () => '/proc/x'],
  ])('names a state folder that is none: %s; with a token and without', async (_, pathOf) => {
    await writeFile(join(folder.path, 'a-file'), '');
    const settings = { GUILDMESH_STATE_DIR: pathOf() };
    for (const running of [hub(settings), run([], { ...settings, GUILDMESH_PLAYGROUND_PORT: '0' })]) {
      expect(await running.exitCode).toBe(1);
      expect(running.output()).toContain('STORAGE_STATE_NO_FOLDER');
      expect(running.output()).not.toMatch(/\n\s+at /);
    }
  });

  test('lists all problems of the configuration at once, with a suggestion', async () => {
    const running = hub({ GUILDMESH_AUDIO_BUFER_MS: '400', GUILDMESH_MESH_CONNECTIONS_MAX: 'many' });
    expect(await running.exitCode).toBe(1);
    expect(running.output()).toContain('CONFIG_INVALID');
    expect(running.output()).toContain('GUILDMESH_AUDIO_BUFFER_MS');
    expect(running.output()).toContain('GUILDMESH_MESH_CONNECTIONS_MAX');
  });

  test('answers a mistyped command with what there is', async () => {
    const running = run(['strat'], {});
    expect(await running.exitCode).toBe(2);
    expect(running.output()).toContain('Unknown command “strat”');
    expect(running.output()).toContain('npm start');
  });

  test('answers a mistyped demo option', async () => {
    const running = run(['demo', '--secconds', '3'], {});
    expect(await running.exitCode).toBe(2);
    expect(running.output()).toContain('--seconds');
  });

  test('shows what deploy-commands would change, changes it, and then has nothing to do', async () => {
    const fresh = { GUILDMESH_STATE_DIR: join(folder.path, 'deploy'), DISCORD_TOKEN: tokens.south };
    // In several guilds and nothing chosen: operators get the command to choose with, and nobody anything else.
    const unchosen = hub(fresh, ['deploy-commands', '--dry-run']);
    expect(await unchosen.exitCode).toBe(0);
    expect(unchosen.output()).toContain('+ /access');
    expect(unchosen.output()).not.toContain('+ /relay');
    const state = { ...fresh, GUILDMESH_DISCORD_GUILD_IDS: ids.southGuild };
    const dryRun = hub(state, ['deploy-commands', '--dry-run']);
    expect(await dryRun.exitCode).toBe(0);
    expect(dryRun.output()).toContain('+ /relay');
    const first = hub(state, ['deploy-commands']);
    expect(await first.exitCode).toBe(0);
    const second = hub(state, ['deploy-commands']);
    expect(await second.exitCode).toBe(0);
    expect(second.output()).not.toContain('+ /relay');
    expect(second.output()).toContain('up to date');
  });

  test('opens the playground without a token, and takes its hubs along when it ends', async () => {
    const running = run([], {
      GUILDMESH_STATE_DIR: join(folder.path, 'home'),
      GUILDMESH_PLAYGROUND_PORT: '0',
    });
    await running.says('Open http://127.0.0.1:');
    const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(running.output())?.[0] ?? '';
    expect((await fetch(address)).status).toBe(200);
    const hubs = await childrenOf(running.child);
    expect(hubs).toHaveLength(2);
    running.child.kill('SIGKILL');
    await running.exitCode;
    await expect.poll(() => hubs.filter(isAlive), { timeout: 15_000 }).toEqual([]);
  });
});

/** A module that writes down each file that is loaded, as an address for `--import`. */
function noteLoads(list: string): string {
  const source = `
    import { appendFileSync } from 'node:fs';
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context); } });`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

interface Running {
  child: ChildProcess;
  exitCode: Promise<number | null>;
  output(): string;
  says(text: string): Promise<void>;
}

function run(words: string[], environment: Record<string, string>): Running {
  const child = spawn(process.execPath, [entryPath, ...words], {
    env: bareEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {
    child,
    exitCode: once(child, 'close').then(([code]) => code as number | null),
    output: () => output,
    says: async (text) => {
      await expect.poll(() => output, { timeout: 20_000 }).toContain(text);
    },
  };
}

async function childrenOf(parent: ChildProcess): Promise<number[]> {
  const list = await readFile(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8');
  return list.trim().split(/\s+/).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
