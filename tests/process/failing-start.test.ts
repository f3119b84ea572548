import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPlayground } from '@guildmesh/local-discord';
import type { Playground } from '@guildmesh/local-discord/contract';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { HubProcess } from '#demo/hub-process.ts';
import { northAndSouth } from '#demo/north-and-south.ts';
import { rejection } from '../support/rejection.ts';
import { seeded } from '../support/seeded.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bareEnvironment, entryPath } from './support/two-communities.ts';

const token = 'playground.north-token';
/** From the failure to the end of the process: it must not be kept alive by its parent, nor by what a library left. */
const endsWithinMs = 50_000;
const signalsCount = 15;

vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
let playground: Playground;
let taken: Server;

beforeAll(async () => {
  playground = createPlayground({
    seed: northAndSouth({ north: token, south: 'playground.south-token' }),
    stateDirectory: join(folder.path, 'discord'),
  });
  taken = createServer().listen(0, '127.0.0.1');
  await Promise.all([playground.start(), once(taken, 'listening')]);
});
afterAll(async () => {
  taken.close();
  await playground.stop();
  folder[Symbol.dispose]();
});

function takenPort(): number {
  const address = taken.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const hubs: HubProcess[] = [];
afterAll(() => {
  for (const hub of hubs) hub.kill('SIGKILL');
});

let count = 0;
function stateFolder(): string {
  const path = join(folder.path, `state-${++count}`);
  mkdirSync(path, { mode: 0o700 });
  return path;
}

function newerSchema(): string {
  const path = stateFolder();
  const database = new DatabaseSync(join(path, 'hub.db'));
  database.exec(`create table schema_version (version integer primary key, name text, applied_at_ms real);
    insert into schema_version values (9999, 'of the future', 0)`);
  database.close();
  return path;
}

function lockedFolder(): string {
  const path = stateFolder();
  const lock = new DatabaseSync(join(path, 'hub.lock'));
  lock.exec('begin exclusive');
  onTestFinished(() => lock.close());
  return path;
}

function badConfiguration(): string {
  const path = join(folder.path, 'bad.json');
  writeFileSync(path, '{ "mesh": { "listen": 5 } }');
  return path;
}

/** Settings that keep a hub from starting, each made when its turn comes, and the code it must end with. */
const failures: Record<string, { settings: () => Record<string, string>; code: string }> = {
  'a wrong configuration file': {
    settings: () => ({ GUILDMESH_CONFIG: badConfiguration() }),
    code: 'CONFIG_INVALID',
  },
  'an unknown option': { settings: () => ({ GUILDMESH_NO_SUCH_OPTION: '1' }), code: 'CONFIG_INVALID' },
  'a state folder in use': {
    settings: () => ({ GUILDMESH_STATE_DIR: lockedFolder() }),
    code: 'STORAGE_STATE_IN_USE',
  },
  'a newer schema': {
    settings: () => ({ GUILDMESH_STATE_DIR: newerSchema() }),
    code: 'STORAGE_SCHEMA_NEWER',
  },
  'a Postgres that is away': {
    settings: () => ({ GUILDMESH_STORAGE_POSTGRES_URL: 'postgres://nobody@127.0.0.1:1/nothing' }),
    code: 'STORAGE_DATABASE_UNREACHABLE',
  },
  'a wrong token': { settings: () => ({ DISCORD_TOKEN: 'a.wrong.token' }), code: 'DISCORD_TOKEN_INVALID' },
  'a Discord that is away': {
    settings: () => ({ GUILDMESH_DISCORD_API_URL: 'http://127.0.0.1:1/api' }),
    code: 'DISCORD_UNREACHABLE',
  },
  'a web port that is taken': {
    settings: () => ({ GUILDMESH_WEB_LISTEN: `127.0.0.1:${takenPort()}` }),
    code: 'WEB_LISTEN_FAILED',
  },
};

function environmentWith(settings: Record<string, string>): Record<string, string> {
  return bareEnvironment({
    DISCORD_TOKEN: token,
    GUILDMESH_DISCORD_API_URL: playground.apiUrl,
    GUILDMESH_STATE_DIR: settings.GUILDMESH_STATE_DIR ?? stateFolder(),
    GUILDMESH_LOG_LEVEL: 'error',
    ...settings,
  });
}

function hubWith(settings: Record<string, string>): { hub: HubProcess; lines: string[] } {
  const lines: string[] = [];
  const environment = environmentWith(settings);
  const hub = new HubProcess({
    name: 'North',
    entryPath,
    environment,
    onLogLine: (line) => lines.push(line),
  });
  hubs.push(hub);
  return { hub, lines };
}

async function within<Value>(work: Promise<Value>): Promise<Value> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`it lives on after ${endsWithinMs} ms`)), endsWithinMs).unref();
  });
  return Promise.race([work, late]);
}

