import { describe, expect, test } from 'vitest';
import { groupStaleMs } from '#audio/voice/limits.ts';
import { type GroupView, GroupWatch } from '#audio/voice/worker/group-watch.ts';

const stuckMs = 5_000;
const fine: GroupView = { secured: true, e2eeOffered: true, inCall: ['a', 'b'], inGroup: ['a', 'b'] };
const forming: GroupView = { ...fine, secured: false, inGroup: undefined };

describe('the group watch', () => {
  test('is content with a group that matches the call', () => {
    const watch = new GroupWatch({ stuckMs });
    for (const nowMs of [0, 10_000, 100_000]) expect(watch.look(fine, nowMs)).toBeUndefined();
  });

  test('calls a group stuck that doesn’t form while others wait, and only then', () => {
    const watch = new GroupWatch({ stuckMs });
    expect(watch.look({ ...forming, inCall: [] }, 0)).toBeUndefined();
    expect(watch.look(forming, 10_000)).toBeUndefined();
    expect(watch.look(forming, 10_000 + stuckMs - 1)).toBeUndefined();
    expect(watch.look(forming, 10_000 + stuckMs)).toBe('group-stuck');
    expect(watch.look(forming, 10_000 + stuckMs + 1)).toBeUndefined();
    const stage = { ...forming, e2eeOffered: false };
    expect([watch.look(stage, 50_000), watch.look(stage, 90_000)]).toEqual([undefined, undefined]);
  });

  test.each([
    ['somebody of the call is missing in it', { inGroup: ['a'] }],
    ['somebody who left is still in it', { inCall: ['a'] }],
  ])('calls a group stale when %s', (_, difference) => {
    const watch = new GroupWatch({ stuckMs });
    const stale = { ...fine, ...difference };
    expect(watch.look(stale, 0)).toBeUndefined();
    expect(watch.look(stale, groupStaleMs - 1)).toBeUndefined();
    expect(watch.look(stale, groupStaleMs)).toBe('group-stale');
  });

  test('gives a change the time it takes', () => {
    const watch = new GroupWatch({ stuckMs });
    watch.look({ ...fine, inGroup: ['a'] }, 0);
    watch.look(fine, groupStaleMs - 1);
    watch.look({ ...fine, inGroup: ['a'] }, groupStaleMs);
    expect(watch.look({ ...fine, inGroup: ['a'] }, 2 * groupStaleMs - 1)).toBeUndefined();
  });

  test('tries one rejoin for a member, not one after another, until that member is accounted for', () => {
    const watch = new GroupWatch({ stuckMs });
    const slow = { ...fine, inGroup: ['a'] };
    watch.look(slow, 0);
    expect(watch.look(slow, groupStaleMs)).toBe('group-stale');
    for (let nowMs = groupStaleMs; nowMs < 60_000; nowMs += 500)
      expect(watch.look(slow, nowMs)).toBeUndefined();
    watch.look(fine, 60_000);
    watch.look(slow, 61_000);
    expect(watch.look(slow, 61_000 + groupStaleMs)).toBe('group-stale');
  });
});
