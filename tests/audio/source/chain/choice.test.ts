import { describe, expect, test } from 'vitest';
import { type Choice, choose, type EntryFacts, type Situation } from '#audio/source/chain/choice.ts';

const init = { stallTimeoutMs: 3_000, returnAfterMs: 10_000 };
const idle: EntryFacts = { state: 'idle', queuedCount: 0, flowingSinceMs: undefined, failed: false };
const flowing = (sinceMs: number): EntryFacts => ({
  ...idle,
  state: 'flowing',
  queuedCount: 5,
  flowingSinceMs: sinceMs,
});
const dry: EntryFacts = { ...idle, state: 'flowing', flowingSinceMs: 0 };
const lost: EntryFacts = { ...idle, state: 'waiting', failed: true };
const queue: EntryFacts = { ...idle, isQueue: true };
const resting: EntryFacts = { ...queue, state: 'resting' };
const over: EntryFacts = { ...idle, state: 'over' };

function at(
  nowMs: number,
  entries: EntryFacts[],
  more: Partial<Situation> = {},
): Omit<Choice, 'keep'> & { keep: number[] } {
  const { keep, ...rest } = choose({ entries, active: 0, nowMs, drySinceMs: undefined, ...more }, init);
  return { ...rest, keep: [...keep] };
}

describe('a chain of sources', () => {
  test('opens only the first while that gives sound', () => {
    expect(at(50_000, [flowing(0), idle, idle])).toEqual({ use: 0, why: undefined, keep: [0] });
  });

  test('opens the next at half the time-out and takes it when the time-out passes, not before', () => {
    const since = { drySinceMs: 0 };
    expect(at(1_499, [dry, idle, idle], since).keep).toEqual([0]);
    expect(at(1_500, [dry, idle, idle], since)).toEqual({ use: 0, why: undefined, keep: [0, 1] });
    expect(at(2_999, [dry, flowing(2_000), idle], since).use).toBe(0);
    expect(at(3_000, [dry, flowing(2_000), idle], since)).toEqual({ use: 1, why: 'stalled', keep: [0, 1] });
  });

  test('does not wait out the time-out for one that is known to be lost, or over', () => {
    expect(at(400, [lost, flowing(0)], { drySinceMs: 0 }).use).toBe(0);
    expect(at(500, [lost, flowing(0)], { drySinceMs: 0 })).toMatchObject({ use: 1, why: 'lost' });
    expect(at(0, [over, flowing(0)], { drySinceMs: 0 })).toMatchObject({ use: 1, why: 'ended' });
  });

  test('passes over one that fails, and opens the one after it as well', () => {
    expect(at(0, [lost, lost, idle, idle], { drySinceMs: 0 }).keep).toEqual([0, 1, 2]);
    expect(at(4_000, [lost, lost, flowing(3_000), idle], { drySinceMs: 0 })).toMatchObject({
      use: 2,
      why: 'lost',
    });
  });

  test('keeps trying better ones, and takes one back only when it has flowed long enough', () => {
    const second = { active: 1 };
    expect(at(20_000, [lost, flowing(0), flowing(0)], second)).toEqual({
      use: 1,
      why: undefined,
      keep: [0, 1],
    });
    expect(at(20_000, [flowing(10_001), flowing(0)], second).use).toBe(1);
    expect(at(20_000, [flowing(10_000), flowing(0)], second)).toEqual({ use: 0, why: 'back', keep: [0] });
    // One that ran dry again meanwhile isn't well.
    expect(at(20_000, [{ ...flowing(0), queuedCount: 0 }, flowing(0)], second).use).toBe(1);
  });

  test('takes whatever has sound when the one in use has none, better ones first', () => {
    const third = { active: 2, drySinceMs: 0 };
    expect(at(3_000, [lost, flowing(2_900), dry], third)).toMatchObject({ use: 1, why: 'stalled' });
    expect(at(3_000, [flowing(2_999), flowing(0), dry], third)).toMatchObject({ use: 0 });
  });
});

describe('a source that somebody asked for', () => {
  test('is opened beside the one in use, and heard as soon as it has sound', () => {
    const asked = { active: 0, asked: 2 };
    expect(at(0, [flowing(0), idle, idle], asked)).toEqual({ use: 0, why: undefined, keep: [0, 2] });
    expect(at(0, [flowing(0), idle, flowing(0)], asked)).toEqual({ use: 2, why: 'asked', keep: [0, 1, 2] });
  });

  test('stays while it gives, however well better ones are, and is left when it doesn’t', () => {
    const chosen = { active: 1, chosen: true };
    expect(at(90_000, [flowing(0), flowing(0)], chosen)).toMatchObject({ use: 1, why: undefined });
    expect(at(90_000, [flowing(0), dry], { ...chosen, drySinceMs: 80_000 })).toMatchObject({
      use: 0,
      why: 'stalled',
    });
  });
});

describe('a queue in a chain', () => {
  test('is no trouble while it rests or opens, however long', () => {
    const nothing = { use: 0, why: undefined };
    expect(at(9e6, [resting], { drySinceMs: 0 })).toMatchObject(nothing);
    const opening: EntryFacts = { ...queue, state: 'opening' };
    expect(at(9e6, [opening, flowing(0)], { drySinceMs: 0 })).toEqual({ ...nothing, keep: [0] });
  });

  test('has what follows opened while its last item is still heard, and taken when that is over', () => {
    const playingOut: EntryFacts = { ...resting, queuedCount: 50 };
    expect(at(0, [playingOut, idle])).toEqual({ use: 0, why: undefined, keep: [0, 1] });
    expect(at(0, [playingOut, flowing(0)]).use).toBe(0);
    expect(at(0, [resting, flowing(0)])).toMatchObject({ use: 1, why: 'rests' });
    expect(at(0, [resting, idle])).toEqual({ use: 0, why: undefined, keep: [0, 1] });
  });

  test('is heard as soon as it has something again, also over what somebody asked for', () => {
    const again: EntryFacts = { ...queue, state: 'flowing', queuedCount: 1, flowingSinceMs: 0 };
    expect(at(0, [again, flowing(0)], { active: 1 })).toEqual({ use: 0, why: 'wakes', keep: [0] });
    expect(at(0, [again, flowing(0)], { active: 1, chosen: true })).toMatchObject({ use: 0, why: 'wakes' });
    expect(at(0, [resting, flowing(0)], { active: 1 })).toMatchObject({ use: 1, why: undefined });
  });

  test('silences everything while it is held', () => {
    const held: EntryFacts = { ...queue, state: 'held' };
    expect(at(0, [held, flowing(0)], { active: 1 })).toEqual({ use: 0, why: 'held', keep: [0] });
    expect(at(9e6, [held, flowing(0)], { drySinceMs: 0 })).toEqual({ use: 0, why: undefined, keep: [0] });
  });

  test('that is lost is trouble like any other', () => {
    const broken: EntryFacts = { ...lost, isQueue: true };
    expect(at(600, [broken, idle], { drySinceMs: 0 }).keep).toEqual([0, 1]);
    expect(at(600, [broken, flowing(0)], { drySinceMs: 0 })).toMatchObject({ use: 1, why: 'lost' });
  });
});
