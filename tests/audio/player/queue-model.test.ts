import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  added,
  advanced,
  allOf,
  cleared,
  emptyQueue,
  followingOf,
  heardAt,
  inPhase,
  learned,
  moved,
  placeOf,
  type Queue,
  type QueueItem,
  removed,
  roomFor,
  shuffled,
  soughtTo,
  undoAt,
  undone,
} from '#audio/player/queue-model.ts';
import { queuedMax, queuedPerPersonMax, undoMs } from '#contracts/actions/player.ts';

const item = (id: string, addedBy = 'ada'): QueueItem => ({
  ...{ id, source: `${id}.opus`, facts: { title: id }, addedBy, addedByName: addedBy },
});
const ids = (queue: Queue) => allOf(queue).map(({ id }) => id);
const queueOf = (...names: string[]) =>
  inPhase(
    added(
      emptyQueue,
      names.map((name) => item(name, name.startsWith('b') ? 'bo' : 'ada')),
      'last',
    ),
    'going',
  );
const problem = { code: 'GONE', message: 'It is gone.', next: 'Nothing.' };
const deed = { id: 'u1', by: 'ada', nowMs: 1_000 };

describe('a queue', () => {
  test('takes items at its end, next, and now', () => {
    const queue = queueOf('a1', 'a2');
    expect(ids(added(queue, [item('x')], 'last'))).toEqual(['a1', 'a2', 'x']);
    expect(ids(added(queue, [item('x'), item('y')], 'next'))).toEqual(['a1', 'x', 'y', 'a2']);
    const now = added(queue, [item('x')], 'now');
    expect(ids(now)).toEqual(['x', 'a2']);
    expect(now.turn).toBeGreaterThan(queue.turn);
    expect(placeOf(now, 'x')).toBe(0);
    expect(placeOf(now, 'a2')).toBe(1);
    expect(placeOf(now, 'a1')).toBe(-1);
  });

  test.each([
    ['off', 'ended', ['b', 'c']],
    ['off', 'skipped', ['b', 'c']],
    ['one', 'ended', ['a', 'b', 'c']],
    ['one', 'skipped', ['b', 'c']],
    ['all', 'ended', ['b', 'c', 'a']],
    ['all', 'skipped', ['b', 'c', 'a']],
  ] as const)('with loop %s goes on after an item was %s', (loop, why, expected) => {
    const queue = { ...queueOf('a', 'b', 'c'), loop, positionMs: 9 };
    const next = advanced(queue, why);
    expect(ids(next)).toEqual(expected);
    expect(next).toMatchObject({ positionMs: 0, turn: queue.turn + 1 });
    if (why === 'ended') expect(followingOf(queue)?.id).toBe(expected[0]);
  });

  test.each(['off', 'one', 'all'] as const)('with loop %s never repeats an item that failed', (loop) => {
    const next = advanced({ ...queueOf('a', 'b'), loop }, problem);
    expect(ids(next)).toEqual(['b']);
    expect(next.failed).toMatchObject({ item: { id: 'a' }, problem });
    const last = advanced(next, problem);
    expect(ids(last)).toEqual([]);
    expect(advanced(last, 'skipped').failed).toBeUndefined();
  });

  test('knows another turn for all that changes what is heard, and takes no old position', () => {
    const queue = queueOf('a', 'b');
    const paused = inPhase(queue, 'paused');
    expect(paused.turn).toBe(queue.turn + 1);
    expect(inPhase(paused, 'paused')).toBe(paused);
    expect(soughtTo(queue, 60_000)).toMatchObject({ positionMs: 60_000, turn: queue.turn + 1 });
    expect(heardAt(queue, queue.turn, 5_000).positionMs).toBe(5_000);
    expect(heardAt(paused, queue.turn, 5_000).positionMs).toBe(0);
    for (const same of [
      moved(queue, 'b', 'a'),
      cleared(queue, 'all', deed),
      shuffled(queue, () => 0, deed),
      learned(queue, 'b', { title: 'B' }),
    ])
      expect(same.turn).toBe(queue.turn);
  });

  test('has room for so many of a person, and of all', () => {
    const own = Array.from({ length: queuedPerPersonMax - 1 }, (_, index) => item(`a${index}`));
    const queue = added(emptyQueue, own, 'last');
    expect(roomFor(queue, 'ada', false)).toEqual({ count: 1, of: 'person' });
    expect(roomFor(queue, 'bo', false)).toEqual({ count: queuedPerPersonMax, of: 'person' });
    expect(roomFor(queue, 'ada', true)).toEqual({ count: queuedMax - own.length, of: 'all' });
    const others = Array.from({ length: queuedMax - own.length }, (_, index) => item(`c${index}`, 'cy'));
    expect(roomFor(added(queue, others, 'last'), 'bo', false)).toEqual({ count: 0, of: 'all' });
  });

  test('learns what an item is, and keeps what it knew', () => {
    const known = learned(queueOf('a', 'b'), 'b', { title: 'Song', artist: 'North', album: undefined });
    const more = learned(known, 'b', { title: 'Song', durationMs: 5, artist: undefined });
    expect(more.upcoming[0]?.facts).toEqual({ title: 'Song', artist: 'North', durationMs: 5 });
    expect(more.current?.facts).toEqual({ title: 'a' });
  });

  test('moves items only among those that wait', () => {
    const queue = queueOf('a', 'b', 'c', 'd');
    expect(ids(moved(queue, 'd', 'b'))).toEqual(['a', 'd', 'b', 'c']);
    expect(ids(moved(queue, 'b', undefined))).toEqual(['a', 'c', 'd', 'b']);
    expect(ids(moved(queue, 'b', 'gone'))).toEqual(['a', 'c', 'd', 'b']);
    expect(moved(queue, 'a', 'c')).toBe(queue);
    expect(moved(queue, 'b', 'b')).toBe(queue);
  });

  test('takes out the current item for good', () => {
    const queue = { ...queueOf('a', 'b'), loop: 'all' as const };
    expect(removed(queue, 'a')).toMatchObject({ loop: 'all', current: { id: 'b' }, upcoming: [] });
    expect(ids(removed(queue, 'b'))).toEqual(['a']);
  });
});