describe('a hub that can’t start under a parent', () => {
  test.each(Object.entries(failures))('ends with its code and its sentence: %s', async (_, failure) => {
    const { hub, lines } = hubWith(failure.settings());
    const error = await within(rejection(hub.start()));
    expect(error).toMatchObject({
      code: 'PLAYGROUND_HUB_FAILED',
      message: expect.stringMatching(new RegExp(`^North could not start: .+ \\(${failure.code}\\)$`, 's')),
      next: expect.stringMatching(/\S/),
    });
    expect(await within(hub.ended)).toEqual({ code: 1, signal: null });
    expect(lines.join('\n')).not.toMatch(/\n\s+at |wrong\.token/);
  });

  test('can be started again by the same parent, and then ends as ever', async () => {
    const settings = { GUILDMESH_STATE_DIR: stateFolder() };
    const lock = new DatabaseSync(join(settings.GUILDMESH_STATE_DIR, 'hub.lock'));
    lock.exec('begin exclusive');
    const { hub } = hubWith(settings);
    await within(rejection(hub.start()));
    lock.close();
    await within(hub.start());
    expect(hub.failure).toBeUndefined();
    await hub.stop();
    expect(await hub.ended).toEqual({ code: 0, signal: null });
  });
});

describe.each([['npm start', []] as const, ['the demo', ['demo', '--seconds', '1']] as const])(
  '%s whose hubs can’t start',
  (name, words) => {
    test('says what the hub said, and ends', async () => {
      const state = stateFolder();
      // The demo has a state folder of its own; both take this limit of their hubs from the environment.
      const launcher = launch([...words], {
        GUILDMESH_STATE_DIR: state,
        GUILDMESH_AUDIO_BUFFER_MS: 'long',
      });
      const code = await within(launcher.exitCode);
      expect(launcher.output(), name).toContain('GUILDMESH_AUDIO_BUFFER_MS');
      expect(launcher.output()).toContain('CONFIG_INVALID');
      expect(launcher.output()).not.toMatch(/\n\s+at /);
      expect(code).toBe(1);
    });
  },
);

test('npm start ends with a sentence when its port is taken, or a state folder is in use', async () => {
  const port = launch([], {
    GUILDMESH_STATE_DIR: stateFolder(),
    GUILDMESH_PLAYGROUND_PORT: String(takenPort()),
  });
  expect(await within(port.exitCode)).toBe(1);
  expect(port.output()).toContain('PLAYGROUND_PORT_TAKEN');

  const home = stateFolder();
  const north = join(home, 'playground', 'north');
  mkdirSync(north, { recursive: true });
  const lock = new DatabaseSync(join(north, 'hub.lock'));
  lock.exec('begin exclusive');
  onTestFinished(() => lock.close());
  const second = launch([], { GUILDMESH_STATE_DIR: home, GUILDMESH_PLAYGROUND_PORT: '0' });
  expect(await within(second.exitCode)).toBe(1);
  expect(second.output()).toContain('North could not start');
  expect(second.output()).toContain('STORAGE_STATE_IN_USE');
  expect(second.output()).not.toMatch(/\n\s+at /);
});

describe('a signal while it starts', () => {
  const random = seeded(8);
  const moments = Array.from({ length: signalsCount }, (_, index) => ({
    share: Math.round(random() * 100) / 100,
    signal: (index % 2 === 0 ? 'SIGINT' : 'SIGTERM') as NodeJS.Signals,
    what: (['hub', 'playground', 'demo'] as const)[index % 3] ?? 'hub',
  }));
  let startTakesMs = 0;
  beforeAll(async () => {
    const { hub } = hubWith({});
    const startedAtMs = performance.now();
    await hub.start();
    startTakesMs = performance.now() - startedAtMs;
    await hub.stop();
  });

  test.each(moments)('ends it cleanly: $signal at $share of the start, $what', async (moment) => {
    const { what, share, signal } = moment;
    const words = what === 'demo' ? ['demo', '--seconds', '60'] : [];
    const settings: Record<string, string> =
      what === 'hub'
        ? { DISCORD_TOKEN: token, GUILDMESH_DISCORD_API_URL: playground.apiUrl }
        : { GUILDMESH_PLAYGROUND_PORT: '0' };
    const started = launch(words, { GUILDMESH_STATE_DIR: stateFolder(), ...settings });
    await new Promise((resolve) => setTimeout(resolve, share * startTakesMs));
    started.child.kill(signal);
    const code = await within(started.exitCode);
    const output = started.output();
    expect(output).not.toMatch(/\n\s+at |rror:|"err"/);
    const lines = output.split('\n').filter((line) => line !== '');
    // Before it runs any code of ours a signal ends a process as it is.
    if (started.child.signalCode !== null) return expect(lines).toEqual([]);
    expect(code).toBe(0);
    if (/ready after/i.test(output)) return;
    expect(lines.filter((line) => !line.startsWith('guildmesh '))).toEqual(['Stopped before it was ready.']);
  });
});

interface Launched {
  child: ChildProcess;
  exitCode: Promise<number | null>;
  output(): string;
}

function launch(words: string[], settings: Record<string, string>): Launched {
  const child = spawn(process.execPath, [entryPath, ...words], {
    env: bareEnvironment({ GUILDMESH_LOG_LEVEL: 'error', ...settings }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return {
    child,
    exitCode: once(child, 'close').then(([code]) => code as number | null),
    output: () => output,
  };
}
