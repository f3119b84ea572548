import { describe, expect, test } from 'vitest';
import { Lifecycle, type Startable, stopDeadlineMs } from '#core/lifecycle.ts';
import { silentLogger } from '#core/logger.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/rejection.ts';

const drainMs = 1_000;

function world() {
  const clock = new FakeClock();
  const events: string[] = [];
  const part = (name: string, hooks: Partial<Startable> = {}): Startable => ({
    name,
    start: () => void events.push(`start ${name}`),
    drain: () => void events.push(`drain ${name}`),
    stop: () => void events.push(`stop ${name}`),
    ...hooks,
  });
  const lifecycle = (...parts: Startable[]) =>
    new Lifecycle({ clock, logger: silentLogger() }, parts, drainMs);
  return { clock, events, part, lifecycle };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const running = () => new AbortController().signal;
const forever = () => new Promise<void>(() => {});

describe('start', () => {
  test('runs the parts in order; stop closes all doors first, then stops in reverse', async () => {
    const { events, part, lifecycle } = world();
    const hub = lifecycle(part('a'), part('b'));
    await hub.start(running());
    await hub.stop();
    expect(events).toEqual(['start a', 'start b', 'drain b', 'drain a', 'stop b', 'stop a']);
  });

  test('undoes what had started when a part fails, the failed part included, and no more', async () => {
    const { events, part, lifecycle } = world();
    const failure = new Error('port taken');
    const broken = part('b', { start: () => Promise.reject(failure) });
    expect(await rejection(lifecycle(part('a'), broken, part('c')).start(running()))).toBe(failure);
    expect(events).toEqual(['start a', 'drain b', 'drain a', 'stop b', 'stop a']);
  });

  test('is broken off by its signal', async () => {
    const { clock, events, part, lifecycle } = world();
    const asked = new AbortController();
    const hub = lifecycle(part('a'), part('b', { start: untilAborted }), part('c'));
    const started = rejection(hub.start(asked.signal));
    await clock.advance(0);
    asked.abort(new Error('SIGTERM'));
    expect(await started).toMatchObject({ message: 'SIGTERM' });
    expect(events).toEqual(['start a', 'drain b', 'drain a', 'stop b', 'stop a']);
  });

  test('leaves a part behind that goes on starting though nobody wants it any more', async () => {
    const { clock, events, part, lifecycle } = world();
    const asked = new AbortController();
    const started = rejection(lifecycle(part('a'), part('b', { start: forever })).start(asked.signal));
    await clock.advance(0);
    asked.abort(new Error('SIGTERM'));
    await clock.advance(stopDeadlineMs - 1);
    expect(events).toEqual(['start a']);
    await clock.advance(1);
    expect(await started).toMatchObject({ message: 'SIGTERM' });
    expect(events).toEqual(['start a', 'drain b', 'drain a', 'stop b', 'stop a']);
  });

  test('does not go on after a part that started while the signal was aborted', async () => {
    const { events, part, lifecycle } = world();
    const asked = new AbortController();
    const deaf = part('a', { start: () => asked.abort(new Error('SIGTERM')) });
    await rejection(lifecycle(deaf, part('b')).start(asked.signal));
    expect(events).toEqual(['drain a', 'stop a']);
  });

  test('does not succeed when the signal was aborted during the last part', async () => {
    const { events, part, lifecycle } = world();
    const asked = new AbortController();
    const deaf = part('a', { start: () => asked.abort(new Error('SIGTERM')) });
    expect(await rejection(lifecycle(deaf).start(asked.signal))).toMatchObject({ message: 'SIGTERM' });
    expect(events).toEqual(['drain a', 'stop a']);
  });

  test('happens once', async () => {
    const { part, lifecycle } = world();
    const hub = lifecycle(part('a'));
    await hub.start(running());
    expect(await rejection(hub.start(running()))).toBeInstanceOf(Error);
    await hub.stop();
  });
});

describe('stop', () => {
  test('while starting breaks the start off and leaves nothing running', async () => {
    const { clock, events, part, lifecycle } = world();
    const hub = lifecycle(part('a'), part('b', { start: untilAborted }), part('c'));
    const started = rejection(hub.start(running()));
    await clock.advance(0);
    await hub.stop();
    expect(await started).toBeInstanceOf(Error);
    expect(events).toEqual(['start a', 'drain b', 'drain a', 'stop b', 'stop a']);
  });

  test('is idempotent', async () => {
    const { events, part, lifecycle } = world();
    const hub = lifecycle(part('a'));
    await hub.start(running());
    await Promise.all([hub.stop(), hub.stop()]);
    await hub.stop();
    expect(events).toEqual(['start a', 'drain a', 'stop a']);
  });

  test('gives work in hand until the deadline, aborts it then, and stops all the same', async () => {
    const { clock, events, part, lifecycle } = world();
    let reason: unknown;
    const busy = part('busy', {
      drain: (signal) => {
        signal.addEventListener('abort', () => (reason = signal.reason));
        return forever();
      },
    });
    const hub = lifecycle(part('a'), busy);
    await hub.start(running());
    const stopped = hub.stop();
    await clock.advance(drainMs - 1);
    expect(events).not.toContain('stop busy');
    expect(reason).toBeUndefined();
    await clock.advance(1);
    await stopped;
    expect(reason).toMatchObject({ message: 'drain deadline passed' });
    expect(events.slice(-2)).toEqual(['stop busy', 'stop a']);
  });

  test('goes on past a part that throws or never stops', async () => {
    const { clock, events, part, lifecycle } = world();
    const hung = part('hung', { stop: forever });
    const broken = part('broken', {
      drain: () => Promise.reject(new Error('drain')),
      stop: () => {
        throw new Error('stop');
      },
    });
    const hub = lifecycle(part('a'), broken, hung);
    await hub.start(running());
    const stopped = hub.stop();
    await clock.advance(stopDeadlineMs);
    await stopped;
    expect(events.at(-1)).toBe('stop a');
    expect(clock.pendingCount).toBe(0);
  });
});
