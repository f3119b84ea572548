import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Client } from 'pg';
import { Secret } from '#core/secret.ts';

const startTimeoutMs = 20_000;
const user = 'hub';

export interface PrivatePostgres {
  version: string;
  /** A new empty database. */
  database(): Promise<Secret>;
  stop(): Promise<void>;
}

interface Account {
  uid: number;
  gid: number;
}

export const noPostgres =
  'no Postgres here: initdb and postgres are neither on PATH nor in /usr/lib/postgresql';

/** Where `initdb` and `postgres` are; undefined where there are none. */
export function postgresFolder(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).concat(globSync('/usr/lib/postgresql/*/bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/**
 * A Postgres of our own in a temporary folder, reached by a unix socket there. `durable`: with fsync, as in production;
 * otherwise without, which tests of anything but durability may do.
 */
export async function startPostgres(init: { durable: boolean }): Promise<PrivatePostgres> {
  const binaries = installed();
  const account = accountToRunAs();
  const folder = temporary(account);
  // As they are, owner included.
  execFileSync('cp', ['-a', emptyCluster(binaries, account), join(folder, 'data')]);
  const server = serve(binaries, account, { folder, durable: init.durable, connectionsMax: 60 });
  // A test run that ends in any orderly way takes it along.
  const atExit = () => void server.kill('SIGQUIT');
  process.once('exit', atExit);
  const version = await whenReady(server, folder);
  let count = 0;
  return {
    version,
    async database() {
      const name = `test_${++count}`;
      await asAdministrator(folder, `create database ${name}`);
      return new Secret(urlOf(folder, name));
    },
    async stop() {
      process.off('exit', atExit);
      const ended = once(server, 'exit');
      server.kill('SIGQUIT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes an empty cluster in this folder, which must be there, and serves it until its process is ended. */
export async function serveNewCluster(folder: string, connectionsMax: number): Promise<void> {
  const binaries = installed();
  const account = accountToRunAs();
  give(folder, account);
  makeCluster(binaries, account, folder);
  const server = serve(binaries, account, { folder, durable: false, connectionsMax });
  await whenReady(server, folder);
  server.unref();
}

function installed(): string {
  const binaries = postgresFolder();
  if (!binaries) throw new Error(noPostgres);
  return binaries;
}

function serve(
  binaries: string,
  account: Account | undefined,
  init: { folder: string; durable: boolean; connectionsMax: number },
): ChildProcess {
  const { folder } = init;
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${folder}`,
    ...(init.durable ? ['fsync=on'] : ['fsync=off', 'full_page_writes=off', 'autovacuum=off']),
    `max_connections=${init.connectionsMax}`,
  ];
  return spawn(
    join(binaries, 'postgres'),
    ['-D', join(folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
    { cwd: folder, ...account, stdio: 'ignore' },
  );
}

/** A statement in the database that every cluster has. */
export function asAdministrator(folder: string, statement: string): Promise<unknown> {
  return withClient(urlOf(folder, 'postgres'), (client) => client.query(statement));
}

/** Made once in a process: `initdb` takes ten times the processor time of a copy. */
let empty: string | undefined;

function emptyCluster(binaries: string, account: Account | undefined): string {
  if (empty) return empty;
  const folder = temporary(account);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  makeCluster(binaries, account, folder);
  empty = join(folder, 'data');
  return empty;
}

function makeCluster(binaries: string, account: Account | undefined, folder: string): void {
  const form = ['-U', user, '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C'];
  const data = join(folder, 'data');
  execFileSync(join(binaries, 'initdb'), ['-D', data, ...form], { cwd: folder, ...account, stdio: 'ignore' });
}

/** Directly in /tmp: a socket's path must be short. */
function temporary(account: Account | undefined): string {
  const folder = mkdtempSync(join(process.platform === 'linux' ? '/tmp' : tmpdir(), 'guildmesh-pg-'));
  give(folder, account);
  return folder;
}

function give(folder: string, account: Account | undefined): void {
  chmodSync(folder, 0o700);
  if (account) chownSync(folder, account.uid, account.gid);
}

export function urlOf(folder: string, database: string): string {
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(folder)}`;
}

/** Postgres refuses to run as root. */
function accountToRunAs(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const number = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: number('-u'), gid: number('-g') };
    } catch {
      // No such account: the next.
    }
  }
  throw new Error('neither the account postgres nor nobody exists to run Postgres as');
}

async function whenReady(server: ChildProcess, folder: string): Promise<string> {
  const endsAtMs = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      return await withClient(urlOf(folder, 'postgres'), async (client) => {
        const { rows } = await client.query('show server_version');
        return String(rows[0].server_version);
      });
    } catch (error) {
      if (Date.now() > endsAtMs || server.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
