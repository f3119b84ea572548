import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * A child process that gets commands as lines and answers with lines of JSON. Ends with the benchmark, whatever
 * happens.
 */
export class Child {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #atExit = () => void this.#process.kill('SIGKILL');

  constructor(file: string, args: string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
    this.#process = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      ...options,
      env: { ...process.env, ...options.env },
    });
    process.once('exit', this.#atExit);
    const { stdin, stdout } = this.#process;
    if (!stdin || !stdout) throw new Error('a child without pipes');
    // A child that has died is noticed by its missing answer.
    stdin.on('error', () => {});
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** The next line that is JSON. Libraries may print others. */
  async answer<T>(timeoutMs: number): Promise<T> {
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), timeoutMs);
    try {
      for (;;) {
        const { value, done } = await this.#lines.next();
        if (done) throw new Error(`${this.#process.spawnargs.join(' ')} gave no answer`);
        if (value.startsWith('{')) return JSON.parse(value) as T;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async end(): Promise<void> {
    process.off('exit', this.#atExit);
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }
}
