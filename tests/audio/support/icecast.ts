import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
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
  /** Sends files one after another at the pace they play, as links of one chain; the last again and again. */
  sendChain(mount: string, contentType: string, files: readonly { bytes: Buffer; seconds: number }[]): void;
  /** Tells listeners of a mount what plays, by ICY metadata. */
  retitle(mount: string, title: string): Promise<void>;
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
  const sockets: Socket[] = [];
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
    sendChain(mount, contentType, files) {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      sockets.push(socket);
      const login = Buffer.from(`source:${password}`).toString('base64');
      socket.write(
        `PUT /${mount} HTTP/1.0\r\nauthorization: Basic ${login}\r\ncontent-type: ${contentType}\r\n\r\n`,
      );
      void playOut(socket, files);
    },
    async retitle(mount, title) {
      const login = Buffer.from(`admin:${password}`).toString('base64');
      const query = new URLSearchParams({
        mount: `/${mount}`,
        mode: 'updinfo',
        charset: 'UTF-8',
        song: title,
      });
      const answer = await fetch(`http://${host}/admin/metadata?${query}`, {
        headers: { authorization: `Basic ${login}` },
      });
      if (!answer.ok) throw new Error(`icecast answered ${answer.status} to a title`);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      for (const child of children.reverse()) await ended(child);
      folder[Symbol.dispose]();
    },
  };
}

const sliceMs = 100;

async function playOut(socket: Socket, files: readonly { bytes: Buffer; seconds: number }[]): Promise<void> {
  const startedMs = performance.now();
  let playedMs = 0;
  for (let index = 0; !socket.destroyed; index++) {
    const { bytes, seconds } = files[Math.min(index, files.length - 1)] as (typeof files)[number];
    const slices = Math.ceil((seconds * 1_000) / sliceMs);
    for (let slice = 0; slice < slices && !socket.destroyed; slice++) {
      const at = (part: number) => Math.round((bytes.length * part) / slices);
      socket.write(bytes.subarray(at(slice), at(slice + 1)));
      playedMs += sliceMs;
      const waitMs = startedMs + playedMs - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
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
