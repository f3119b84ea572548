import type { Chance, Clock, Timer } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { backoffMs } from './backoff.ts';
import * as limits from './limits.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** What is needed of a worker thread; `Worker` of node:worker_threads has it. */
export interface WorkerThread {
  postMessage(message: ToWorker, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: FromWorker) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): Promise<unknown>;
}

export interface SupervisorEvents {
  /** A new worker accepts messages; it knows nothing yet. */
  launched(): void;
  message(message: FromWorker): void;
  /** The worker is gone; unless `failed` follows, another will be launched. */
  down(): void;
  /** It went down too often. The next `need` tries again. */
  failed(restartCount: number): void;
}

export interface SupervisorComponents {
  clock: Clock;
  chance: Chance;
  logger: Logger;
  launch: () => WorkerThread;
}

/** Keeps one voice worker running while it is needed, whatever happens inside it. */
export class WorkerSupervisor {
  readonly #components: SupervisorComponents;
  readonly #events: SupervisorEvents;
  #worker: WorkerThread | undefined;
  #needed = false;
  #restartCount = 0;
  /** Pings in a row without any message from the worker. */
  #unansweredCount = 0;
  /** The worker has sent something, so it has started. */
  #heard = false;
  #restartTimer: Timer | undefined;
  #stableTimer: Timer | undefined;
  #heartbeatTimer: Timer | undefined;
  #idleTimer: Timer | undefined;

  constructor(components: SupervisorComponents, events: SupervisorEvents) {
    this.#components = components;
    this.#events = events;
  }

  get running(): boolean {
    return this.#worker !== undefined;
  }

  /** Launches the worker unless it runs or is about to. */
  need(): void {
    this.#needed = true;
    this.#idleTimer?.cancel();
    this.#idleTimer = undefined;
    if (!this.#worker && !this.#restartTimer) this.#launch();
  }

  /** The worker ends after an idle time, unless needed again. */
  release(): void {
    this.#idleTimer ??= this.#components.clock.after(limits.workerIdleMs, () => void this.stop(), {
      background: true,
    });
  }

  /** Dropped when no worker runs. */
  post(message: ToWorker, transfer?: readonly ArrayBuffer[]): void {
    this.#worker?.postMessage(message, transfer);
  }

  async stop(): Promise<void> {
    this.#needed = false;
    this.#restartTimer?.cancel();
    this.#restartTimer = undefined;
    this.#idleTimer?.cancel();
    this.#idleTimer = undefined;
    const worker = this.#letGo();
    await worker?.terminate();
  }

  #launch(): void {
    const { clock, launch, logger } = this.#components;
    const worker = launch();
    this.#worker = worker;
    this.#unansweredCount = 0;
    this.#heard = false;
    worker.on('message', (message) => {
      if (worker !== this.#worker) return;
      this.#unansweredCount = 0;
      this.#heard = true;
      this.#events.message(message);
    });
    worker.on('error', (error) => logger.error({ err: error }, 'voice worker threw'));
    worker.on('exit', (code) => {
      if (worker === this.#worker) this.#onExit(code);
    });
    this.#stableTimer = clock.after(
      limits.workerStableMs,
      () => {
        this.#restartCount = 0;
      },
      { background: true },
    );
    this.#watchHeartbeat(worker);
    this.#events.launched();
  }

  #onExit(code: number): void {
    const { clock, chance, logger } = this.#components;
    this.#letGo();
    this.#events.down();
    if (!this.#needed) return;
    if (this.#restartCount >= limits.workerRestartsMax) {
      logger.error({ code, restartCount: this.#restartCount }, 'voice worker stopped too often');
      this.#needed = false;
      const restartCount = this.#restartCount;
      this.#restartCount = 0;
      this.#events.failed(restartCount);
      return;
    }
    this.#restartCount++;
    const delayMs = backoffMs(
      chance,
      this.#restartCount,
      limits.workerRestartDelayMs,
      limits.workerRestartDelayMsMax,
    );
    logger.error(
      { code, restartCount: this.#restartCount, delayMs },
      'voice worker stopped; starting another',
    );
    this.#restartTimer = clock.after(delayMs, () => {
      this.#restartTimer = undefined;
      this.#launch();
    });
  }

  #watchHeartbeat(worker: WorkerThread): void {
    const { clock, logger } = this.#components;
    this.#heartbeatTimer = clock.after(
      limits.heartbeatIntervalMs,
      () => {
        // Counted, not timed: after a stall of this thread the worker's answers wait here unread, and it is in good
        // health.
        if (this.#unansweredCount >= (this.#heard ? unansweredMax : unansweredAtStartMax)) {
          logger.error({ unansweredCount: this.#unansweredCount }, 'voice worker hangs; ending it');
          void worker.terminate();
          return;
        }
        this.#unansweredCount++;
        worker.postMessage({ type: 'ping' });
        this.#watchHeartbeat(worker);
      },
      { background: true },
    );
  }

  #letGo(): WorkerThread | undefined {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#heartbeatTimer?.cancel();
    this.#stableTimer?.cancel();
    return worker;
  }
}

const unansweredMax = Math.ceil(limits.heartbeatTimeoutMs / limits.heartbeatIntervalMs);
const unansweredAtStartMax = Math.ceil(limits.workerStartTimeoutMs / limits.heartbeatIntervalMs);
