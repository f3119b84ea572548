import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RelayEvent } from '#audio/relay/relay-machine-model.ts';
import { unknownGraceMs } from '#audio/relay/shared-stream.ts';
import { rateLimitCoolMs } from '#audio/voice/limits.ts';
import { type Answering, leaveAfterMs, problem, RelayWorld, type WorldInit } from '../support/relay-world.ts';

const answerings = ['plays', 'sometimes', 'hangs', 'unknown', 'gone', 'voice', 'hopeless', 'odd'] as const;

const ended = (kind: 'kicked' | 'failed' | 'refused', code: string): RelayEvent => ({
  type: 'voice-ended',
  reason: { kind, error: problem(code) },
});

type Surprise = RelayEvent | { type: 'world'; answering?: Answering; connected?: boolean };

const often: Surprise[] = [
  ended('failed', 'VOICE_LOST'),
  ended('failed', 'VOICE_RATE_LIMITED'),
  { type: 'people', listenerCount: 0, leaveAfterMs },
  { type: 'people', listenerCount: 0, leaveAfterMs: 0 },
  { type: 'people', listenerCount: 2, leaveAfterMs },
  { type: 'nudge' },
  { type: 'make-way' },
  { type: 'moved', channelId: 'b' },
  { type: 'hindered', by: 'muted' },
  { type: 'hindered', by: undefined },
  { type: 'voice-paused', problem: problem('VOICE_PARKED') },
  { type: 'established' },
  { type: 'take-up' },
  { type: 'world', connected: false },
  { type: 'world', connected: true },
  ...answerings.map((answering) => ({ type: 'world' as const, answering })),
];

const seldom: Surprise[] = [
  ended('kicked', 'VOICE_KICKED'),
  ended('kicked', 'VOICE_REPLACED'),
  ended('refused', 'VOICE_E2EE_REQUIRED'),
  { type: 'stream-over', reason: 'broadcast-ended' },
  { type: 'stream-over', reason: 'revoked' },
  { type: 'withdrawn', end: 'narrowed' },
  { type: 'stop' },
  { type: 'end', leave: true, wish: 'keep' },
  { type: 'end', leave: false, wish: 'forget' },
];

/** A run of surprises, each after a while. */
const story = fc.record({
  mode: fc.constantFrom('manual' as const, 'auto' as const, 'constant' as const),
  fallbacks: fc.constantFrom([], ['tone']),
  by: fc.constantFrom('person' as const, 'restart' as const),
  answering: fc.constantFrom(...answerings),
  seed: fc.integer(),
  steps: fc.array(
    fc.record({
      surprise: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...often) }, fc.constantFrom(...seldom)),
      afterMs: fc.oneof(
        fc.constantFrom(0, 25, 50, 51),
        fc.integer({ min: 0, max: 5_000 }),
        fc.integer({ min: 0, max: rateLimitCoolMs }),
      ),
    }),
    { maxLength: 30 },
  ),
});

interface Told extends WorldInit {
  steps: { surprise: Surprise; afterMs: number }[];
}

function play({ steps, ...init }: Told): RelayWorld {
  const world = new RelayWorld(init);
  for (const { surprise, afterMs } of steps) {
    world.pass(afterMs);
    if (surprise.type !== 'world') world.tell(surprise);
    else {
      world.answering = surprise.answering ?? world.answering;
      world.connected = surprise.connected ?? world.connected;
    }
  }
  return world;
}

/** Longer than any pause, and any attempt that hangs. */
const longMs = 4 * rateLimitCoolMs;

