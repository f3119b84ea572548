import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { WorkOrder } from './worker.ts';

export interface WorkerScript {
  /** `worker.ts` in one file. */
  path: string;
  /** Folder of the platform's compile cache. */
  cacheFolder: string;
}

/** One worker process: loaded ahead of time, given one order, killed. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<() => void>();
  #isOver = false;

  constructor({ path, cacheFolder }: WorkerScript) {
    this.#child = spawn(process.execPath, [path], {
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
      this.#isOver = true;
      this.#look();
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  order(order: WorkOrder): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** The first line that begins so; undefined when the process ended, or the time, first. */
  async line(begin: string, withinMs: number): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const look = () => {
      const line = this.#lines.find((one) => one.startsWith(begin));
      if (line !== undefined || this.#isOver) resolve(line);
    };
    const timer = setTimeout(resolve, withinMs, undefined);
    this.#listeners.add(look);
    look();
    const line = await promise;
    this.#listeners.delete(look);
    clearTimeout(timer);
    return line;
  }

  /** Whether it ended within the time. */
  async ended(withinMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#exited, new Promise((resolve) => (timer = setTimeout(resolve, withinMs)))]);
    clearTimeout(timer);
    return this.#isOver;
  }

  /** Lets it end on its own once it has done its work. */
  async dismiss(withinMs: number): Promise<boolean> {
    this.#child.stdin?.end();
    return this.ended(withinMs);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Ids of the deliveries that it has made durable. */
  acknowledged(): string[] {
    return this.#lines.filter((line) => line.startsWith('ack ')).map((line) => line.slice('ack '.length));
  }

  #look(): void {
    for (const listener of this.#listeners) listener();
  }
}
