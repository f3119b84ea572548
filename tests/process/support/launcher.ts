import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { bareEnvironment, entryPath, until } from './two-communities.ts';

export interface Launcher {
  pageUrl: string;
  /** The lines to type, as printed. */
  lines: string[];
  output(): string;
  stop(): Promise<void>;
}

/** `npm start` on a fresh state. */
export async function launch(stateDirectory: string): Promise<Launcher> {
  const child: ChildProcess = spawn(process.execPath, [entryPath], {
    env: bareEnvironment({ GUILDMESH_STATE_DIR: stateDirectory, GUILDMESH_PLAYGROUND_PORT: '0' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const stop = async () => {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await until('the lines to type', async () => output.includes('Ctrl+C ends everything'), 45_000);
  } catch (error) {
    await stop();
    throw error;
  }
  const lines = [...output.matchAll(/^ {2}\d+\. (.+)$/gm)].map(([, line = '']) => line);
  return {
    pageUrl: /Open (\S+) and press/.exec(output)?.[1] ?? '',
    lines,
    output: () => output,
    stop,
  };
}