describe('the relay machine, whatever comes', () => {
  test('breaks none of its rules, after any event', () => {
    fc.assert(
      fc.property(story, (told) => {
        const world = play(told);
        world.pass(longMs);
        expect(world.wrong).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test('plays, rests or is over once all is well again and people are there', () => {
    fc.assert(
      fc.property(story, (told) => {
        const world = play(told);
        world.connected = true;
        world.answering = 'plays';
        world.tell({ type: 'people', listenerCount: 1, leaveAfterMs });
        world.pass(longMs);
        expect(['playing', 'refused', 'stopping', 'over']).toContain(world.phase);
        world.tell({ type: 'end', leave: true, wish: 'forget' });
        expect([world.phase, world.ends.length, world.wrong]).toEqual(['over', 1, []]);
      }),
      { numRuns: 300 },
    );
  });

  test('is wanted no longer once it has ended for good, and still when the hub only stops', () => {
    fc.assert(
      fc.property(story, fc.constantFrom('keep' as const, 'forget' as const), (told, wish) => {
        const world = play(told);
        if (world.phase === 'over') return;
        const { phase, stored } = world;
        world.tell({ type: 'end', leave: true, wish });
        expect(world.stored).toBe(wish === 'keep' && phase !== 'stopping' && stored);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the relay machine', () => {
  const restarted = (answering: Answering, mode: WorldInit['mode'] = 'manual') =>
    new RelayWorld({ mode, fallbacks: [], by: 'restart', answering, seed: 1 });

  test('takes nothing for gone that was there in between', () => {
    for (const answering of ['gone', 'unknown'] as const) {
      const world = restarted(answering);
      for (let count = 0; count < 5; count++) {
        world.answering = answering;
        world.tell(ended('failed', 'VOICE_LOST'));
        world.pass(unknownGraceMs / 4);
        world.answering = 'plays';
        world.pass(2 * unknownGraceMs);
        expect(world.phase).toBe('playing');
      }
      world.answering = answering;
      world.tell(ended('failed', 'VOICE_LOST'));
      world.pass(4 * unknownGraceMs);
      expect(world.phase).toBe('over');
    }
  });

  test('waits on for a broadcast that a constant relay wants', () => {
    const world = restarted('unknown', 'constant');
    world.pass(60 * unknownGraceMs);
    expect(world.state).toMatchObject({ phase: 'pausing', waitsForBroadcast: true });
  });

  test('keeps what it holds from the stop until the end, and says nothing more', () => {
    const world = restarted('plays');
    world.pass(1_000);
    world.tell({ type: 'stop' });
    world.tell(ended('kicked', 'VOICE_KICKED'));
    expect(world.state).toMatchObject({ phase: 'stopping', holds: true });
    world.tell({ type: 'end', leave: true, wish: 'forget' });
    expect(world.state).toMatchObject({ phase: 'over', holds: false });
    expect(world.wrong).toEqual([]);
  });

  test('is wanted no longer after a person’s stop, whatever ends it then', () => {
    const world = restarted('plays');
    world.pass(1_000);
    world.tell({ type: 'stop' });
    world.tell({ type: 'end', leave: true, wish: 'keep' });
    expect([world.phase, world.stored, world.wrong]).toEqual(['over', false, []]);
  });

  test('takes nothing that it didn’t ask for', () => {
    const world = restarted('voice');
    world.pass(1_000);
    expect(world.phase).toBe('pausing');
    world.tell({ type: 'brought', title: 'Another', community: 'West', reference: 'other@peer' });
    expect([world.phase, world.state.wanted.title, world.wrong]).toEqual(['pausing', 'The Show', []]);
  });

  test('doesn’t try for people who have gone', () => {
    const world = restarted('hangs', 'auto');
    world.pass(1_000);
    world.tell({ type: 'people', listenerCount: 0, leaveAfterMs: 0 });
    while (world.phase === 'trying') world.pass(10);
    expect(world.phase).toBe('idle');
    world.tell({ type: 'people', listenerCount: 1, leaveAfterMs });
    expect(world.state).toMatchObject({ phase: 'pausing', attempt: 0 });
  });

  test('gives way to a relay that was started while it waited, and keeps no wish', () => {
    const world = restarted('plays');
    world.taken = true;
    world.pass(longMs);
    expect([world.phase, world.stored, world.wrong]).toEqual(['over', false, []]);
  });

  test('a person who waits gets the error, and it isn’t retried', () => {
    const world = new RelayWorld({
      ...{ mode: 'manual', fallbacks: [], by: 'person', answering: 'voice', seed: 1 },
    });
    world.pass(longMs);
    expect([world.phase, world.stored, world.ends]).toEqual([
      'over',
      false,
      [{ do: 'over', wish: 'keep', end: undefined, error: undefined }],
    ]);
  });
});
