import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const nobody = 65_534;
const password = 'a-test-password';

/** Icecast refuses only options it doesn't know; not being there is the one reason to skip. */
export const icecastMissing = spawnSync('icecast2', ['-v']).error !== undefined;

export interface Icecast extends AsyncDisposable {
  host: string;
  url: string;
  /** Starts an ffmpeg that sends a tone to a mount; `stop` ends it. */
  send(mount: string, contentType: string, output: string[]): { stop(): Promise<void> };
}

/** A real Icecast on loopback, not as root, which it refuses to be. */
export async function startIcecast(): Promise<Icecast> {
  const folder = temporaryFolder();
  const port = await freePort();
  const config = join(folder.path, 'icecast.xml');
  for (const name of ['log', 'web', 'admin']) mkdirSync(join(folder.path, name), { mode: 0o777 });
  writeFileSync(config, configuration(folder.path, port));
  chmodSync(folder.path, 0o755);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(join(folder.path, 'log'), nobody, nobody);
  const identity = isRoot ? { uid: nobody, gid: nobody } : {};
  const server = spawn('icecast2', ['-c', config], { stdio: 'ignore', ...identity });
  const children: ChildProcess[] = [server];
  const host = `127.0.0.1:${port}`;
  await answering(`http://${host}/`);
  return {
    host,
    url: `http://${host}`,
    send(mount, contentType, output) {
      const target = `icecast://source:${password}@${host}/${mount}`;
      const input = ['-v', 'error', '-re', '-f', 'lavfi', '-i', 'sine=440:sample_rate=48000', '-ac', '2'];
      const name = ['-ice_name', 'Test FM', '-content_type', contentType];
      const source = spawn('ffmpeg', [...input, ...output, ...name, target], { stdio: 'ignore' });
      children.push(source);
      return { stop: () => ended(source) };
    },
    async [Symbol.asyncDispose]() {
      for (const child of children.reverse()) await ended(child);
      folder[Symbol.dispose]();
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const reached = await fetch(url).then(
      () => true,
      () => false,
    );
    if (reached) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('icecast did not start');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function configuration(folder: string, port: number): string {
  return `<icecast>
  <limits><clients>20</clients><sources>4</sources><queue-size>524288</queue-size><source-timeout>5</source-timeout><burst-size>65535</burst-size></limits>
  <authentication><source-password>${password}</source-password><relay-password>${password}</relay-password><admin-user>admin</admin-user><admin-password>${password}</admin-password></authentication>
  <hostname>127.0.0.1</hostname>
  <listen-socket><port>${port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <paths><basedir>${folder}</basedir><logdir>${folder}/log</logdir><webroot>${folder}/web</webroot><adminroot>${folder}/admin</adminroot></paths>
  <logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>2</loglevel></logging>
</icecast>`;
}
