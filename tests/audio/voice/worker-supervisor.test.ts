import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as limits from '#audio/voice/limits.ts';
import type { FromWorker } from '#audio/voice/protocol.ts';
import { WorkerSupervisor, type WorkerThread } from '#audio/voice/worker-supervisor.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function supervise(launch: () => WorkerThread, clock = systemClock()) {
  const events = {
    launched: vi.fn(),
    message: vi.fn<(message: FromWorker) => void>(),
    down: vi.fn(),
    failed: vi.fn<(restartCount: number) => void>(),
  };
  const supervisor = new WorkerSupervisor(
    { clock, chance: systemChance(), logger: silentLogger(), launch },
    events,
  );
  stops.push(() => supervisor.stop());
  return { supervisor, events };
}

function threadRunning(source: string): () => WorkerThread {
  return () => new Worker(source, { eval: true });
}

const answering = `
  const { parentPort } = require('node:worker_threads');
  parentPort.postMessage({ type: 'started' });
  parentPort.on('message', (message) => {
    if (message.type === 'ping') parentPort.postMessage({ type: 'pong' });
    else setImmediate(() => { throw new Error('out of a handler'); });
  });`;

describe('worker supervisor', () => {
  test('starts another worker when an exception ends one', async () => {
    const { supervisor, events } = supervise(threadRunning(answering));
    supervisor.need();
    await vi.waitFor(() => expect(events.message).toHaveBeenCalledWith({ type: 'started' }), 5_000);
    supervisor.post({ type: 'open-stream', streamKey: 'this one throws' });
    await vi.waitFor(() => expect(events.launched).toHaveBeenCalledTimes(2), 5_000);
    expect(events.down).toHaveBeenCalledTimes(1);
    await vi.waitFor(() => expect(events.message).toHaveBeenCalledTimes(2), 5_000);
    expect(events.failed).not.toHaveBeenCalled();
  });

  test('gives up on a worker that never lives', async () => {
    const clock = new FakeClock();
    let exit: () => void = () => {};
    const { supervisor, events } = supervise(() => fakeThread((onExit) => (exit = () => onExit(1))), clock);
    supervisor.need();
    for (let count = 0; count <= limits.workerRestartsMax; count++) {
      exit();
      await clock.advance(limits.workerRestartDelayMsMax);
    }
    expect(events.launched).toHaveBeenCalledTimes(limits.workerRestartsMax + 1);
    expect(events.failed).toHaveBeenCalledExactlyOnceWith(limits.workerRestartsMax);
    await clock.advance(600_000);
    expect(events.launched).toHaveBeenCalledTimes(limits.workerRestartsMax + 1);
    supervisor.need();
    expect(events.launched).toHaveBeenCalledTimes(limits.workerRestartsMax + 2);
  });

  test('ends a worker that hangs and starts another', async () => {
    const clock = new FakeClock();
    const { supervisor, events } = supervise(
      threadRunning(`const { parentPort } = require('node:worker_threads');
        parentPort.postMessage({ type: 'started' });
        parentPort.on('message', () => { for (;;); });`),
      clock,
    );
    supervisor.need();
    await vi.waitFor(() => expect(events.message).toHaveBeenCalledTimes(1), 5_000);
    await clock.advance(limits.heartbeatTimeoutMs + 2 * limits.heartbeatIntervalMs);
    await vi.waitFor(() => expect(events.down).toHaveBeenCalledTimes(1), 5_000);
    await clock.advance(limits.workerRestartDelayMs);
    expect(events.launched).toHaveBeenCalledTimes(2);
  });

  test('gives one that is still loading more time, but not for ever', async () => {
    const clock = new FakeClock();
    const silent = () => ({ ...fakeThread(() => {}), terminate });
    const terminate = vi.fn(async () => {});
    const { supervisor } = supervise(silent, clock);
    supervisor.need();
    await clock.advance(limits.workerStartTimeoutMs);
    expect(terminate).not.toHaveBeenCalled();
    await clock.advance(2 * limits.heartbeatIntervalMs);
    expect(terminate).toHaveBeenCalledTimes(1);
  });

  test('doesn’t hold a stall of its own thread against the worker', async () => {
    const clock = new FakeClock();
    const thread = { ...fakeThread(() => {}), terminate: vi.fn(async () => {}) };
    const { supervisor } = supervise(() => thread, clock);
    supervisor.need();
    const stalledMs = clock.monotonicMs() + 10 * limits.heartbeatTimeoutMs;
    vi.spyOn(clock, 'monotonicMs').mockReturnValue(stalledMs);
    await clock.advance(limits.heartbeatIntervalMs);
    expect(thread.terminate).not.toHaveBeenCalled();
  });

  test('leaves a worker that answers alone', async () => {
    const clock = new FakeClock();
    const { supervisor, events } = supervise(threadRunning(answering), clock);
    supervisor.need();
    await vi.waitFor(() => expect(events.message).toHaveBeenCalledWith({ type: 'started' }), 5_000);
    for (let count = 1; count <= 12; count++) {
      await clock.advance(limits.heartbeatIntervalMs);
      await vi.waitFor(() => expect(events.message).toHaveBeenCalledTimes(count + 1), 5_000);
    }
    expect(events.down).not.toHaveBeenCalled();
  });

  test('ends the worker after an idle time, unless it is needed again', async () => {
    const clock = new FakeClock();
    const { supervisor, events } = supervise(threadRunning(answering), clock);
    supervisor.need();
    supervisor.release();
    await clock.advance(limits.workerIdleMs / 2);
    supervisor.need();
    await clock.advance(limits.workerIdleMs);
    expect(supervisor.running).toBe(true);
    supervisor.release();
    await clock.advance(limits.workerIdleMs);
    expect(supervisor.running).toBe(false);
    expect(events.launched).toHaveBeenCalledTimes(1);
    expect(clock.pendingCount).toBe(0);
  });
});

function fakeThread(exits: (onExit: (code: number) => void) => void): WorkerThread {
  return {
    postMessage: () => {},
    terminate: async () => {},
    on: (event: string, listener: never) => {
      if (event === 'exit') exits(listener);
    },
  };
}
