import { expect, test } from 'vitest';
import { Feed } from '#audio/source/chain/feed.ts';
import type { SourceEvent, SourceFrame } from '#audio/source/contract.ts';
import { OpenedSource } from '#audio/source/opened-source.ts';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { opusPacket } from '../../support/ogg-pages.ts';

/** A feed of a queue that does what a test says: an event is reported, a number is a frame of that turn. */
function queueFeed(steps: readonly (SourceEvent | number)[]) {
  const clock = new FakeClock();
  const turns: number[] = [];
  const feed = new Feed(
    { clock, chance: systemChance(), logger: silentLogger() },
    {
      ...{ name: 'queue:p1', loop: false, openTimeoutMs: 1_000, idleTimeoutMs: 1_000 },
      onChange: () => {},
      onTurn: (turn) => turns.push(turn),
      open: (name, onEvent) => {
        async function* frames(): AsyncGenerator<SourceFrame> {
          for (const step of steps) {
            if (typeof step === 'number') yield { payload: opusPacket(step), turn: step };
            else onEvent(step);
          }
          await new Promise(() => {});
        }
        const facts = { title: name, pace: 'file', passedThrough: false, isQueue: true } as const;
        const open = async () => ({ facts, frames: frames(), close: () => {} });
        return new OpenedSource({ clock }, { name, open });
      },
    },
  );
  feed.run();
  return { clock, feed, turns };
}

test('frames of an earlier turn are dropped, those that wait and those that come late', async () => {
  const { clock, feed, turns } = queueFeed([1, 1, { kind: 'turn', turn: 2 }, 1, 2, 2]);
  await clock.advance(0);
  expect(turns).toEqual([2]);
  expect([feed.queue.takeNow(), feed.queue.takeNow(), feed.queue.takeNow()]).toMatchObject([
    { turn: 2 },
    { turn: 2 },
    undefined,
  ]);
});

test('a queue has no time limit of its feed, while it rests and while it opens an item', async () => {
  const { clock, feed } = queueFeed([{ kind: 'rests', how: 'empty' }]);
  await clock.advance(3_600_000);
  expect(feed).toMatchObject({ state: 'resting', problem: undefined });
  expect(clock.pendingCount).toBe(0);
  const opening = queueFeed([1, { kind: 'rests', how: 'no' }]);
  await opening.clock.advance(3_600_000);
  expect(opening.feed).toMatchObject({ state: 'opening', problem: undefined });
  const held = queueFeed([{ kind: 'rests', how: 'held' }]);
  await held.clock.advance(3_600_000);
  expect(held.feed.state).toBe('held');
});
