import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { errorText, type GuildmeshError } from '#core/errors.ts';
import { launchErrors } from './errors.ts';

export interface HubProcessInit {
  /** For people: "North". */
  name: string;
  /** The program to run with Node: the hub's entry file. */
  entryPath: string;
  /** The whole environment of the child. */
  environment: Record<string, string>;
  /** Each line of the child's log, as written. */
  onLogLine: (line: string) => void;
}

/** Messages of a hub to the process that started it. */
export type HubReport =
  | { type: 'ready'; readyMs: number; nodeVersion: string }
  /** The last message: the sentence, the next step and the code of what keeps it from starting. */
  | { type: 'failed'; message: string; next: string; code?: string }
  | { type: 'memory'; rssBytes: number }
  /** Communities that hear something of this hub now. */
  | { type: 'hearing'; communityCount: number };

const stopGraceMs = 10_000;

/** One hub as a process of its own. It ends when this process ends: the hub watches the channel between them. */
export class HubProcess {
  readonly #init: HubProcessInit;
  #child: ChildProcess | undefined;
  #ended: Promise<HubExit> = Promise.resolve({ code: 0, signal: null });
  #failure: Extract<HubReport, { type: 'failed' }> | undefined;

  constructor(init: HubProcessInit) {
    this.#init = init;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the hub is ready. Throws PLAYGROUND_HUB_FAILED or PLAYGROUND_HUB_ENDED when it ends before. */
  start(): Promise<Extract<HubReport, { type: 'ready' }>> {
    const { entryPath, environment, onLogLine } = this.#init;
    const child = spawn(process.execPath, [...process.execArgv, entryPath], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#failure = undefined;
    child.on('message', (report: HubReport) => {
      if (report.type === 'failed') this.#failure = report;
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', onLogLine);
    }
    this.#ended = new Promise((resolve) => {
      // Not `exit`: at `close`, its last message and its last line have arrived.
      child.once('close', (code, signal) => resolve({ code, signal }));
      child.once('error', (error) => {
        this.#failure = { type: 'failed', message: errorText(error), next: 'Install Node again.' };
        resolve({ code: null, signal: null });
      });
    });
    return Promise.race([this.#next('ready'), this.#endedEarly()]);
  }

  /** Resolves when the process has ended, for any reason. */
  get ended(): Promise<HubExit> {
    return this.#ended;
  }

  /** The reported reason why it can't start. */
  get failure(): GuildmeshError | undefined {
    const { name: hub } = this.#init;
    return this.#failure && launchErrors.PLAYGROUND_HUB_FAILED({ hub, ...this.#failure });
  }

  async memory(): Promise<number> {
    const answer = this.#next('memory');
    this.#child?.send({ type: 'memory' });
    return (await Promise.race([answer, this.#endedEarly()])).rssBytes;
  }

  /** Whether another community hears something of it now; false while it doesn't run. */
  async isHeardElsewhere(): Promise<boolean> {
    const child = this.#child;
    if (!child?.connected) return false;
    const answer = this.#next('hearing').then(({ communityCount }) => communityCount > 0);
    child.send({ type: 'hearing' }, () => undefined);
    return Promise.race([answer, this.#ended.then(() => false)]);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Asks the hub to stop, and kills it after a grace period. */
  async stop(): Promise<void> {
    this.kill('SIGTERM');
    const hard = setTimeout(() => this.kill('SIGKILL'), stopGraceMs);
    await this.#ended;
    clearTimeout(hard);
  }

  #next<Type extends HubReport['type']>(type: Type): Promise<Extract<HubReport, { type: Type }>> {
    return new Promise((resolve) => {
      const child = this.#child;
      const listen = (report: HubReport) => {
        if (report.type !== type) return;
        child?.off('message', listen);
        resolve(report as Extract<HubReport, { type: Type }>);
      };
      child?.on('message', listen);
    });
  }

  async #endedEarly(): Promise<never> {
    const exit = await this.#ended;
    throw this.failure ?? launchErrors.PLAYGROUND_HUB_ENDED({ hub: this.#init.name, how: howOf(exit) });
  }
}

/** "SIGKILL", "exit code 1" */
export function howOf({ code, signal }: HubExit): string {
  return signal ?? `exit code ${code}`;
}

export interface HubExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}
