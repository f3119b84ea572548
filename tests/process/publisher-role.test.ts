import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createPlayground } from '@guildmesh/local-discord';
import { Client } from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { targetAdd } from '#contracts/actions/targets.ts';
import { Secret } from '#core/secret.ts';
import { HubProcess } from '#demo/hub-process.ts';
import { northAndSouth } from '#demo/north-and-south.ts';
import { plugins } from '#plugins/index.ts';
import { guildId, publishingBench } from '../publishing/support/publishing-bench.ts';
import { describePostgres } from '../support/engines.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/rejection.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bareEnvironment, entryPath, until } from './support/two-communities.ts';

vi.setConfig({ testTimeout: 90_000 });

const token = 'playground.north-token';
const vaultKey = 'ab'.repeat(32);

describePostgres('a process that only delivers', (engine) => {
  /** A database in which another process has planned posts to a receiver, and delivers none of them itself. */
  async function openWorld() {
    const place = await engine.place();
    if (!place.postgresUrl) throw new Error('not Postgres');
    const folder = temporaryFolder();
    onTestFinished(() => folder[Symbol.dispose]());
    const receiver = await openReceiver();
    const secrets = {
      GUILDMESH_SECRET_HOOK_URL: `${receiver.url}/in`,
      GUILDMESH_SECRET_HOOK_SECRET: 'signed-with-this-secret',
    };
    const webhook = { allowedPrivateHosts: ['127.0.0.1'] };
    const planner = await publishingBench({
      publishers: plugins,
      clock: new FakeClock(Date.now()),
      postgresUrl: place.postgresUrl,
      vault: { key: new Secret(vaultKey) },
      environment: secrets,
      plugins: { webhook },
    });
    await planner.act(targetAdd, { guildId, name: 'hook', publisher: 'webhook', policy: 'none' });
    // To this process alone: it leaves what it plans to others.
    planner.standings.set(guildId, 'foreign');
    return {
      ...{ receiver, planner },
      url: place.postgresUrl.reveal(),
      settings: {
        ...secrets,
        DISCORD_TOKEN: token,
        GUILDMESH_DISCORD_API_URL: 'http://127.0.0.1:1/api',
        GUILDMESH_DISCORD_GUILD_IDS: guildId,
        GUILDMESH_PROCESS_ROLES: 'publisher',
        GUILDMESH_STORAGE_POSTGRES_URL: place.postgresUrl.reveal(),
        GUILDMESH_STATE_DIR: join(folder.path, 'publisher'),
        GUILDMESH_ARTIFACTS_DIR: join(folder.path, 'artifacts'),
        GUILDMESH_VAULT_KEY: vaultKey,
        GUILDMESH_PLUGINS_WEBHOOK_ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
        GUILDMESH_WEB_LISTEN: '127.0.0.1:0',
        GUILDMESH_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
        GUILDMESH_LOG_LEVEL: 'warn',
      },
      folder: folder.path,
      plan: (title: string) =>
        planner.publishing.publications.order({
          ...{ guildId, cause: `test ${title}`, targets: ['hook'], orderedBy: 'system:test' },
          content: { title },
        }),
      states: async () => {
        const rows = await planner.db.selectFrom('delivery').select('state').orderBy('id').execute();
        return rows.map(({ state }) => state);
      },
    };
  }

  test('sends what another process planned, without Discord and without a port, and lives on while the database is away', async () => {
    const { settings, plan, states, receiver, url } = await openWorld();
    const { hub, log } = hubWith(settings);
    await hub.start();
    await plan('One');
    await until('the post', async () => (await states())[0] === 'done');
    expect(receiver.bodies).toEqual([expect.stringContaining('One')]);
    expect(listeningCount(hub)).toBe(0);

    await plan('Two');
    await until('the second post', async () => receiver.bodies.length === 2);
    await withoutDatabase(url, 2_500);
    expect(hub.failure).toBeUndefined();
    await plan('Three');
    await until('the post after the trouble', async () => receiver.bodies.length === 3);
    await hub.stop();
    expect(await hub.ended).toEqual({ code: 0, signal: null });
    expect(log.join('\n')).not.toMatch(/\n\s+at |gateway|DISCORD_/);
  });

  test('lives on its own, without a parent’s channel, a terminal and a database', async () => {
    const { settings, plan, receiver, url } = await openWorld();
    const alone = spawn(process.execPath, [entryPath], {
      env: bareEnvironment(settings),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void alone.kill('SIGKILL'));
    const ended = once(alone, 'exit');
    let said = '';
    alone.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await until('it to be ready', async () => said.includes('It delivers what the hub has planned.'));
    await withoutDatabase(url, 2_500);
    await plan('One');
    await until('the post after the trouble', async () => receiver.bodies.length === 1);
    expect(alone.exitCode).toBeNull();
    alone.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  test('finishes what it has in hand when it is asked to stop', async () => {
    const { settings, plan, states, receiver } = await openWorld();
    const { hub } = hubWith(settings);
    await hub.start();
    const answer = receiver.holds();
    await plan('One');
    await until('the post to arrive', async () => receiver.bodies.length === 1);
    const stopped = hub.stop();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await states()).toEqual(['sending']);
    answer();
    await stopped;
    expect(await hub.ended).toEqual({ code: 0, signal: null });
    expect(await states()).toEqual(['done']);
  });

  test('leaves alone what is meant for guilds that are not served', async () => {
    const { settings, plan, states, receiver } = await openWorld();
    const { hub } = hubWith({ ...settings, GUILDMESH_DISCORD_GUILD_IDS: '100000000000000009' });
    await plan('One');
    await hub.start();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(receiver.bodies).toEqual([]);
    expect(await states()).toEqual(['pending']);
    await hub.stop();
  });

  test('runs beside the hub of the same application, and leaves it the lock', async () => {
    const { settings, url, folder } = await openWorld();
    const playground = createPlayground({
      seed: northAndSouth({ north: token, south: 'playground.south-token' }),
      stateDirectory: join(folder, 'discord'),
    });
    await playground.start();
    onTestFinished(() => playground.stop());
    const reachable = { ...settings, GUILDMESH_DISCORD_API_URL: playground.apiUrl };
    const { hub: publisher } = hubWith(reachable);
    await publisher.start();
    const { hub: all } = hubWith({
      ...reachable,
      GUILDMESH_PROCESS_ROLES: 'all',
      GUILDMESH_STATE_DIR: join(folder, 'north'),
    });
    await all.start();
    const holder = 'select pid from hub_application';
    expect(await asked(url, holder)).toEqual([{ pid: all.pid }]);
    const { hub: second } = hubWith({ ...reachable, GUILDMESH_STATE_DIR: join(folder, 'second') });
    await second.start();
    if (process.platform === 'linux') expect(listeningCount(all)).toBeGreaterThan(0);
    expect([listeningCount(publisher), listeningCount(second)]).toEqual([0, 0]);
    expect(await asked(url, holder)).toEqual([{ pid: all.pid }]);
    await Promise.all([publisher.stop(), second.stop(), all.stop()]);
  });

  test('ends with a sentence without the key of the vault, and makes none of its own', async () => {
    const { settings } = await openWorld();
    const starts = (changed: Record<string, string>) =>
      rejection(hubWith({ ...settings, ...changed }).hub.start());
    expect(await starts({ GUILDMESH_VAULT_KEY: '' })).toMatchObject({
      message: expect.stringMatching(/vault\.key is missing.*\(PUBLISH_VAULT_SEALED\)$/s),
    });
    expect(
      await starts({ GUILDMESH_VAULT_KEY: 'cd'.repeat(32), GUILDMESH_VAULT_PREVIOUS_KEY: vaultKey }),
    ).toMatchObject({ message: expect.stringContaining('(PUBLISH_VAULT_SEALED)') });

    const empty = (await engine.place()).postgresUrl?.reveal() ?? '';
    expect(
      await starts({ GUILDMESH_STORAGE_POSTGRES_URL: empty, GUILDMESH_VAULT_KEY: vaultKey }),
    ).toMatchObject({ message: expect.stringContaining('has not made a vault') });
    expect(await asked(empty, 'select id from vault')).toEqual([]);
  });
});

test('is refused on SQLite, and without what it shares with the hub', async () => {
  using folder = temporaryFolder();
  const { hub } = hubWith({ GUILDMESH_PROCESS_ROLES: 'publisher', GUILDMESH_STATE_DIR: folder.path });
  const error = await rejection(hub.start());
  expect(error).toMatchObject({
    message: expect.stringMatching(
      /GUILDMESH_STORAGE_POSTGRES_URL: .* belongs to one process.*DISCORD_TOKEN.*GUILDMESH_ARTIFACTS_DIR.*\(CONFIG_PUBLISHER_INCOMPLETE\)$/s,
    ),
  });
  expect(readdirSync(folder.path)).toEqual([]);
});

function hubWith(settings: Record<string, string>): { hub: HubProcess; log: string[] } {
  const log: string[] = [];
  const hub = new HubProcess({
    name: 'The process',
    entryPath,
    environment: bareEnvironment(settings),
    onLogLine: (line) => log.push(line),
  });
  onTestFinished(() => hub.kill('SIGKILL'));
  return { hub, log };
}

async function openReceiver() {
  const bodies: string[] = [];
  let mayAnswer = Promise.resolve();
  const server = createServer(async (request, response) => {
    bodies.push((await request.toArray()).join(''));
    await mayAnswer;
    response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"r1"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    /** Answers nothing until the function that it returns is called. */
    holds: () => {
      const gate = Promise.withResolvers<void>();
      mayAnswer = gate.promise;
      return gate.resolve;
    },
  };
}

/** Sockets of the process that listen, or take datagrams; where the system shows them. */
function listeningCount({ pid }: HubProcess): number {
  if (process.platform !== 'linux') return 0;
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const rows = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => ({ table, columns: line.trim().split(/\s+/) })),
  );
  // 0A: listens.
  const open = rows.filter(({ table, columns }) => table.startsWith('udp') || columns[3] === '0A');
  return open.filter(({ columns }) => own.has(columns[9] ?? '')).length;
}

async function asked(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Ends every session, and lets none in meanwhile. */
async function withoutDatabase(url: string, durationMs: number): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const other = url.replace(`/${name}?`, '/postgres?');
  await asked(other, `alter database ${name} with allow_connections false`);
  await asked(other, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  await asked(other, `alter database ${name} with allow_connections true`);
}