describe('what Clear and Shuffle did', () => {
  test('is taken back, but for what happened since', () => {
    const queue = queueOf('a1', 'b1', 'a2', 'b2');
    const mine = cleared(queue, 'ada', deed);
    expect(ids(mine)).toEqual(['a1', 'b1', 'b2']);
    const since = added(advanced(mine, 'ended'), [item('x')], 'last');
    expect(ids(since)).toEqual(['b1', 'b2', 'x']);
    const { undo } = since;
    if (!undo) throw new Error('nothing to undo');
    expect(ids(undone(since, undo))).toEqual(['b1', 'a2', 'b2', 'x']);
    expect(cleared(mine, 'nobody', deed)).toBe(mine);
  });

  test('is taken back for 30 s', () => {
    const queue = cleared(queueOf('a', 'b'), 'all', deed);
    expect(undoAt(queue, deed.nowMs + undoMs - 1)?.what).toBe('clear');
    expect(undoAt(queue, deed.nowMs + undoMs)).toBeUndefined();
  });

  const manyIds = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 30 });

  test('a shuffle keeps every item once, and Undo gives the order back', () => {
    fc.assert(
      fc.property(
        manyIds,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999_999, noNaN: true })),
        (names, chance) => {
          const queue = queueOf(...names);
          const mixed = shuffled(queue, () => chance.next().value ?? 0, deed);
          expect(mixed.current).toBe(queue.current);
          expect(ids(mixed).toSorted()).toEqual(ids(queue).toSorted());
          if (mixed.undo) expect(undone(mixed, mixed.undo)).toEqual(queue);
        },
      ),
    );
  });

  test('an undo never doubles an item, nor goes beyond the limit', () => {
    const step = fc.oneof(
      fc.constant((queue: Queue) => advanced(queue, 'ended')),
      fc.constant((queue: Queue) => advanced(queue, problem)),
      fc.nat(40).map((n) => (queue: Queue) => removed(queue, ids(queue)[n] ?? '')),
      fc.nat(40).map((n) => (queue: Queue) => moved(queue, ids(queue)[n] ?? '', ids(queue)[n + 3])),
      fc.nat(600).map((n) => (queue: Queue) => {
        const { count } = roomFor(queue, 'cy', true);
        const more = Array.from({ length: Math.min(n, count) }, (_, index) =>
          item(`${queue.turn}-${n}-${index}`, 'cy'),
        );
        return { ...added(queue, more, 'last'), turn: queue.turn + 1 };
      }),
    );
    fc.assert(
      fc.property(
        manyIds,
        fc.constantFrom('off', 'one', 'all'),
        fc.array(step, { maxLength: 6 }),
        (names, loop, steps) => {
          const queue = { ...queueOf(...names), loop };
          const done = cleared(queue, 'all', deed);
          const since = steps.reduce((each, run) => run(each), done);
          if (!since.undo) return;
          const back = ids(undone(since, since.undo));
          expect(new Set(back).size).toBe(back.length);
          expect(back.length).toBeLessThanOrEqual(queuedMax);
          expect(back.slice(0, since.current ? 1 : 0)).toEqual(ids(since).slice(0, since.current ? 1 : 0));
          for (const id of ids(since)) expect(back).toContain(id);
        },
      ),
      { numRuns: 60 },
    );
  });
});
