import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { WorkOrder } from './worker.ts';

/** One worker process: loaded ahead of time, given one order, killed. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<() => void>();
  #over = false;

  constructor(script: string, cacheFolder: string, worldUrl: string) {
    this.#child = spawn(process.execPath, [script, worldUrl], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: cacheFolder },
    });
    // Killed while it is being spoken to.
    this.#child.stdin?.on('error', () => undefined);
    const output = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
    output.on('line', (line) => {
      this.#lines.push(line);
      this.#look();
    });
    this.#exited = Promise.all([once(this.#child, 'exit'), once(output, 'close')]).then(() => {
      this.#over = true;
      this.#look();
    });
  }

  order(order: WorkOrder): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** The first line that begins so; undefined when the process ended, or the time, first. */
  async line(begin: string, withinMs: number): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const look = () => {
      const line = this.#lines.find((one) => one.startsWith(begin));
      if (line !== undefined || this.#over) resolve(line);
    };
    const timer = setTimeout(resolve, withinMs, undefined);
    this.#listeners.add(look);
    look();
    const line = await promise;
    this.#listeners.delete(look);
    clearTimeout(timer);
    return line;
  }

  async ended(withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#exited, new Promise((resolve) => (timer = setTimeout(resolve, withinMs)))]);
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  acknowledged(): number[] {
    return this.#lines.filter((line) => line.startsWith('ack ')).map((line) => Number(line.slice(4)));
  }

  #look(): void {
    for (const listener of this.#listeners) listener();
  }
}
